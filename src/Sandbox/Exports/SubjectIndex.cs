using Sandbox.Host.DataSets;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>The sealed numbers of a data set's subjects: they save telling them apart for every question. They can always be made again from the segments.</summary>
/// <param name="Id">Name of the data set.</param>
/// <param name="Column">The subject column.</param>
/// <param name="Epoch">Names of the sealed segments that they were made from, in order.</param>
/// <param name="Object">The sealed numbers; they say which rows are of one subject, so their key is the data set's.</param>
public sealed record SubjectIndex(string Id, string Column, IReadOnlyList<string> Epoch, ObjectRef Object) : IAggregate
{
    public static string Kind => "subject_index";

    /// <summary>Whether they are of the data set as it is: after a delivery, replacement or withdrawal they are not.</summary>
    internal bool IsOf(DataSet? set) => set is not null && set.SubjectColumn == Column && EpochOf(set).SequenceEqual(Epoch, StringComparer.Ordinal);

    /// <summary>Names of the sealed segments of a data set, in order.</summary>
    internal static string[] EpochOf(DataSet set) => [.. set.ZoneSegments().SelectMany(segment => new[] { segment.Main.Name, segment.Identifiers?.Name }).OfType<string>()];
}
