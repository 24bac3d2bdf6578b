using System.Text.Json.Nodes;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Serialising;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>
/// What reviewers vote on: the very files that would leave, for whom, under which scenario and purpose. <see cref="Digest"/> changes with any of it,
/// so a vote is for exactly these bytes.
/// </summary>
public sealed class ReleaseContent
{
    private ReleaseContent(string exportId, string scenarioId, string purpose, Recipient recipient, IReadOnlyList<ArchiveFile> files, IReadOnlyList<ManifestFile> listing, string digest)
    {
        ExportId = exportId;
        ScenarioId = scenarioId;
        Purpose = purpose;
        Recipient = recipient;
        Files = files;
        Listing = listing;
        Digest = digest;
    }

    public string ExportId { get; }

    public string ScenarioId { get; }

    public string Purpose { get; }

    public Recipient Recipient { get; }

    /// <summary>Files in ordinal order of their paths: each table as CSV and as JSON under <c>data/</c>, each report as HTML and as Markdown with its figures as SVG under <c>report/</c>.</summary>
    public IReadOnlyList<ArchiveFile> Files { get; }

    /// <summary>The files as the manifest lists them.</summary>
    public IReadOnlyList<ManifestFile> Listing { get; }

    /// <summary>Lower-case hex.</summary>
    public string Digest { get; }

    /// <summary>Writes the recomputed tables out and computes the digest; the same report always gives the same content.</summary>
    /// <param name="suite">The domain's suite, whose hash is used.</param>
    /// <param name="export">The request.</param>
    /// <param name="report">The request's report.</param>
    /// <exception cref="ArgumentException">The report failed: there is nothing that could leave.</exception>
    public static ReleaseContent Render(Suite suite, ExportCase export, CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(export);
        ArgumentNullException.ThrowIfNull(report);
        if (report.Verdict == Verdict.Fail || report.Tables.Count == 0)
        {
            throw new ArgumentException("A request that failed its checks has no content.", nameof(report));
        }

        var rendered = report.Tables
            .SelectMany(table => new[]
            {
                (Table: (TableArtefact?)table, File: new ArchiveFile($"data/{table.Name}.csv", CsvForm.Write(table))),
                (Table: (TableArtefact?)table, File: new ArchiveFile($"data/{table.Name}.json", JsonForm.Write(table))),
            })
            .Concat(export.Reports.SelectMany(item => FilesOf(item, report.Tables)).Select(file => (Table: (TableArtefact?)null, File: file)))
            .OrderBy(item => item.File.Path, StringComparer.Ordinal)
            .ToArray();
        ManifestFile[] listing =
        [
            .. rendered.Select(item => new ManifestFile(
                item.File.Path, item.File.Content.Length, Convert.ToHexStringLower(suite.Hash(item.File.Content.Span)), item.Table?.Rows.Count ?? 0, item.Table?.Columns.Count ?? 0)),
        ];
        var digest = DigestOf(suite, export.ExportId, export.Scope.ScenarioId, export.Purpose, ManifestOf(export.Recipient), listing);
        return new ReleaseContent(export.ExportId, export.Scope.ScenarioId, export.Purpose, export.Recipient, [.. rendered.Select(item => item.File)], listing, digest);
    }

    private static IEnumerable<ArchiveFile> FilesOf(Report report, IReadOnlyList<TableArtefact> tables)
    {
        yield return new ArchiveFile($"report/{report.Name}.html", HtmlForm.Write(report, tables));
        yield return new ArchiveFile($"report/{report.Name}.md", MarkdownForm.Write(report, tables));
        foreach (var (at, bars) in report.Parts.OfType<ReportPart.Bars>().Index())
        {
            yield return new ArchiveFile(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"report/{report.Name}-{at + 1}.svg"), System.Text.Encoding.UTF8.GetBytes(SvgForm.Bars(tables.First(table => table.Name == bars.Of), bars.Measure)));
        }
    }

    internal static ManifestRecipient ManifestOf(Recipient recipient) => new(recipient.Id, recipient.Name, recipient.Country, recipient.CrossBorderBasis, recipient.Key);

    /// <summary>The digest that the parts of a manifest give; lower-case hex.</summary>
    internal static string DigestOf(Suite suite, string export, string scenario, string purpose, ManifestRecipient recipient, IEnumerable<ManifestFile> files)
    {
        var described = new JsonObject
        {
            ["export"] = export,
            ["scenario"] = scenario,
            ["purpose"] = purpose,
            ["recipient"] = new JsonArray(recipient.Id, recipient.Name, recipient.Country, recipient.CrossBorderBasis, recipient.Key),
            ["files"] = new JsonArray([.. files.Select(file => (JsonNode)new JsonObject
            {
                ["path"] = file.Path,
                ["bytes"] = file.Bytes,
                ["digest"] = file.Digest,
                ["rows"] = file.Rows,
                ["columns"] = file.Columns,
            })]),
        };
        return Convert.ToHexStringLower(suite.Hash([.. "sandbox/export-content/v1\0"u8, .. CanonicalJson.Serialize(described)]));
    }
}
