using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Bench.Subjects;

/// <summary>Building the production zone over all rows: unsealing, rules, keyed row order, sealing.</summary>
internal sealed class ZoneSubject : ISubject
{
    private const double Rows = 3_000_000;

    public string Name => "zone";

    public string Words => "production zone over 3,000,000 rows, against DuckDB writing the shuffled table";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var flights = await prepared.FlightsAsync(cancellation).ConfigureAwait(false);
        using var plain = prepared.Plain(flights.Segments[0].ObjectRef, prepared.DataKey);
        async Task<double> OursAsync(CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var built = await prepared.BuildAsync(ZoneKind.Production, token).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            prepared.Place.Store(Suite.Nist).Delete(built.Zone);
            return seconds;
        }

        double RivalOnce()
        {
            var target = prepared.Place.NewFile("rival.duckdb");
            var start = Stopwatch.GetTimestamp();
            using (var connection = Workplace.RivalEngine(2L << 30))
            {
                connection.Execute(
                    $"ATTACH {DuckDbConnection.Literal(target)} AS zone; "
                    + $"CREATE TABLE zone.flights AS SELECT * EXCLUDE (file_row_number) FROM read_parquet({DuckDbConnection.Literal(Preparation.PathOf(plain))}, file_row_number = true) ORDER BY hash(file_row_number); "
                    + "CHECKPOINT zone; DETACH zone");
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            File.Delete(target);
            return seconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(RivalOnce()), cancellation).ConfigureAwait(false);
        return [new BenchLine(
            Name, "zone-production", "build and seal the production zone of 3,000,000 rows", "rows/s", true,
            ours.Map(seconds => Rows / seconds), "DuckDB in process: plain table in hash order, no rules, no seal, 2 threads", theirs.Map(seconds => Rows / seconds), null)];
    }
}
