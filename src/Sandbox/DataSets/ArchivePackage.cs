using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>A package for the archives authority (YN23 17): an index of a data set's files with their digests, and the receipt once it was handed over.</summary>
/// <param name="Digest">Of the package's bytes; lower-case hex.</param>
/// <param name="Batches">Names of the batches that the index lists.</param>
public sealed record ArchivePackage(string Id, string DataSet, string Digest, IReadOnlyList<string> Batches, string MadeBy, DateTimeOffset MadeAt) : IAggregate
{
    public static string Kind => "archive_package";

    /// <summary>Null until the archives authority has confirmed that it has the package.</summary>
    public ArchiveReceipt? Receipt { get; init; }
}

/// <param name="Number">The archives authority's number for what it took in.</param>
/// <param name="Paper">Its receipt as it was handed in, sealed.</param>
public sealed record ArchiveReceipt(string Number, ObjectRef Paper, string Digest, string FiledBy, DateTimeOffset FiledAt);
