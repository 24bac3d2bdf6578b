using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Export.Artefacts;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>What an author wants to take out: tables with declared dimensions and measures, for one purpose and recipient. Read strictly.</summary>
public sealed record ExportSpec(string Name, string Scenario, string Purpose, ExportRecipient Recipient, IReadOnlyList<ExportTable> Tables, IReadOnlyList<ExportReport>? Reports = null)
{
    private const int MostReports = 8;

    private const int MostTables = 16;
    private const int MostConditions = 16;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        MaxDepth = 10,
    };

    /// <exception cref="RefusedException">Not of this form.</exception>
    public static ExportSpec FromUntrusted(ReadOnlySpan<byte> json)
    {
        try
        {
            return InputJson.Read<ExportSpec>(json, Format) is var spec && spec.IsPlain() ? spec : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusals.Form("export file", "出域申请文件"));
        }
    }

    // What names the recipient stands on the reviewers' screens.
    private bool IsPlain() =>
        Tables.Count <= MostTables
        && Tables.All(table => table.Where is not { } where || (where.Count is > 0 and <= MostConditions && where.All(condition => condition.IsWhole)))
        && Tables.All(table => table.Mend?.Fits(table) ?? true)
        && (Reports?.Count ?? 0) <= MostReports && (Reports ?? []).All(report => report.Parts.All(part => part.ToPart() is not null))
        && Names.PlainWords(Recipient.Id, 100) && Names.PlainWords(Recipient.Name, 200) && Names.PlainWords(Recipient.Country, 10) && (Recipient.CrossBorderBasis is null || Names.PlainWords(Recipient.CrossBorderBasis, 500));
}

/// <param name="Country">ISO 3166 code of the place of delivery.</param>
/// <param name="CrossBorderBasis">The legal basis for delivery abroad, in words that reviewers read and the manifest keeps; null at home (YN25 22).</param>
/// <param name="Key">The recipient's public key (<c>export keygen</c>), to which the release is sealed; null to have it in clear.</param>
public sealed record ExportRecipient(string Id, string Name, string Country, string? CrossBorderBasis = null, string? Key = null)
{
    /// <summary>Short name of the key that the release is sealed to, for people to compare; null for a release in clear.</summary>
    internal string? SealedTo() => Key is null ? null : RecipientKey.Parse(Key).KeyId;
}

/// <summary>A table: from the production zone, from a run's held output, or from an opened encrypted total.</summary>
/// <param name="Source">Table of the scenario's production zone that the figures are recomputed from; null for a round.</param>
/// <param name="Run">Run whose held output is asked for; its rows are judged against our recomputation and never leave themselves.</param>
/// <param name="Round">Round whose opened total is asked for.</param>
/// <param name="Mend">What is done about unsafe cells; null to have the table refused.</param>
/// <param name="Where">The range: rows for which every condition holds; null for all rows. Only over columns that were granted as they are.</param>
public sealed record ExportTable(
    string Name, string? Source, string? Run, string? Round, IReadOnlyList<string> Dimensions, IReadOnlyList<ExportMeasure> Measures, IReadOnlyList<ExportCondition>? Where = null, ExportMend? Mend = null);

/// <param name="Column">Source column; null only for a count.</param>
/// <param name="Digits">Significant digits that may leave, 1…15.</param>
public sealed record ExportMeasure(string Name, MeasureKind Kind, string? Column, int Digits);

/// <summary>Words around tables of the same request, and bars of their measures; we set and draw it.</summary>
public sealed record ExportReport(string Name, string Title, IReadOnlyList<ExportReportPart> Parts)
{
    internal Report ToReport() => new(Name, Title, [.. Parts.Select(part => part.ToPart()!)]);
}

/// <summary>Exactly one of: a paragraph, a table, or (with a measure) the bars of a table.</summary>
public sealed record ExportReportPart(string? Text = null, string? Table = null, string? Bars = null, string? Measure = null)
{
    internal ReportPart? ToPart() => this switch
    {
        { Text: { } text, Table: null, Bars: null, Measure: null } => new ReportPart.Words(text),
        { Text: null, Table: { } table, Bars: null, Measure: null } => new ReportPart.Table(table),
        { Text: null, Table: null, Bars: { } bars, Measure: { } measure } => new ReportPart.Bars(bars, measure),
        _ => null,
    };
}
