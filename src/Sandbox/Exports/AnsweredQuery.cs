using Sandbox.Host.DataSets;
using Sandbox.Host.Permissions;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Vault.Atoms;

namespace Sandbox.Host.Exports;

/// <summary>A query on a production zone that was answered: what it told stays told, so every later answer and release is put together with it.</summary>
/// <param name="Id">Unique label of the answer.</param>
/// <param name="Scenario">The scenario it was asked in.</param>
/// <param name="Table">Dimensions, measures and range, in the form of an export.</param>
/// <param name="Withheld">Groups and margins that were not shown.</param>
/// <param name="Segments">Segments of the data set that it was computed over.</param>
/// <param name="AnsweredAt">When; rows that were taken away later are still told of by it.</param>
/// <param name="Entry">Index of the ledger entry.</param>
internal sealed record AnsweredQuery(string Id, string Scenario, ExportTable Table, IReadOnlyList<IReadOnlyList<string?>> Withheld, int Segments, DateTimeOffset AnsweredAt, long Entry) : IAggregate
{
    public static string Kind => "answered_query";

    /// <summary>The permissions that it was computed under; null where none was needed.</summary>
    public PermissionState? Permissions { get; init; }

    /// <summary>As the atom index takes it; null when a column was closed since.</summary>
    public PublishedTable? Published(DataSet set, Scenario scenario) =>
        PublishedTables.Of(set, scenario, Id, Table, Segments) is { } table ? table with { Withheld = Withheld } : null;

    /// <summary>Whether another answer tells exactly this.</summary>
    public bool Tells(AnsweredQuery other) =>
        Scenario == other.Scenario && Permissions == other.Permissions && Segments == other.Segments && Table.Source == other.Table.Source
        && Table.Dimensions.SequenceEqual(other.Table.Dimensions, StringComparer.Ordinal)
        && Table.Measures.Select(measure => (measure.Kind, measure.Column)).ToHashSet().SetEquals(other.Table.Measures.Select(measure => (measure.Kind, measure.Column)))
        && Same(Table.Where, other.Table.Where)
        && Withheld.Count == other.Withheld.Count && Withheld.Zip(other.Withheld).All(pair => pair.First.SequenceEqual(pair.Second, StringComparer.Ordinal));

    private static bool Same(IReadOnlyList<ExportCondition>? left, IReadOnlyList<ExportCondition>? right) =>
        (left ?? []).Count == (right ?? []).Count && (left ?? []).Zip(right ?? []).All(pair => Same(pair.First, pair.Second));

    private static bool Same(ExportCondition left, ExportCondition right) =>
        left.Column == right.Column && left.From == right.From && left.To == right.To && Same(left.OneOf, right.OneOf) && Same(left.NoneOf, right.NoneOf) && Same(left.Any, right.Any);

    private static bool Same(IReadOnlyList<string>? left, IReadOnlyList<string>? right) => (left ?? []).SequenceEqual(right ?? [], StringComparer.Ordinal);
}
