using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>A round of three county offices, with the real encryption; then everything that must not work.</summary>
public sealed class RoundTests : IClassFixture<Offices>
{
    private readonly Offices _offices;

    public RoundTests(Offices offices) => _offices = offices;

    [Fact]
    public async Task Three_offices_learn_only_the_total()
    {
        var sum = await SumAsync(_offices.Submissions);
        Assert.Empty(sum.Refused);
        Assert.Equal(["east", "north", "south"], sum.Total.Contributors);
        var totals = _offices.Read(sum.Total, Assert.IsType<OpeningResult.Opened>(await OpenAsync(sum.Total, _offices.Permit(sum.Total))));
        Assert.Empty(totals.Withheld);
        var cells = totals.Cells.ToDictionary(cell => (cell.Group, cell.Measure));
        Assert.Equal("6601.53", cells[("440304", "income")].Sum.ToString());
        Assert.Equal(4, cells[("440304", "income")].Count);
        Assert.Equal("-3", cells[("440304", "change")].Sum.ToString());
        Assert.Equal(3, cells[("440304", "change")].Count);
        Assert.Equal("3", cells[("440304", "change")].SumOfSquares!.Value.ToString());
        Assert.Equal("-500.00", cells[("440305", "income")].Sum.ToString());
        Assert.Null(cells[("440305", "income")].SumOfSquares);
        Assert.Equal(0, cells[("440305", "change")].Count);
    }

    [Fact]
    public async Task Bad_submissions_are_named_and_do_not_stop_the_others()
    {
        var good = _offices.Submissions;
        var foreign = _offices.Changed(good[0], (_, ciphertexts) => ciphertexts[0][9] ^= 1, resign: "east");
        var outOfRange = _offices.Changed(good[0], (_, ciphertexts) => ciphertexts[0][^1] = 0xFF, resign: "east");
        var changed = _offices.Changed(good[0], (_, ciphertexts) => ciphertexts[0][500] ^= 1, resign: null);
        var other = _offices.Changed(good[0], (statement, _) => statement["contributor"] = "north", resign: "east");
        var otherTerms = _offices.Changed(good[0], (statement, _) => statement["terms"] = new string('0', 64), resign: "east");
        var stranger = _offices.Changed(good[0], (_, _) => { }, resign: "stranger");
        byte[][] all =
        [
            good[0][..^1], [.. good[0], 0], [], "hello"u8.ToArray(), foreign, outOfRange, changed, other, otherTerms, stranger, good[0], good[0], good[1], good[2],
        ];
        var sum = await SumAsync(all);
        Assert.Equal(
            [
                (0, null, "SB-HE-6"), (1, null, "SB-HE-6"), (2, null, "SB-HE-6"), (3, null, "SB-HE-6"), (4, "east", "SB-HE-7"), (5, "east", "SB-HE-7"),
                (6, "east", "SB-HE-8"), (7, "east", "SB-HE-4"), (8, "east", "SB-HE-4"), (9, null, "SB-HE-4"), (11, "east", "SB-HE-5"),
            ],
            sum.Refused.Select(refused => (refused.Index, refused.Contributor, refused.Refusal.Rule)));
        Assert.Equal(3, sum.Total.Contributors.Count);
        Assert.IsType<OpeningResult.Opened>(await OpenAsync(sum.Total, _offices.Permit(sum.Total)));
    }

    [Fact]
    public async Task Too_few_contributors_give_nothing()
    {
        foreach (var submissions in new[] { _offices.Submissions[..2], [_offices.Submissions[0], _offices.Submissions[0], _offices.Submissions[0]], [] })
        {
            var result = await new RoundSummation(_offices.Backend).SumAsync(_offices.Round, Memory(submissions), _offices.Receiver.Point.ToArray(), _offices.Platform);
            Assert.Equal("SB-HE-9", Assert.IsType<SumResult.NotSummed>(result).Reason.Rule);
        }
    }

