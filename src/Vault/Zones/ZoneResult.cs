using System.Text.Json.Serialization;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Vault.Zones;

/// <summary>What came of a zone build.</summary>
public abstract record ZoneResult
{
    private ZoneResult()
    {
    }

    /// <summary>The zone stands, sealed and committed.</summary>
    /// <param name="Zone">The sealed object.</param>
    /// <param name="Rows">Rows of all tables.</param>
    /// <param name="Tables">What was done, a table each; for the provider and the reviewers.</param>
    public sealed record Built(ObjectRef Zone, long Rows, IReadOnlyList<BuiltTable> Tables) : ZoneResult;

    /// <summary>Nothing was made.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : ZoneResult;
}

/// <summary>Report on one table of a built zone. Counts only; small ones are for reviewers, not for the zone's users.</summary>
/// <param name="Name">Name in the zone.</param>
/// <param name="Rows">Rows.</param>
/// <param name="SmallestClass">Smallest class of the quasi-identifiers; null when none are declared.</param>
/// <param name="LeftOut">Rows left out because their class was too small.</param>
/// <param name="Columns">A line for each rule.</param>
/// <param name="Candidates">How many people an attacker who knows the quasi-identifiers of a row is left with, on average over the rows; null when none are declared.</param>
public sealed record BuiltTable(string Name, long Rows, long? SmallestClass, long LeftOut, IReadOnlyList<BuiltColumn> Columns, double? Candidates = null);

/// <summary>What a rule did to a column.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Rule">The rule in its JSON form; of a ladder the step that was taken.</param>
/// <param name="Type">SQL type in the zone.</param>
/// <param name="Present">Rows with a value.</param>
/// <param name="Distinct">Different values, estimated (within about 2 %).</param>
public sealed record BuiltColumn(string Name, string Rule, string Type, long Present, long Distinct);

/// <summary>How far a build is.</summary>
/// <param name="Stage">One of <c>open</c>, <c>build</c>, <c>seal</c>.</param>
/// <param name="Table">Table that is being worked on, from 1.</param>
/// <param name="Tables">Number of tables.</param>
/// <param name="Fraction">Share of the table that is done, 0…1.</param>
public sealed record ZoneProgress(string Stage, int Table, int Tables, double Fraction = 0)
{
    /// <summary>Share of the whole build that is done, 0…1: the masking and ordering is most of it.</summary>
    [JsonIgnore]
    public double Share => Stage switch { "open" => 0, "build" => 0.05 + (0.8 * (Table - 1 + Fraction) / Math.Max(1, Tables)), _ => 0.95 };
}
