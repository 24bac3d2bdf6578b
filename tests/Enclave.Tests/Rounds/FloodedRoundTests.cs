using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>Rounds whose total is flooded against the key holder: what terms may demand, that the flood changes no figure, and that a witness sees anything else.</summary>
public sealed class FloodedRoundTests(FloodedOffices offices) : IClassFixture<FloodedOffices>
{
    [Fact]
    public async Task A_flooded_total_opens_to_the_same_figures_and_is_never_the_sum()
    {
        var (first, second) = (await SumAsync(), await SumAsync());
        var (bare, _, _) = await new RoundSummation(offices.Backend).AddAsync(offices.Round, Memory(), null, default);
        Assert.Equal(3, new[] { first.Digest, second.Digest, offices.Round.DigestOf(bare!) }.Distinct().Count());
        foreach (var total in new[] { first, second })
        {
            var statement = await Witness().SignAsync(offices.Invitation, total, Memory(), offices.Witness);
            var opened = await new RoundOpening(offices.Backend).OpenAsync(new(offices.Invitation, total, offices.Permit(total), [statement], []), offices.Keys.SecretKey, offices.Bureau);
            var totals = offices.Read(total, Assert.IsType<OpeningResult.Opened>(opened));
            Assert.Equal("6601.53", totals.Cells.Single(cell => cell is { Group: "440304", Measure: "income" }).Sum.ToString());
        }
    }

    [Fact]
    public async Task A_witness_signs_nothing_but_the_sum_with_a_flood_on_it()
    {
        var (bare, _, _) = await new RoundSummation(offices.Backend).AddAsync(offices.Round, Memory(), null, default);
        var single = Contribution.FromUntrusted(offices.Submissions[0], ParameterSet.B)!.Ciphertext(0).ToArray();
        var hidden = (byte[])single.Clone();
        FloodingNoise.AddTo(ParameterSet.B, hidden, 3, 64);
        var twice = (byte[])bare![0].Clone();
        FloodingNoise.AddTo(ParameterSet.B, twice, 3, 64);
        FloodingNoise.AddTo(ParameterSet.B, twice, 3, 64);

        // Without its flood the key holder could read the sum's own noise; a single contribution under a flood is still a single contribution.
        foreach (var ciphertext in new[] { bare[0], single, hidden, twice })
        {
            var forged = EncryptedTotal.Sign(offices.Round, ["east", "north", "south"], [ciphertext], offices.Receiver.Point.ToArray(), offices.Platform);
            var refused = await Assert.ThrowsAsync<EnclaveException>(() => Witness().SignAsync(offices.Invitation, forged, Memory(), offices.Witness));
            Assert.Equal("SB-HE-25", refused.Refusal.Rule);
            Assert.Equal("SB-HE-27", RoundOpening.Check(new(offices.Invitation, forged, offices.Permit(forged), [], []), offices.Bureau.Public)?.Rule);
        }
    }

    [Fact]
    public async Task Where_the_terms_demand_no_flood_a_flooded_total_is_not_the_sum_either()
    {
        var terms = offices.Signed(offices.Terms with { FloodingBits = 0 });
        var invitation = RoundInvitation.Of(terms, offices.HolderKey);
        var parts = new List<ReadOnlyMemory<byte>>();
        foreach (var id in new[] { "east", "north", "south" })
        {
            using var tally = new RoundTally(terms);
            Assert.Null(tally.Add("440304", "1", "1"));
            parts.Add((await Contribution.EncryptAsync(tally, id, offices.Keys.PublicKey, offices.KeyOf(id), offices.Backend)).ToBytes());
        }

        var total = Assert.IsType<SumResult.Summed>(await new RoundSummation(offices.Backend).SumAsync(terms, parts, offices.Receiver.Point.ToArray(), offices.Platform)).Total;
        Assert.NotEmpty(await Witness().SignAsync(invitation, total, parts, offices.Witness));
        var flooded = (byte[])total.Ciphertexts[0].Clone();
        FloodingNoise.AddTo(ParameterSet.B, flooded, 3, 64);
        var other = EncryptedTotal.Sign(terms, total.Contributors, [flooded], offices.Receiver.Point.ToArray(), offices.Platform);
        Assert.Equal("SB-HE-25", (await Assert.ThrowsAsync<EnclaveException>(() => Witness().SignAsync(invitation, other, parts, offices.Witness))).Refusal.Rule);

        // A platform that lowers the demand after the contributions came has none for the lowered terms, and no total that others would take for theirs.
        Assert.All(offices.Submissions, one => Assert.Equal("SB-HE-4", RoundSummation.CheckArrival(terms, one, DateTimeOffset.UnixEpoch).Refusal?.Rule));
        Assert.Null(EncryptedTotal.FromUntrusted(offices.Round, total.Statement, total.Ciphertexts));
        var before = await SumAsync();
        Assert.Null(EncryptedTotal.FromUntrusted(terms, before.Statement, before.Ciphertexts));
    }