    [Fact]
    public async Task A_single_contribution_can_not_be_opened_by_any_public_way()
    {
        var contribution = Contribution.FromUntrusted(_offices.Submissions[0], ParameterSet.A)!;
        var single = (Statement: contribution.Statement.ToArray(), Ciphertexts: new[] { contribution.Ciphertext(0).ToArray() });

        // As a total with the contributor's own statement, with a statement of another round's label, with nobody's statement.
        Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, single.Statement, single.Ciphertexts));
        Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, _offices.Round.ToBytes(), single.Ciphertexts));
        Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, [], single.Ciphertexts));

        // Under the platform's true statement about the sum of all.
        var sum = await SumAsync(_offices.Submissions);
        Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, sum.Total.Statement, single.Ciphertexts));
        Assert.NotNull(EncryptedTotal.FromUntrusted(_offices.Round, sum.Total.Statement, sum.Total.Ciphertexts));

        // Under a statement of a platform of the attacker's own.
        using var attacker = Suite.Nist.GenerateSigningKey();
        Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, SumStatement(attacker, single.Ciphertexts, ["east", "north", "south"]), single.Ciphertexts));

        // Even the platform itself can't sign for fewer than the terms say, for repeated or for strange contributors.
        foreach (var ids in new string[][] { ["east"], ["east", "north"], ["east", "east", "east"], ["east", "north", "stranger"], [] })
        {
            Assert.Null(EncryptedTotal.FromUntrusted(_offices.Round, SumStatement(_offices.Platform, single.Ciphertexts, ids), single.Ciphertexts));
        }

        // Terms for a single contributor, or for two, are not signed.
        foreach (var count in new[] { 1, 2 })
        {
            var terms = _offices.Terms with { MinimumContributors = count };
            Assert.IsType<TermsResult.Refused>(SignedRound.Sign(terms, _offices.Platform));
        }
    }

    [Fact]
    public async Task Only_the_gates_permit_for_exactly_this_total_opens_it()
    {
        var total = (await SumAsync(_offices.Submissions)).Total;
        var permit = _offices.Round.PermitFor(total);
        using var attacker = Suite.Nist.GenerateSigningKey();
        byte[][] wrong =
        [
            [],
            permit.CanonicalBytes(),
            Sign(attacker, OpeningPermit.Label, permit),
            Sign(_offices.Platform, OpeningPermit.Label, permit),
            Sign(_offices.Gate, "sandbox/release/v1", permit),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { SumDigest = new string('0', 64) }),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { TermsDigest = new string('0', 64) }),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { RoundId = "another" }),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { Contributors = 1 }),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { Contributors = 4 }),
            Sign(_offices.Gate, OpeningPermit.Label, permit with { Cells = permit.Cells + 1 }),
            total.Statement,
        ];
        foreach (var statement in wrong)
        {
            Assert.Equal("SB-HE-11", Assert.IsType<OpeningResult.Refused>(await OpenAsync(total, statement)).Refusal.Rule);
        }

        var good = _offices.Permit(total);
        for (var at = 0; at < good.Length; at += 7)
        {
            var flipped = (byte[])good.Clone();
            flipped[at] ^= 1;
            Assert.IsType<OpeningResult.Refused>(await OpenAsync(total, flipped));
        }

        // Another sum of the same round, newly encrypted: the old permit does not fit.
        var again = (await SumAsync([await _offices.ContributeAsync("east"), .. _offices.Submissions[1..]])).Total;
        Assert.Equal("SB-HE-11", Assert.IsType<OpeningResult.Refused>(await OpenAsync(again, good)).Refusal.Rule);
    }

    [Fact]
    public async Task Another_secret_key_opens_to_nothing()
    {
        var total = (await SumAsync(_offices.Submissions)).Total;
        using var other = await _offices.Backend.GenerateKeysAsync();
        var result = await new RoundOpening(_offices.Backend).OpenAsync(_offices.Case(total, _offices.Permit(total)), other.SecretKey, _offices.Bureau);
        Assert.IsType<OpeningResult.Refused>(result);
    }

    [Theory]
    [InlineData("440304", "100.001", "1", "SB-HE-15")]
    [InlineData("440304", "1000000.01", "1", "SB-HE-15")]
    [InlineData("440304", "-1000.01", "1", "SB-HE-15")]
    [InlineData("440304", "abc", "1", "SB-HE-15")]
    [InlineData("440304", "NaN", "1", "SB-HE-15")]
    [InlineData("440304", "1", "0.5", "SB-HE-15")]
    [InlineData("999999", "1", "1", "SB-HE-14")]
    [InlineData("440304", null, null, null)]
    [InlineData("440304", "1000000.00", " ", null)]
    [InlineData("440304", "1e2", "-100", null)]
    public void A_row_is_taken_exactly_or_not_at_all(string group, string? income, string? change, string? rule)
    {
        var tally = new RoundTally(_offices.Round);
        var refusal = tally.Add(group, income, change);
        Assert.Equal(rule, refusal?.Rule);
        Assert.Equal(rule is null ? 1 : 0, tally.Rows);
        if (refusal is not null)
        {
            Assert.True(income!.Length < 3 || !refusal.ToString().Contains(income, StringComparison.Ordinal));
            Assert.Equal(new long[_offices.Terms.Cells], tally.Cells.ToArray());
        }
    }

    [Fact]
    public void More_rows_than_the_terms_allow_are_refused()
    {
        var tally = new RoundTally(_offices.Round);
        for (var i = 0; i < _offices.Terms.MaximumRows; i++)
        {
            Assert.Null(tally.Add("440304", "1", "1"));
        }

        Assert.Equal("SB-HE-16", tally.Add("440304", "1", "1")?.Rule);
    }

    [Fact]
    public void Terms_that_could_wrap_or_are_incomplete_are_not_signed()
    {
        var terms = _offices.Terms;
        var measure = terms.Measures[0];
        RoundTerms[] wrong =
        [
            terms with { MaximumRows = long.MaxValue },
            terms with { MaximumRows = 0 },
            terms with { MaximumRows = 1L << 32 },
            terms with { Measures = [measure with { Maximum = "9223372036854775807", Decimals = 0 }] },
            terms with { Measures = [measure with { Squares = true, Maximum = "100000000" }] },
            terms with { Measures = [measure with { Minimum = "2", Maximum = "1" }] },
            terms with { Measures = [measure with { Maximum = "1.001" }] },
            terms with { Measures = [measure with { Decimals = 10 }] },
            terms with { Measures = [measure, measure] },
            terms with { Measures = [] },
            terms with { Groups = [] },
            terms with { Groups = ["a", "a"] },
            terms with { Groups = [.. Enumerable.Range(0, 200_000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))] },
            terms with { Contributors = terms.Contributors.Take(2).ToArray() },
            terms with { Contributors = [terms.Contributors[0], terms.Contributors[1], terms.Contributors[0]] },
            terms with { Contributors = [terms.Contributors[0], terms.Contributors[1], terms.Contributors[0] with { Id = "double" }] },
            terms with { MinimumContributors = 4 },
            terms with { PublicKeyDigest = "" },
            terms with { GateKey = "sandbox-key:nist:AAAA" },
            terms with { RoundId = "../x" },
        ];
        Assert.IsType<TermsResult.Accepted>(SignedRound.Sign(terms, _offices.Platform));
        Assert.All(wrong, one => Assert.Equal("SB-HE-2", Assert.IsType<TermsResult.Refused>(SignedRound.Sign(one, _offices.Platform)).Refusals[0].Rule));
    }

    [Fact]
    public void Signed_terms_are_read_back_as_they_were_and_only_from_the_platform()
    {
        var bytes = _offices.Round.ToBytes();
        var read = Assert.IsType<TermsResult.Accepted>(SignedRound.FromUntrusted(bytes, _offices.Platform.Public)).Round;
        Assert.Equal(_offices.Round.Digest, read.Digest);
        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal("SB-HE-3", Assert.IsType<TermsResult.Refused>(SignedRound.FromUntrusted(bytes, _offices.Gate.Public)).Refusals[0].Rule);
        for (var at = 0; at < bytes.Length; at += 13)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[at] ^= 1;
            Assert.IsType<TermsResult.Refused>(SignedRound.FromUntrusted(flipped, _offices.Platform.Public));
        }

        // Well signed, but by a platform that skipped the rules: they are checked again on reading.
        var payload = JsonNode.Parse(bytes)!["payload"]!.AsObject();
        payload["minimum_contributors"] = 1;
        var lax = SignedStatement.Sign(_offices.Platform, SignedRound.Label, (JsonObject)payload.DeepClone()).ToBytes();
        Assert.Equal("SB-HE-2", Assert.IsType<TermsResult.Refused>(SignedRound.FromUntrusted(lax, _offices.Platform.Public)).Refusals[0].Rule);
    }

    [Fact]
    public void Terms_can_be_signed_with_the_SM_suite()
    {
        using var platform = Suite.Sm.GenerateSigningKey();
        var terms = _offices.Terms with { PublicKeyDigest = SignedRound.DigestOfKey(Suite.Sm, _offices.Keys.PublicKey) };
        var round = Assert.IsType<TermsResult.Accepted>(SignedRound.Sign(terms, platform)).Round;
        Assert.Equal(64, round.Digest.Length);
        Assert.Equal(round.Digest, Assert.IsType<TermsResult.Accepted>(SignedRound.FromUntrusted(round.ToBytes(), platform.Public)).Round.Digest);
    }

    [Fact]
    public async Task A_contributor_with_the_wrong_key_or_name_does_not_even_encrypt()
    {
        using var other = await _offices.Backend.GenerateKeysAsync();
        var tally = new RoundTally(_offices.Round);
        var wrongKey = await Assert.ThrowsAsync<EnclaveException>(() => Contribution.EncryptAsync(tally, "east", other.PublicKey, _offices.KeyOf("east"), _offices.Backend));
        Assert.Equal("SB-HE-17", wrongKey.Refusal.Rule);
        var wrongName = await Assert.ThrowsAsync<EnclaveException>(() => Contribution.EncryptAsync(tally, "north", _offices.Keys.PublicKey, _offices.KeyOf("east"), _offices.Backend));
        Assert.Equal("SB-HE-4", wrongName.Refusal.Rule);
    }

    [Fact]
    public void A_submission_is_judged_at_the_door_with_its_time()
    {
        var before = DateTimeOffset.FromUnixTimeSeconds(_offices.Terms.ClosesAt - 1);
        Assert.Equal(("east", null), RoundSummation.CheckArrival(_offices.Round, _offices.Submissions[0], before));
        Assert.Equal("SB-HE-10", RoundSummation.CheckArrival(_offices.Round, _offices.Submissions[0], before.AddSeconds(1)).Refusal?.Rule);
        Assert.Equal("SB-HE-6", RoundSummation.CheckArrival(_offices.Round, new byte[] { 1, 2, 3 }, before).Refusal?.Rule);
    }

    private static ReadOnlyMemory<byte>[] Memory(IEnumerable<byte[]> submissions) => [.. submissions.Select(one => (ReadOnlyMemory<byte>)one)];

    private static byte[] Sign(SigningKey key, string label, OpeningPermit permit) =>
        SignedStatement.Sign(key, label, JsonNode.Parse(permit.CanonicalBytes())!.AsObject()).ToBytes();

    private byte[] SumStatement(SigningKey key, IReadOnlyList<byte[]> ciphertexts, string[] ids) => SignedStatement.Sign(key, EncryptedTotal.Label, new JsonObject
    {
        ["contributors"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
        ["receiver"] = Convert.ToHexStringLower(_offices.Receiver.Point),
        ["round"] = _offices.Terms.RoundId,
        ["sum"] = _offices.Round.DigestOf(ciphertexts),
        ["terms"] = _offices.Round.Digest,
    }).ToBytes();

    private async Task<SumResult.Summed> SumAsync(IEnumerable<byte[]> submissions) =>
        Assert.IsType<SumResult.Summed>(await new RoundSummation(_offices.Backend).SumAsync(_offices.Round, Memory(submissions), _offices.Receiver.Point.ToArray(), _offices.Platform));

    private Task<OpeningResult> OpenAsync(EncryptedTotal total, byte[] permit) =>
        new RoundOpening(_offices.Backend).OpenAsync(_offices.Case(total, permit), _offices.Keys.SecretKey, _offices.Bureau);
}
