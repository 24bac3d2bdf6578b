using System.Text.Json.Nodes;
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

    /// <summary>Files in ordinal order of their paths: each table as CSV and as JSON under <c>data/</c>.</summary>
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
                (Table: table, File: new ArchiveFile($"data/{table.Name}.csv", CsvForm.Write(table))),
                (Table: table, File: new ArchiveFile($"data/{table.Name}.json", JsonForm.Write(table))),
            })
            .OrderBy(item => item.File.Path, StringComparer.Ordinal)
            .ToArray();
        ManifestFile[] listing =
        [
            .. rendered.Select(item => new ManifestFile(
                item.File.Path, item.File.Content.Length, Convert.ToHexStringLower(suite.Hash(item.File.Content.Span)), item.Table.Rows.Count, item.Table.Columns.Count)),
        ];
        var digest = DigestOf(suite, export.ExportId, export.Scope.ScenarioId, export.Purpose, ManifestOf(export.Recipient), listing);
        return new ReleaseContent(export.ExportId, export.Scope.ScenarioId, export.Purpose, export.Recipient, [.. rendered.Select(item => item.File)], listing, digest);
    }

    internal static ManifestRecipient ManifestOf(Recipient recipient) => new(recipient.Id, recipient.Name, recipient.Country, recipient.CrossBorderBasis);

    /// <summary>The digest that the parts of a manifest give; lower-case hex.</summary>
    internal static string DigestOf(Suite suite, string export, string scenario, string purpose, ManifestRecipient recipient, IEnumerable<ManifestFile> files)
    {
        var described = new JsonObject
        {
            ["export"] = export,
            ["scenario"] = scenario,
            ["purpose"] = purpose,
            ["recipient"] = new JsonArray(recipient.Id, recipient.Name, recipient.Country, recipient.CrossBorderBasis),
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