    [Theory]
    [InlineData("B", 40, true)]
    [InlineData("B", 64, true)]
    [InlineData("B", 110, true)]
    [InlineData("B", 0, true)]
    [InlineData("A", 0, true)]
    [InlineData("C", 0, true)]
    [InlineData("B", 111, false)]
    [InlineData("B", 39, false)]
    [InlineData("B", 1, false)]
    [InlineData("B", -1, false)]
    [InlineData("B", int.MaxValue, false)]
    [InlineData("B", int.MinValue, false)]
    [InlineData("A", 40, false)]
    [InlineData("A", 13, false)]
    [InlineData("C", 40, false)]
    public void Terms_demand_what_their_set_has_room_for_or_say_that_there_is_none(string set, int bits, bool holds)
    {
        var terms = offices.Terms with { Parameters = ParameterSet.Named(set)!, FloodingBits = bits };
        var result = SignedRound.Sign(terms, offices.Platform);
        if (!holds)
        {
            var refusal = Assert.Single(Assert.IsType<TermsResult.Refused>(result).Refusals);
            Assert.Equal("SB-HE-29", refusal.Rule);
            Assert.Contains($"parameter set {set} has room for", refusal.Why, StringComparison.Ordinal);
            return;
        }

        var signed = Assert.IsType<TermsResult.Accepted>(result).Round;
        Assert.Equal(bits, Assert.IsType<TermsResult.Accepted>(SignedRound.FromUntrusted(signed.ToBytes(), offices.Platform.Public)).Round.Terms.FloodingBits);
        var words = JsonNode.Parse(signed.ToBytes())!["payload"]!["key_holder_noise"]!.GetValue<string>();
        Assert.Contains(bits > 0 ? $"within the statistical distance 2^-{bits}" : set == "B" ? "not flooded: the key holder is trusted" : $"parameter set {set} has not the room: the key holder is trusted", words, StringComparison.Ordinal);
    }

    [Fact]
    public void Heavier_weights_leave_less_room()
    {
        RoundContributor[] heavy = [.. offices.Terms.Contributors.Select(one => one with { Weight = RoundTerms.LargestWeight })];
        var terms = offices.Terms with { Contributors = heavy, FloodingBits = 100 };
        Assert.IsType<TermsResult.Accepted>(SignedRound.Sign(terms, offices.Platform));
        Assert.Equal("SB-HE-29", Assert.Single(Assert.IsType<TermsResult.Refused>(SignedRound.Sign(terms with { FloodingBits = 101 }, offices.Platform)).Refusals).Rule);
    }

    [Fact]
    public void Words_that_say_other_than_the_number_are_not_taken_and_terms_of_before_mean_no_flood()
    {
        var payload = JsonNode.Parse(offices.Round.ToBytes())!["payload"]!.AsObject();
        foreach (var change in new Action<JsonObject>[]
        {
            one => one["flooding_bits"] = 0, one => one["flooding_bits"] = 65, one => one["key_holder_noise"] = "The noise of the total is flooded.", one => one.Remove("flooding_bits"), one => one.Remove("key_holder_noise"),
            one => one["key_holder_noise"] = null,
        })
        {
            var changed = (JsonObject)payload.DeepClone();
            change(changed);
            Assert.Equal("SB-HE-2", Assert.IsType<TermsResult.Refused>(Read(changed)).Refusals[0].Rule);
        }

        var before = (JsonObject)payload.DeepClone();
        before.Remove("flooding_bits");
        before.Remove("key_holder_noise");
        Assert.Equal(0, Assert.IsType<TermsResult.Accepted>(Read(before)).Round.Terms.FloodingBits);

        TermsResult Read(JsonObject one) => SignedRound.FromUntrusted(SignedStatement.Sign(offices.Platform, SignedRound.Label, one).ToBytes(), offices.Platform.Public);
    }

    private RoundWitness Witness() => new(offices.Backend);

    private ReadOnlyMemory<byte>[] Memory() => [.. offices.Submissions.Select(one => (ReadOnlyMemory<byte>)one)];

    private async Task<EncryptedTotal> SumAsync() =>
        Assert.IsType<SumResult.Summed>(await new RoundSummation(offices.Backend).SumAsync(offices.Round, Memory(), offices.Receiver.Point.ToArray(), offices.Platform)).Total;
}
