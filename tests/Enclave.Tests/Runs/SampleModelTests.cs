using System.Text.RegularExpressions;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Fixtures;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>The sample models in the real jail, against figures computed here.</summary>
public sealed class SampleModelTests
{
    private const int Rows = 20_000;
    private static readonly (long Hour, long Distance, bool Late, string Origin)[] Flights = MakeFlights();

    [Fact]
    public async Task Training_finds_the_maximum_likelihood_parameters()
    {
        var outcome = await RunAsync("flight-delay-train", FlightStream(), null);
        var values = Parameters(outcome.Output!);
        var expected = Fit();
        Assert.Equal(Rows, values["rows"]);
        Assert.Equal(Flights.Count(flight => flight.Late) / (double)Rows, values["late_share"], 12);
        foreach (var (name, index) in new[] { ("intercept", 0), ("distance_1000", 1), ("hour_sin", 2), ("hour_cos", 3) })
        {
            Assert.Equal(expected[index], values[name], 6);
        }
    }

    [Fact]
    public async Task The_same_run_gives_the_same_bytes_however_the_input_is_cut()
    {
        var whole = await RunAsync("flight-delay-train", FlightStream(), null);
        var input = FlightStream();
        var cut = await RunAsync("flight-delay-train", input, null, chunk: 1013);
        Assert.Equal(whole.Output, cut.Output);
    }

