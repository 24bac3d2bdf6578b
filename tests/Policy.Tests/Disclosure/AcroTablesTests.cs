using System.Text.Json;
using Sandbox.Fixtures;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Tests.Disclosure;

/// <summary>The verdict and the flags of every table that an independent peer has checked.</summary>
public sealed class AcroTablesTests
{
    [SharedDataFact]
    public void Every_table_gets_the_peers_status_and_every_cell_its_flags()
    {
        var data = Checkout.SharedData!;
        var tables = 0;
        var cells = 0;
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(data, "cases", "acro", "tables.ndjson")))
        {
            using var document = JsonDocument.Parse(line);
            var table = new AcroTable(document.RootElement);
            var findings = TableCheck.Evaluate(table.Rules, table.Group(data), table.Aggregation);
            if (!string.Equals(findings.Verdict.ToString(), table.Status, StringComparison.OrdinalIgnoreCase))
            {
                wrong.Add($"{table.Id}: {findings.Verdict} for {table.Status}");
            }

            foreach (var (expected, found) in table.Expected.Zip(findings.Cells))
            {
                cells++;
                if (!found.Flags.Order(StringComparer.Ordinal).SequenceEqual(expected.Flags) && !expected.MayDiffer)
                {
                    wrong.Add($"{table.Id}: {expected.Key}");
                }
            }

            Assert.Equal(findings.Verdict == Verdict.Pass, findings.Refusals.Count == 0);
            tables++;
        }

        Assert.Empty(wrong);
        Assert.True(tables >= 50 && cells >= 5000);
    }
}
