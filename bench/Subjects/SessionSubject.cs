using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;
using Sandbox.Vault.Queries;

namespace Sandbox.Bench.Subjects;

/// <summary>From nothing to the first answer: zone unsealed into memory, jail built, engine locked, one statement.</summary>
internal sealed class SessionSubject : ISubject
{
    private const double WantedMilliseconds = 200;
    private const string Statement = "SELECT count(*) FROM flights";

    public string Name => "session";

    public string Words => "cold start of a query session up to its first answer, against DuckDB opening the plain zone";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var zone = await prepared.WorkbenchAsync(cancellation).ConfigureAwait(false);
        using var plain = prepared.Plain(zone, prepared.ZoneKey);
        var service = new QueryService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist));
        async Task<double> OursAsync(CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var session = await service.OpenAsync(zone, prepared.ZoneKey, cancellation: token).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await QuerySubject.OursAsync(session, Statement, token).ConfigureAwait(false);
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        double RivalOnce()
        {
            var start = Stopwatch.GetTimestamp();
            using var connection = QuerySubject.Alone(Preparation.PathOf(plain));
            QuerySubject.RivalOnce(connection, Statement);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(RivalOnce()), cancellation).ConfigureAwait(false);
        return [new BenchLine(Name, "session-cold", "unseal the zone, build the jail, lock the engine, first answer", "ms", false, ours, "DuckDB opening the plain zone in process, first answer", theirs, new Target(Judged.Ours, WantedMilliseconds, AtLeast: false))];
    }
}