    [Fact]
    public async Task Applying_gives_a_row_for_each_airport_of_departure()
    {
        var trained = (await RunAsync("flight-delay-train", FlightStream(), null)).Output!;
        var output = TinyArrow.Read((await RunAsync("flight-delay-apply", FlightStream(), null, trained)).Output!);
        var weights = Parameters(trained);
        var expected = Flights.GroupBy(flight => flight.Origin).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.Select(group => group.Key), output["origin"].Cast<string>());
        Assert.Equal(expected.Select(group => group.LongCount()), output["flights"].Cast<long>());
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Average(flight => Probability(weights, flight.Hour, flight.Distance)), (double)output["predicted_share"][i], 9);
        }
    }

    /// <summary>Four heaps far apart: the best centres are the heaps' own means, whatever the seed; the way there is the seed's.</summary>
    [Fact]
    public async Task K_means_finds_heaps_that_lie_far_apart_and_a_replay_takes_the_same_way()
    {
        (long Distance, long Delay)[] heaps = [(200, 0), (900, 300), (1600, -40), (2400, 120)];
        var rows = Enumerable.Range(0, 4000).Select(i => (Heap: i * 7 % 10 is var turn and < 4 ? turn : 0, Step: (i % 21) - 10)).ToArray();
        var stream = TinyArrow.Write(
            1000,
            new TinyArrow.Column("distance", rows.Select(row => (long?)(heaps[row.Heap].Distance + row.Step)).ToArray()),
            new TinyArrow.Column("delay", rows.Select(row => (long?)(heaps[row.Heap].Delay + row.Step)).ToArray()));
        var seeded = new List<RunOutcome>();
        foreach (var seed in new ulong[] { 1, 1, 99 })
        {
            var result = await new ModelRunner(TestBench.Jailer, partitioner: new BytePartitions()).RunAsync(
                TestBench.Sample("flight-groups-train"), async (target, token) => await target.WriteAsync(stream, token), """{"groups":4}""", null, CancellationToken.None, new RunSettings(0, seed));
            seeded.Add(Assert.IsType<RunResult.Ended>(result).Outcome);
        }

        Assert.Equal(seeded[0].Output, seeded[1].Output);
        Assert.Equal(seeded[0].FuelUsed, seeded[1].FuelUsed);
        Assert.NotEqual(seeded[0].FuelUsed, seeded[2].FuelUsed);
        foreach (var values in new[] { Parameters(seeded[0].Output!), Parameters(seeded[2].Output!) })
        {
            Assert.Equal(rows.Length, values["rows"]);
            for (var i = 0; i < heaps.Length; i++)
            {
                var own = rows.Where(row => row.Heap == i).ToArray();
                Assert.Equal(own.Average(row => heaps[i].Distance + row.Step), values[$"distance_{i}"], 6);
                Assert.Equal(own.Average(row => heaps[i].Delay + row.Step), values[$"delay_{i}"], 6);
                Assert.Equal(own.Length / (double)rows.Length, values[$"share_{i}"], 9);
            }
        }
    }

    [Fact]
    public async Task A_grouped_statistic_leaves_out_rows_without_a_value()
    {
        var stream = TinyArrow.Write(
            3,
            new TinyArrow.Column("division", new[] { "440304", "440305", "310101", "440304", "9", "310115" }),
            new TinyArrow.Column("monthly_income", new long?[] { 1000, 3000, 500, null, 7, 700 }));
        var byProvince = TinyArrow.Read((await RunAsync("district-income", stream, null)).Output!);
        Assert.Equal(["31", "44"], byProvince["division"].Cast<string>());
        Assert.Equal([2L, 2L], byProvince["people"].Cast<long>());
        Assert.Equal([1200.0, 4000.0], byProvince["income_sum"].Cast<double>());
        Assert.Equal([600.0, 2000.0], byProvince["income_mean"].Cast<double>());
        var byCounty = TinyArrow.Read((await RunAsync("district-income", stream, """{"digits":6}""")).Output!);
        Assert.Equal(["310101", "310115", "440304", "440305"], byCounty["division"].Cast<string>());
    }

    [Fact]
    public async Task Damaged_input_gives_no_output()
    {
        var stream = FlightStream();
        foreach (var damaged in new[] { stream[..(stream.Length / 2)], stream[..^8], [], stream[8..], [.. stream[..4], 0xFF, 0xFF, 0xFF, 0x7F, .. stream[8..]] })
        {
            var outcome = Assert.IsType<RunResult.Ended>(await ResultAsync("flight-delay-train", damaged, null)).Outcome;
            Assert.NotEqual(ExitReason.Completed, outcome.Reason);
            Assert.Null(outcome.Output);
        }
    }

    [Fact]
    public async Task Every_mutation_of_the_input_ends_in_a_named_reason()
    {
        var stream = TinyArrow.Write(2, new TinyArrow.Column("division", new[] { "440304", "310101" }), new TinyArrow.Column("monthly_income", new long?[] { 5, 6 }));
        ulong state = 7;
        for (var i = 0; i < 20; i++)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            var mutated = (byte[])stream.Clone();
            mutated[(int)((state >> 33) % (ulong)mutated.Length)] ^= (byte)(1 | ((state >> 25) & 0xFF));
            var outcome = Assert.IsType<RunResult.Ended>(await ResultAsync("district-income", mutated, null)).Outcome;
            Assert.Contains(outcome.Reason, new[] { ExitReason.Completed, ExitReason.Trapped, ExitReason.OutOfMemory });
        }
    }

    [Fact]
    public async Task Trained_parameters_go_only_to_a_model_that_declares_them()
    {
        Assert.Equal("SB-RUN-1", Rule(await ResultAsync("flight-delay-apply", [], null)));
        Assert.Equal("SB-RUN-2", Rule(await ResultAsync("district-income", [], null, [1])));
        Assert.Equal("SB-MODEL-11", Rule(await ResultAsync("district-income", [], """{"digits":7}""")));
    }

    [Fact]
    public void The_samples_declare_what_they_do()
    {
        Assert.Equal(ModelKind.Train, TestBench.Sample("flight-delay-train").Manifest.Kind);
        Assert.True(TestBench.Sample("flight-delay-apply").Manifest.NeedsTrained);
        Assert.Equal(["people", "income_sum", "income_mean"], TestBench.Sample("district-income").Manifest.Output.Measures);
    }

    [Fact]
    public void The_worker_answers_exactly_the_calls_that_the_inspector_admits()
    {
        var script = File.ReadAllText(Path.Combine(Checkout.Root, "src", "Enclave", "Worker", "model-worker.cjs"));
        var table = script[script.IndexOf("const wasi = {", StringComparison.Ordinal)..script.IndexOf("\n};", StringComparison.Ordinal)];
        var answered = Regex.Matches(table, "^  ([a-z_]+):", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.Equal(WasiPreview1.Functions.Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));
    }

    private static async Task<RunOutcome> RunAsync(string model, byte[] input, string? parameters, byte[]? trained = null, int chunk = 1 << 20)
    {
        var outcome = Assert.IsType<RunResult.Ended>(await ResultAsync(model, input, parameters, trained, chunk)).Outcome;
        Assert.Equal(ExitReason.Completed, outcome.Reason);
        return outcome;
    }

    private static Task<RunResult> ResultAsync(string model, byte[] input, string? parameters, byte[]? trained = null, int chunk = 1 << 20) =>
        new ModelRunner(TestBench.Jailer, partitioner: new BytePartitions()).RunAsync(
            TestBench.Sample(model),
            async (stream, token) =>
            {
                for (var at = 0; at < input.Length; at += chunk)
                {
                    await stream.WriteAsync(input.AsMemory(at, Math.Min(chunk, input.Length - at)), token);
                }
            },
            parameters,
            trained,
            CancellationToken.None);

    private static string Rule(RunResult result) => Assert.Single(Assert.IsType<RunResult.Refused>(result).Refusals).Rule;

    internal static byte[] FlightStream() => TinyArrow.Write(
        7000,
        new TinyArrow.Column("date", new TinyArrow.Micros([.. Flights.Select(flight => (980_000_000_000_000 / 86_400_000_000 * 86_400_000_000) + (((flight.Hour * 60) + 17) * 60_000_000))])),
        new TinyArrow.Column("delay", Flights.Select(flight => (long?)(flight.Late ? 16 : 15)).ToArray()),
        new TinyArrow.Column("distance", Flights.Select(flight => (long?)flight.Distance).ToArray()),
        new TinyArrow.Column("origin", Flights.Select(flight => flight.Origin).ToArray()));

    private static (long, long, bool, string)[] MakeFlights()
    {
        ulong state = 1;
        double Draw()
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (state >> 11) / (double)(1UL << 53);
        }

        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            var hour = (long)(Draw() * 24);
            var distance = 100 + (long)(Draw() * 2000);
            var late = Draw() < 1 / (1 + Math.Exp(1.5 - (0.4 * distance / 1000) + (0.8 * Math.Sin(hour * Math.PI / 12))));
            return (hour, distance, late, "A" + (char)('A' + (int)(Draw() * 20)));
        })];
    }

    private static Dictionary<string, double> Parameters(byte[] stream)
    {
        var table = TinyArrow.Read(stream);
        return table["name"].Zip(table["value"]).ToDictionary(pair => (string)pair.First, pair => (double)pair.Second, StringComparer.Ordinal);
    }

    private static double Probability(Dictionary<string, double> w, long hour, long distance) =>
        1 / (1 + Math.Exp(-(w["intercept"] + (w["distance_1000"] * distance / 1000) + (w["hour_sin"] * Math.Sin(hour * Math.PI / 12)) + (w["hour_cos"] * Math.Cos(hour * Math.PI / 12)))));

    /// <summary>Plain gradient ascent with many steps: another way to the same maximum.</summary>
    private static double[] Fit()
    {
        var x = Flights.Select(flight => new[] { 1, (float)(flight.Distance / 1000.0), Math.Sin(flight.Hour * Math.PI / 12), Math.Cos(flight.Hour * Math.PI / 12) }).ToArray();
        var w = new double[4];
        for (var step = 0; step < 1500; step++)
        {
            var gradient = new double[4];
            for (var i = 0; i < x.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-((w[0] * x[i][0]) + (w[1] * x[i][1]) + (w[2] * x[i][2]) + (w[3] * x[i][3]))));
                for (var j = 0; j < 4; j++)
                {
                    gradient[j] += ((Flights[i].Late ? 1 : 0) - p) * x[i][j];
                }
            }

            for (var j = 0; j < 4; j++)
            {
                w[j] += gradient[j] * 2 / x.Length;
            }
        }

        return w;
    }
}
