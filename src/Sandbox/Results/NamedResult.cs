using Sandbox.Host.Registry;
using Sandbox.Trust;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Results;

/// <summary>The whole answer of one workbench statement, sealed under its zone's key: it opens as long as the zone does, and to whom the zone opens.</summary>
/// <param name="Id">Zone and name.</param>
/// <param name="Zone">The zone that it belongs to.</param>
/// <param name="Name">What statements write after <c>results.</c></param>
/// <param name="Object">Its sealed file; null once it was dropped or its zone destroyed.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Number of its columns.</param>
/// <param name="Tables">The tables of the zone that were read, and results of it.</param>
/// <param name="KeptAt">When it was kept.</param>
/// <param name="KeptBy">By whom.</param>
public sealed record NamedResult(string Id, string Zone, string Name, ObjectRef? Object, long Rows, int Columns, IReadOnlyList<string> Tables, DateTimeOffset KeptAt, string KeptBy) : IAggregate
{
    /// <summary>Results of a zone at a time. No regulation gives these figures; they bound what a zone costs the disk and a session's opening.</summary>
    public const int Most = 16;

    /// <summary>Bytes of all results of a zone, as they lie on the disk.</summary>
    public const long MostBytes = 256L << 20;

    public static string Kind => "named_result";

    public static string IdOf(string zone, string name) => $"{zone}/{name}";

    /// <summary>What stands of a zone, by name.</summary>
    internal static NamedResult[] Of(IEnumerable<NamedResult> all, string zone) => [.. all.Where(result => result.Zone == zone && result.Object is not null).OrderBy(result => result.Name, StringComparer.Ordinal)];

    internal NamedResultFile File() => new(Name, Object!);
}
