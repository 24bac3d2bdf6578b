using System.Diagnostics;
using System.Globalization;
using Sandbox.Bench.Measuring;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>A production zone over a made-up register of twelve columns, five of them masked: two tokens, one kept part, two generalised.</summary>
internal sealed class RegisterZoneSubject : ISubject
{
    private const long EngineBytes = 3L << 29;
    private const double WantedMebibytes = 2048;

    private static readonly ZoneColumn[] Columns =
    [
        new("id", new MaskRule.Token(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier),
        new("phone", new MaskRule.Token(), IdentifierKind.Phone, ColumnGrade.Identifier),
        new("name", new MaskRule.KeepPart(KeptPart.Surname, 0), IdentifierKind.PersonName, ColumnGrade.Identifier),
        new("born", new MaskRule.DateTo(DatePart.Year), IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier),
        new("income", new MaskRule.Round(1000), IdentifierKind.None, ColumnGrade.Sensitive),
        .. new[] { "district", "sex", "visits", "amount", "score", "seen", "flag" }.Select(name => new ZoneColumn(name, new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General)),
    ];

    public string Name => "register";

    public string Words => "production zone over a register of 12 columns, 5 masked, 1 and 10 million rows, against DuckDB's table in hash order";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var sizes = (Environment.GetEnvironmentVariable("SANDBOX_BENCH_REGISTER") ?? "1,10").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture) * 1_000_000L);
        var lines = new List<BenchLine>();
        foreach (var rows in sizes)
        {
            lines.AddRange(await MeasureAsync(prepared, rows, runs, cancellation).ConfigureAwait(false));
        }

        return lines;
    }

    private async Task<BenchLine[]> MeasureAsync(Preparation prepared, long rows, int runs, CancellationToken cancellation)
    {
        using var dataKey = DataKey.ThrowAway(Suite.Nist, "register");
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        using var tokenKey = DataKey.ThrowAway(Suite.Nist, "tokens");
        var store = prepared.Place.Store(Suite.Nist);
        var parquet = prepared.Place.NewFile($"register-{rows}.parquet");
        var identifiers = prepared.Place.NewFile($"register-{rows}-identifiers.parquet");
        Make(rows, parquet, identifiers);
        var segment = new ZoneSegment(await SealAsync(store, dataKey, parquet, cancellation).ConfigureAwait(false), await SealAsync(store, dataKey, identifiers, cancellation).ConfigureAwait(false));
        var request = new ZoneRequest
        {
            ZoneId = "register",
            Kind = ZoneKind.Production,
            K = 1,
            ZoneKey = zoneKey,
            TokenKey = tokenKey,
            MemoryBytes = EngineBytes,
            Tables = [new ZoneTable { Name = "register", Segments = [segment], DataKey = dataKey, Columns = Columns, SubjectColumn = "id" }],
        };
        var mebibytes = new List<double>();
        async Task<double> OursAsync(CancellationToken token)
        {
            var memory = new ChildMemory();
            await using var watch = memory.ConfigureAwait(false);
            var start = Stopwatch.GetTimestamp();
            var result = await new ZoneBuilder(prepared.Place.Jailer, store).BuildAsync(request, null, token).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            mebibytes.Add(memory.PeakOwn);
            store.Delete(result is ZoneResult.Built built ? built.Zone : throw new BenchBrokenException("Building the register's zone", ((ZoneResult.Refused)result).Reasons[0].Rule));
            return seconds;
        }

        double RivalOnce()
        {
            var target = prepared.Place.NewFile("rival-register.duckdb");
            var start = Stopwatch.GetTimestamp();
            using (var connection = Workplace.RivalEngine(EngineBytes))
            {
                var names = string.Join(", ", Columns.Select(column => column.Name));
                connection.Execute(
                    $"SET temp_directory = {DuckDbConnection.Literal(target + ".tmp")}; ATTACH {DuckDbConnection.Literal(target)} AS zone; "
                    + $"CREATE TABLE zone.register AS SELECT {names} FROM read_parquet({DuckDbConnection.Literal(parquet)}) POSITIONAL JOIN read_parquet({DuckDbConnection.Literal(identifiers)}) ORDER BY hash(id); "
                    + "CHECKPOINT zone; DETACH zone");
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            File.Delete(target);
            return seconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(RivalOnce()), cancellation).ConfigureAwait(false);
        store.Delete(segment.Main);
        store.Delete(segment.Identifiers!);
        File.Delete(parquet);
        File.Delete(identifiers);
        var time = new BenchLine(
            Name, $"register-{rows / 1_000_000}m", string.Create(CultureInfo.InvariantCulture, $"build and seal the production zone of {rows:N0} rows, 5 of 12 columns masked"), "rows/s", true, ours.Map(seconds => rows / seconds),
            "DuckDB in process: CREATE TABLE AS … ORDER BY hash(key), no rules, no seal, 2 threads", theirs.Map(seconds => rows / seconds), new Target(Judged.Ratio, 0.4, AtLeast: true));
        return [time, new BenchLine(Name, $"register-{rows / 1_000_000}m-memory", "own memory of the child that builds it; segments and zone lie in memory files beside it", "MiB", false, new Series(mebibytes[1..]), null, null, new Target(Judged.Ours, WantedMebibytes, AtLeast: false))];
    }

    private static void Make(long rows, string parquet, string identifiers)
    {
        using var connection = Workplace.RivalEngine(EngineBytes);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            COPY (SELECT DATE '1940-01-01' + (i * 7919 % 27000)::INT AS born, round((hash(i) % 20000000) / 100.0, 2)::DOUBLE AS income, (440300 + hash(i + 1) % 12)::INTEGER AS district, (hash(i + 2) % 2)::TINYINT AS sex,
                (hash(i + 3) % 40)::INTEGER AS visits, ((hash(i + 4) % 1000000) / 100.0)::DECIMAL(12,2) AS amount, (hash(i + 5) % 100000 / 1000.0)::DOUBLE AS score,
                TIMESTAMP '2024-01-01' + INTERVAL ((hash(i + 6) % 500000)::BIGINT) MINUTE AS seen, hash(i + 7) % 3 = 0 AS flag FROM range({rows}) t(i)) TO {DuckDbConnection.Literal(parquet)} (FORMAT parquet);
            COPY (SELECT '4403' || lpad((hash(i) % 100000000000000)::VARCHAR, 14, '0') AS id, '13' || lpad((hash(i + 1) % 1000000000)::VARCHAR, 9, '0') AS phone,
                substr('王李张刘陈杨赵黄周吴', 1 + (hash(i + 2) % 10)::INT, 1) || substr('伟芳娜秀英敏静丽强磊', 1 + (hash(i + 3) % 10)::INT, 1) AS name FROM range({rows}) t(i)) TO {DuckDbConnection.Literal(identifiers)} (FORMAT parquet);
            """));
    }

    private static async Task<ObjectRef> SealAsync(ObjectStore store, DataKey key, string path, CancellationToken cancellation)
    {
        var source = File.OpenRead(path);
        await using (source.ConfigureAwait(false))
        {
            using var staged = await store.StageAsync("segment", key, source, cancellation).ConfigureAwait(false);
            return staged.Commit();
        }
    }
}
