using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Fixtures;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>Three sites of a cohort (DataSHIELD's CNSIM, 9,379 rows): a fit from encrypted sums is the fit of the pooled rows; weights.</summary>
public sealed class CohortTests
{
    private static readonly string[] Names = ["LAB_TSC", "LAB_TRIG", "PM_BMI_CONTINUOUS", "GENDER"];

    [SharedDataFact]
    public async Task A_fit_from_encrypted_cross_products_is_that_of_the_pooled_rows()
    {
        using var round = await Round.MakeAsync(
            new ManagedBackend(ParameterSet.B),
            [new("LAB_TSC", "mmol/L", 3, "0", "20", false), new("LAB_TRIG", "mmol/L", 3, "-10", "20", false), new("PM_BMI_CONTINUOUS", "", 3, "0", "100", false), new("GENDER", "", 0, "0", "1", false)],
            crossed: true, ["all"], [1, 1, 1]);
        for (var site = 1; site <= 3; site++)
        {
            var lines = File.ReadAllLines(Path.Combine(Checkout.SharedData!, "real", "federated", $"CNSIM{site}.csv"));
            var header = lines[0].Split(',').Select(name => name.Trim()).ToArray();
            var at = Names.Select(name => Array.IndexOf(header, name)).ToArray();
            await round.ContributeAsync(site - 1, lines.Skip(1).Select(line => line.Split(',')).Select(cells => ("all", at.Select((i, measure) => measure == 1 ? Thousandths(cells[i]) : cells[i]).ToArray())));
        }

        var totals = await round.OpenAsync();
        var fit = RegressionFit.Fit(totals, "all", "LAB_TSC", ["LAB_TRIG", "PM_BMI_CONTINUOUS", "GENDER"])!;

        // Exact rational arithmetic over the pooled rows with LAB_TRIG to three decimals, computed apart from this project (Python's fractions).
        Assert.Equal((7477, 7473), (fit.Rows, fit.ResidualDegrees));
        double[] estimates = [5.7993030279868245, 0.06941340280303689, -0.0017719768090109457, -0.08331017629170923];
        double[] errors = [0.07390556980786477, 0.008383437393178561, 0.00263099286828473, 0.025579048794427857];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(estimates[i], fit.Terms[i].Estimate, Math.Abs(estimates[i]) * 1e-14);
            Assert.Equal(errors[i], fit.Terms[i].StandardError, errors[i] * 1e-13);
        }

        Assert.Equal(8521.359029262907, fit.ResidualSumOfSquares, 1e-9);
        Assert.Equal(0.01322163988653633, fit.RSquared, 1e-14);
        var response = totals.Cells.Single(cell => cell.Measure == "LAB_TSC");
        Assert.Equal(5.851612411394944, Moments.Mean(response)!.Value, 1e-14);
        Assert.Equal(1.1551009848539624, Moments.Variance(response)!.Value, 1e-14);

        Assert.Null(RegressionFit.Fit(totals, "all", "LAB_TSC", ["LAB_TSC"]));
        Assert.Null(RegressionFit.Fit(totals, "all", "LAB_TSC", ["AGE"]));
        Assert.Null(RegressionFit.Fit(totals, "none", "LAB_TSC", ["GENDER"]));
    }

    // Squares of six decimals over so many rows would pass what the encryption holds, and the terms say so; the sites agree on three.
    private static string? Thousandths(string text) =>
        text.Length == 0 ? null : decimal.Round(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), 3).ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Predictors_that_determine_one_another_give_no_fit_and_a_perfect_line_its_own()
    {
        using var round = await Round.MakeAsync(new ManagedBackend(), [new("x", "", 1, "-100", "100", false), new("twice", "", 1, "-200", "200", false), new("y", "", 2, "-1000", "1000", false)], crossed: true, ["all"], [1, 1, 1]);
        for (var site = 0; site < 3; site++)
        {
            await round.ContributeAsync(site, Enumerable.Range(0, 20).Select(row => ("all", new string?[] { $"{row + site}", $"{2 * (row + site)}", $"{(3 * (row + site)) - 7}" })));
        }

        var totals = await round.OpenAsync();
        Assert.Null(RegressionFit.Fit(totals, "all", "y", ["x", "twice"]));
        var fit = RegressionFit.Fit(totals, "all", "y", ["x"])!;
        Assert.Equal([-7, 3], fit.Terms.Select(term => term.Estimate));
        Assert.Equal([0, 0], fit.Terms.Select(term => term.StandardError));
        Assert.Equal((0, 1), (fit.ResidualSumOfSquares, fit.RSquared));
    }

    [Fact]
    public async Task Weights_multiply_what_a_contributor_adds_and_zero_leaves_it_out()
    {
        using var round = await Round.MakeAsync(new ManagedBackend(), [new("v", "", 0, "-9", "9", true)], crossed: false, ["a", "b"], [1, 10, 3, 0]);
        for (var site = 0; site < 4; site++)
        {
            await round.ContributeAsync(site, [("a", [$"{site + 1}"]), ("a", ["-2"]), ("b", [$"{-site}"])]);
        }

        var totals = await round.OpenAsync();
        Assert.Equal(["s0", "s1", "s2"], totals.Contributors);
        var a = totals.Cells.Single(cell => cell.Group == "a");

        // 1·(1−2) + 10·(2−2) + 3·(3−2), and squares 1·(1+4) + 10·(4+4) + 3·(9+4); counts 2·14.
        Assert.Equal(("2", 28L, "124"), (a.Sum.ToString(), a.Count, a.SumOfSquares.ToString()));
        Assert.Equal("-16", totals.Cells.Single(cell => cell.Group == "b").Sum.ToString());
    }

    [Fact]
    public async Task Terms_hold_weights_to_a_ratio_of_ten_and_to_enough_that_are_not_zero()
    {
        foreach (var weights in new int[][] { [1, 11, 3], [1, 1, 0], [1, -1, 1, 1], [1001, 1001, 1001] })
        {
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Round.MakeAsync(new ManagedBackend(), [new("v", "", 0, "0", "1", false)], false, ["all"], weights));
        }
    }

    /// <summary>A round from key to opened table, with as many sites as weights.</summary>
    private sealed class Round : IDisposable
    {
        private readonly SigningKey _platform = Suite.Nist.GenerateSigningKey(), _gate = Suite.Nist.GenerateSigningKey(), _bureau = Suite.Nist.GenerateSigningKey(), _audit = Suite.Nist.GenerateSigningKey();
        private readonly EnvelopeKey _receiver = EnvelopeKey.Generate(Suite.Nist);
        private readonly List<byte[]> _parts = [];
        private readonly HomomorphicBackend _backend;
        private readonly SigningKey[] _sites;
        private readonly HomomorphicKeys _keys;
        private readonly RoundInvitation _invitation;

        private Round(HomomorphicBackend backend, HomomorphicKeys keys, IReadOnlyList<RoundMeasure> measures, bool crossed, IReadOnlyList<string> groups, int[] weights)
        {
            _backend = backend;
            _keys = keys;
            _sites = [.. weights.Select(_ => Suite.Nist.GenerateSigningKey())];
            RoundContributor[] contributors = [.. _sites.Select((key, i) => new RoundContributor($"s{i}", key.Public.ToString(), weights[i]))];
            var signed = SignedRound.Sign(
                new()
                {
                    RoundId = "cohort", Purpose = "", From = new(2026, 1, 1), Until = new(2026, 1, 1), Parameters = backend.Parameters, FloodingBits = backend.Parameters == ParameterSet.B ? 40 : 0, Measures = measures, CrossProducts = crossed, Groups = groups,
                    Contributors = contributors, MinimumContributors = 3, MinimumCell = 1, MaximumRows = 5000, ClosesAt = 4_000_000_000,
                    PublicKeyDigest = SignedRound.DigestOfKey(Suite.Nist, keys.PublicKey), HolderKey = _bureau.Public.ToString(), GateKey = _gate.Public.ToString(),
                },
                _platform);
            var key = HolderKey.Sign(_bureau, backend.Parameters, keys.PublicKey, [.. contributors.Select(one => new RoundParty(one.Id, one.Key))], [new("audit", _audit.Public.ToString())], 3);
            _invitation = RoundInvitation.Of(Assert.IsType<TermsResult.Accepted>(signed).Round, key);
        }

        public static async Task<Round> MakeAsync(HomomorphicBackend backend, IReadOnlyList<RoundMeasure> measures, bool crossed, IReadOnlyList<string> groups, int[] weights) =>
            new(backend, await backend.GenerateKeysAsync(), measures, crossed, groups, weights);

        public async Task ContributeAsync(int site, IEnumerable<(string Group, string?[] Values)> rows)
        {
            using var tally = new RoundTally(_invitation.Round);
            foreach (var (group, values) in rows)
            {
                Assert.Null(tally.Add(group, values));
            }

            _parts.Add((await Contribution.EncryptAsync(tally, $"s{site}", _keys.PublicKey, _sites[site], _backend)).ToBytes());
        }

        public async Task<RoundTotals> OpenAsync()
        {
            ReadOnlyMemory<byte>[] parts = [.. _parts.Select(part => (ReadOnlyMemory<byte>)part)];
            var total = Assert.IsType<SumResult.Summed>(await new RoundSummation(_backend).SumAsync(_invitation.Round, parts, _receiver.Point.ToArray(), _platform)).Total;
            var witnessed = await new RoundWitness(_backend).SignAsync(_invitation, total, parts, _audit);
            var permit = SignedStatement.Sign(_gate, Policy.Disclosure.OpeningPermit.Label, System.Text.Json.Nodes.JsonNode.Parse(_invitation.Round.PermitFor(total).CanonicalBytes())!.AsObject()).ToBytes();
            var opened = Assert.IsType<OpeningResult.Opened>(await new RoundOpening(_backend).OpenAsync(new(_invitation, total, permit, [witnessed], []), _keys.SecretKey, _bureau));
            return OpenedTable.FromUntrusted(_invitation.Round, total, _receiver, opened.Envelope)!;
        }

        public void Dispose()
        {
            _keys.Dispose();
            _receiver.Dispose();
        }
    }
}
