using System.Globalization;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>Looks back over the ledger after each watched entry, in the same transaction, and raises an alert, itself an entry, at a burst.</summary>
internal static class AlertWatch
{
    /// <summary>Entries that are looked back over at most: a burst stands close together.</summary>
    private const int Back = 2000;
    private const int Page = 100;

    public static bool Watches(LedgerEntry entry) => AlertRule.All.Any(rule => rule.Counts(entry.Kind, entry.Actor, entry.Facts));

    /// <param name="transaction">In which the entries were appended.</param>
    /// <param name="ledger">Of the same connection.</param>
    /// <param name="entries">Just appended.</param>
    /// <param name="first">Place of the first of them.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Alerts to be written with their entries.</returns>
    public static List<(Alert Alert, LedgerEntry Entry)> After(SqliteTransaction transaction, Ledger ledger, IReadOnlyList<LedgerEntry> entries, long first, DateTimeOffset now)
    {
        var raised = new List<(Alert, LedgerEntry)>();
        var looked = new HashSet<(string, string)>();
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var (entry, index) = (entries[i], first + i);
            foreach (var rule in AlertRule.All.Where(rule => rule.Counts(entry.Kind, entry.Actor, entry.Facts)))
            {
                var by = rule.ByPerson ? entry.Actor : "anybody";
                // The last of several in one transaction sees the others behind it.
                if (looked.Add((rule.Name, rule.Fact is null ? by : $"{by} {index}")) && Burst(transaction, ledger, rule, entry.Actor, index, now - rule.Window) is { } burst)
                {
                    var alert = new Alert(string.Create(CultureInfo.InvariantCulture, $"{rule.Name}-{index}"), rule.Name, by, burst.Count, burst.First, index, now, null, null);
                    raised.Add((alert, new("alert.raised", "sandbox", new Facts { ["alert"] = alert.Id, ["rule"] = rule.Name, ["by"] = by, ["acts"] = burst.Count, ["first"] = burst.First, ["last"] = index, ["minutes"] = (long)rule.Window.TotalMinutes })));
                }
            }
        }

        return raised;
    }

    /// <summary>Null where there is no burst, or an alert about it stands within the same window already.</summary>
    private static (int Count, long First)? Burst(SqliteTransaction transaction, Ledger ledger, AlertRule rule, string actor, long index, DateTimeOffset since)
    {
        if (rule.Fact is not null)
        {
            return (1, index);
        }

        var (count, first) = (0, index);
        for (var end = index + 1; end > 0 && index - end < Back;)
        {
            var start = Math.Max(0, end - Page);
            foreach (var record in ledger.Entries(start, (int)(end - start), transaction).Reverse())
            {
                if (record.At < since)
                {
                    return Result();
                }

                if (record.Kind == "alert.raised" && record.Facts["rule"].Text == rule.Name && (!rule.ByPerson || record.Facts["by"].Text == actor))
                {
                    return null;
                }

                if (rule.Joins(record, actor))
                {
                    (count, first) = (count + 1, record.Index);
                }
            }

            end = start;
        }

        return Result();

        (int, long)? Result() => count > rule.Most ? (count, first) : null;
    }
}
