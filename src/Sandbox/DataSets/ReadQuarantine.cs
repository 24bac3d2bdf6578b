using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;
using Spectre.Console;

namespace Sandbox.Host.DataSets;

/// <summary>A provider reads the rows of its own delivery that were rejected: line, reason, column and the line itself, at most the display limit at a time. Nobody else may.</summary>
public static class ReadQuarantine
{
    /// <param name="from">How many rejected rows are passed over.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, string batchId, int from, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?", ["batch"] = Names.Valid(batchId) ? batchId : "?" };
        if (OwnData.Refused(domain, actor, id, batchId) is { } refusal)
        {
            return domain.Refuse("data.quarantine", actor.Name, [refusal], facts);
        }

        var batch = domain.Registry.Find<DataSet>(id)!.Standing.FirstOrDefault(one => one.Id == batchId);
        if (batch is null || batch.Quarantines.Count == 0)
        {
            return domain.Refuse("data.quarantine", actor.Name, [Refusals.Missing("rejected row of this batch", "该批次的被拒记录", Names.Valid(batchId) ? batchId : "?")], facts);
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, id);
        var page = new Page(from, domain.Profile.Floor.DisplayRows.Value, domain.Profile.Floor.DisplayBytes.Value);
        foreach (var quarantine in batch.Quarantines)
        {
            using var stream = new MemoryStream();
            var scan = await new ScanService(domain.Jailer, domain.Store).StreamAsync(
                new ScanSource.LoadedSegments([new SegmentRef(quarantine, ColumnGroup.Identifiers, batch.Rejected)], key), ["line", "reason", "column", "content"], stream, cancel).ConfigureAwait(false);
            if (scan is ScanResult.Refused refused)
            {
                return domain.Refuse("data.quarantine", actor.Name, [refused.Refusal], facts);
            }

            stream.Position = 0;
            if (!page.Take(ArrowTable.FromUntrusted(stream, ArrowLimits.Default)))
            {
                break;
            }
        }

        var rows = page.Rows;
        facts["shown"] = rows.Count;
        domain.Note(new("data.quarantine-read", actor.Name, facts));
        return Shown(id, batch, from, rows);
    }

    /// <summary>The rows that are shown: those behind the first <paramref name="from"/>, as far as the display limit goes.</summary>
    private sealed class Page(int from, int most, long mostBytes)
    {
        private int _at;
        private long _room = mostBytes;

        internal List<(long Line, string Reason, long? Column, string Content)> Rows { get; } = [];

        /// <returns>Whether there is room for more.</returns>
        internal bool Take(ArrowTable table)
        {
            foreach (var batch in table.Batches)
            {
                for (var row = 0; row < batch.Rows; row++, _at++)
                {
                    if (_at < from)
                    {
                        continue;
                    }

                    var content = batch.Columns[3].GetText(row) ?? "";
                    if (Rows.Count == most || (_room -= content.Length + 32) < 0)
                    {
                        return false;
                    }

                    Rows.Add((batch.Columns[0].GetInt64(row) ?? 0, batch.Columns[1].GetText(row) ?? "", batch.Columns[2].GetInt64(row), content));
                }
            }

            return true;
        }
    }

    private static Answer Shown(string id, Batch batch, int from, List<(long Line, string Reason, long? Column, string Content)> rows) => Answer.Of(
        new JsonObject
        {
            ["data_set"] = id,
            ["batch"] = batch.Id,
            ["rejected"] = batch.Rejected,
            ["from"] = from,
            ["rows"] = new JsonArray([.. rows.Select(row => (JsonNode)new JsonObject { ["line"] = row.Line, ["reason"] = row.Reason, ["column"] = row.Column, ["content"] = row.Content })]),
        },
        console =>
        {
            var table = new Table().AddColumns("line", "reason", "column", "content");
            foreach (var (line, reason, column, content) in rows)
            {
                table.AddRow(line.ToString(CultureInfo.InvariantCulture), Markup.Escape(reason), column?.ToString(CultureInfo.InvariantCulture) ?? "", Markup.Escape(content));
            }

            console.Write(table);
            console.WriteLine($"{from + rows.Count} of {batch.Rejected} rejected rows; --from {from + rows.Count} shows the next.");
        });
}
