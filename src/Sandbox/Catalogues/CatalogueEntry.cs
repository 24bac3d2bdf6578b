using Sandbox.Host.Domains;
using Sandbox.Host.Procedures;
using Sandbox.Host.Registry;
using Sandbox.Policy.Procedures;

namespace Sandbox.Host.Catalogues;

/// <summary>An entry of the catalogue: what a source department has, under which conditions, and whether it is open to authorised operation.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Supplier">Organisation that published it.</param>
/// <param name="DataSet">The data set in this domain; null when it is not loaded yet.</param>
/// <param name="Operation">Open to authorised operation.</param>
/// <param name="Registration">Number of the registration record; null when there is none yet.</param>
/// <param name="Revision">Counts the publications.</param>
public sealed record CatalogueEntry(
    string Id,
    string Supplier,
    string? DataSet,
    bool Operation,
    string? Registration,
    string RequirementsOnUse,
    IReadOnlyDictionary<string, string> Resource,
    IReadOnlyDictionary<string, string>? Open,
    int Revision,
    DateTimeOffset ChangedAt) : IAggregate
{
    internal const string Rework = "catalogue_rework";

    public static string Kind => "catalogue-entry";

    /// <summary>The entries that count: one that was sent back is out until it is reworked.</summary>
    internal static IReadOnlyList<CatalogueEntry> Published(OpenDomain domain)
    {
        var sentBack = domain.Registry.All<ProcedureCase>().Where(item => item.Chain == Rework && item.State is (CaseState.Open or CaseState.Returned)).Select(item => item.Subject).ToHashSet(StringComparer.Ordinal);
        return [.. domain.Registry.All<CatalogueEntry>().Where(entry => !sentBack.Contains(entry.Id))];
    }
}
