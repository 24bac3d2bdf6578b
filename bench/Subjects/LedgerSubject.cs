using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>The ledger: durable appends of many callers against bare SQLite, and the verification of a million entries on one core.</summary>
internal sealed class LedgerSubject : ISubject
{
    private const int Writers = 64;
    private const int Each = 300;
    private const int Many = 1_000_000;

    public string Name => "ledger";

    public string Words => "durable appends of 64 writers, against bare grouped SQLite; verifying 1,000,000 entries";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var lines = new List<BenchLine>();
        foreach (var (suite, seconds) in new[] { (Suite.Nist, 3.0), (Suite.Sm, 10.0) })
        {
            using (var ledger = new LedgerFixture(prepared.Place, suite))
            {
                using var writer = ledger.Writer();
                var path = prepared.Place.NewFile($"bare-{suite.Name}.db");
                using var bare = LedgerFixture.Connect(path);
                var bytes = Bytes(ledger);
                var (ours, rival) = await Contest.RunAsync(runs, _ => AppendAsync(writer), _ => Task.FromResult(Bare(bare, bytes)), cancellation).ConfigureAwait(false);
                lines.Add(new BenchLine(Name, $"ledger-append-{suite.Name}", $"{Writers} writers append durably, signed head a group ({suite.SignatureAlgorithm})", "entries/s", true, ours, $"bare SQLite inserts of the same bytes in groups of {Writers}", rival, new Target(Judged.Ratio, 0.5, true)));
                lines.Add(new BenchLine(Name, $"ledger-rate-{suite.Name}", "the same, on its own", "entries/s", true, ours, null, null, new Target(Judged.Ours, 20_000, true)));
            }

            using var many = new LedgerFixture(prepared.Place, suite);
            many.Fill(Many, cancellation);
            var verify = new List<double>();
            for (var run = 0; run < Math.Min(runs, 3); run++)
            {
                cancellation.ThrowIfCancellationRequested();
                // Reading and hashing run beside each other; the target is for one core, so what both use is added up.
                var before = Environment.CpuUsage.TotalTime;
                if (many.Ledger.VerifyAll() is not LedgerReport.Intact { Head.Size: Many })
                {
                    throw new BenchBrokenException("The ledger", "verification");
                }

                verify.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }

            lines.Add(new BenchLine(Name, $"ledger-verify-{suite.Name}", "verify 1,000,000 entries, processor time of all threads", "s", false, new Series(verify), null, null, new Target(Judged.Ours, seconds, false)));
        }

        return lines;
    }

    private static async Task<double> AppendAsync(LedgerWriter writer)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async caller =>
        {
            for (var i = 0; i < Each; i++)
            {
                await writer.AppendAsync(LedgerFixture.Entry(caller * Each + i)).ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
        return Writers * Each / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Entries as bytes, as long as ours are.</summary>
    private static byte[][] Bytes(LedgerFixture ledger)
    {
        ledger.Fill(256, CancellationToken.None);
        return [.. ledger.Ledger.Entries(0, 256).Select(record => record.Bytes.ToArray())];
    }

    private static double Bare(SqliteConnection connection, byte[][] entries)
    {
        using var setup = connection.CreateCommand();
        setup.CommandText = "CREATE TABLE IF NOT EXISTS bare (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL)";
        setup.ExecuteNonQuery();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO bare (entry) VALUES (@entry)";
        var entry = insert.Parameters.Add("@entry", SqliteType.Blob);
        var start = Stopwatch.GetTimestamp();
        for (var group = 0; group < Each; group++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            insert.Transaction = transaction;
            for (var i = 0; i < Writers; i++)
            {
                entry.Value = entries[i % entries.Length];
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return Writers * Each / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
