using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>What stands between a platform that turns bad and the key holder: the bureau's signature over the key, the witnesses, the envelope, the record.</summary>
public sealed class KeyHolderTests(Offices offices) : IClassFixture<Offices>
{
    [Fact]
    public async Task A_platform_that_signs_anything_gets_no_single_contribution_opened()
    {
        // The platform's own keys sign a "total" that is one county's contribution, and the gate's key, which lies there too, signs the permit for it.
        var single = Contribution.FromUntrusted(offices.Submissions[0], ParameterSet.A)!.Ciphertext(0).ToArray();
        var forged = EncryptedTotal.Sign(offices.Round, ["east", "north", "south"], [single], offices.Receiver.Point.ToArray(), offices.Platform);
        var permit = offices.Permit(forged);
        var true_ = (await SumAsync()).Total;
        using var stranger = Suite.Nist.GenerateSigningKey();
        ReadOnlyMemory<byte>[][] statements =
        [
            [], [offices.Witnessed(true_)], [offices.Witnessed(forged, offices.Platform)], [offices.Witnessed(forged, offices.Gate)], [offices.Witnessed(forged, stranger)],
            [offices.Witnessed(forged, offices.KeyOf("east"))], [offices.Witnessed(true_), offices.Witnessed(forged, offices.Platform)],
        ];
        foreach (var witnesses in statements)
        {
            Assert.Equal("SB-HE-27", await RuleAsync(new(offices.Invitation, forged, permit, witnesses, [])));
        }

        // And the witness does not sign it.
        var refused = await Assert.ThrowsAsync<EnclaveException>(() => Witness().SignAsync(offices.Invitation, forged, Memory(), offices.Witness));
        Assert.Equal("SB-HE-25", refused.Refusal.Rule);
    }

    [Fact]
    public async Task A_witness_signs_the_true_total_only_and_only_as_a_named_witness()
    {
        var total = (await SumAsync()).Total;
        var statement = await Witness().SignAsync(offices.Invitation, total, Memory(), offices.Witness);
        Assert.Equal(offices.Witnessed(total).Length, statement.Length);
        Assert.Null(RoundOpening.Check(new(offices.Invitation, total, offices.Permit(total), [statement], []), offices.Bureau.Public));

        // One contribution is missing, or another stands twice.
        foreach (var given in new[] { Memory()[..2], [.. Memory()[..2], Memory()[0]], [] })
        {
            Assert.Equal("SB-HE-25", (await Assert.ThrowsAsync<EnclaveException>(() => Witness().SignAsync(offices.Invitation, total, given, offices.Witness))).Refusal.Rule);
        }

        Assert.Equal("SB-HE-24", (await Assert.ThrowsAsync<EnclaveException>(() => Witness().SignAsync(offices.Invitation, total, Memory(), offices.KeyOf("east")))).Refusal.Rule);
    }

    [Fact]
    public async Task Only_the_holder_that_the_terms_name_opens()
    {
        var total = (await SumAsync()).Total;
        Assert.Equal("SB-HE-28", RoundOpening.Check(offices.Case(total, offices.Permit(total)), offices.Platform.Public)?.Rule);
    }

    [Fact]
    public void The_platform_can_not_put_its_own_key_in_the_bureaus_place()
    {
        var own = Make(offices.Platform, offices.Keys.PublicKey, offices.HolderKey.Contributors);
        Assert.Null(HolderKey.FromUntrusted(own.ToBytes(), offices.Bureau.Public));
        Assert.Equal("SB-HE-23", Assert.Throws<EnclaveException>(() => RoundInvitation.Of(offices.Round, own)).Refusal.Rule);

        // A true signature of the bureau over other contributors, a higher minimum, another key.
        RoundParty[] others = [.. offices.HolderKey.Contributors.Take(2), new("west", offices.KeyOf("stranger").Public.ToString())];
        var changed = (byte[])offices.Keys.PublicKey.Clone();
        changed[^1] ^= 1;
        foreach (var key in new[] { Make(offices.Bureau, offices.Keys.PublicKey, others), Make(offices.Bureau, changed, offices.HolderKey.Contributors), Four() })
        {
            Assert.Equal("SB-HE-23", Assert.Throws<EnclaveException>(() => RoundInvitation.Of(offices.Round, key)).Refusal.Rule);
        }

        Assert.Equal(offices.Round.Digest, RoundInvitation.FromUntrusted(offices.Invitation.ToBytes(), offices.Platform.Public, offices.Bureau.Public).Round.Digest);
        Assert.Throws<EnclaveException>(() => RoundInvitation.FromUntrusted(offices.Invitation.ToBytes(), offices.Platform.Public, offices.Platform.Public));
        Assert.Throws<EnclaveException>(() => RoundInvitation.FromUntrusted(offices.Invitation.ToBytes(), offices.Gate.Public, offices.Bureau.Public));

        HolderKey Four()
        {
            RoundParty[] four = [.. offices.HolderKey.Contributors, new("west", offices.KeyOf("stranger").Public.ToString())];
            return HolderKey.Sign(offices.Bureau, ParameterSet.A, offices.Keys.PublicKey, four, offices.HolderKey.Witnesses, 4);
        }
    }

    [Fact]
    public void A_key_is_not_signed_for_too_few_for_doubles_or_with_the_holder_among_them()
    {
        var three = offices.HolderKey.Contributors;
        var witness = offices.HolderKey.Witnesses;
        var bureau = new RoundParty("bureau", offices.Bureau.Public.ToString());
        (IReadOnlyList<RoundParty> Contributors, IReadOnlyList<RoundParty> Witnesses, int Minimum)[] wrong =
        [
            ([.. three.Take(2)], witness, 3), (three, [], 3), (three, witness, 2), (three, witness, 4), ([.. three, three[0]], witness, 3), ([.. three, three[0] with { Id = "other" }], witness, 3),
            (three, [bureau], 3), ([.. three, bureau], witness, 3), ([.. three, new("none", "sandbox-key:nist:AAAA")], witness, 3),
        ];
        Assert.All(wrong, one => Assert.Equal(
            "SB-HE-22", Assert.Throws<EnclaveException>(() => HolderKey.Sign(offices.Bureau, ParameterSet.A, offices.Keys.PublicKey, one.Contributors, one.Witnesses, one.Minimum)).Refusal.Rule));
    }

    [Fact]
    public async Task The_opened_table_is_for_the_gate_only_and_only_from_the_holder()
    {
        var total = (await SumAsync()).Total;
        var opened = Assert.IsType<OpeningResult.Opened>(await new RoundOpening(offices.Backend).OpenAsync(offices.Case(total, offices.Permit(total)), offices.Keys.SecretKey, offices.Bureau));
        Assert.NotNull(OpenedTable.FromUntrusted(offices.Round, total, offices.Receiver, opened.Envelope));
        using var other = EnvelopeKey.Generate(Suite.Nist);
        Assert.Null(OpenedTable.FromUntrusted(offices.Round, total, other, opened.Envelope));
        Assert.Equal(-1, opened.Envelope.AsSpan().IndexOf("660153"u8));
        for (var at = 0; at < opened.Envelope.Length; at += 11)
        {
            var flipped = (byte[])opened.Envelope.Clone();
            flipped[at] ^= 1;
            Assert.Null(OpenedTable.FromUntrusted(offices.Round, total, offices.Receiver, flipped));
        }

        // Somebody else makes up a table for the same total.
        Assert.Null(OpenedTable.FromUntrusted(offices.Round, total, offices.Receiver, OpenedTable.Seal(offices.Round, total, new long?[offices.Terms.Cells], offices.Platform)));
        long?[] half = [.. Enumerable.Repeat<long?>(0, offices.Terms.Cells)];
        half[0] = null;
        Assert.Null(OpenedTable.FromUntrusted(offices.Round, total, offices.Receiver, OpenedTable.Seal(offices.Round, total, half, offices.Bureau)));
    }

    [Fact]
    public async Task What_was_opened_before_bars_the_same_round_and_one_contributor_less()
    {
        var total = (await SumAsync()).Total;
        var own = offices.Round.FootprintOf(total);
        Assert.Equal("SB-HE-20", await RuleAsync(offices.Case(total, offices.Permit(total)) with { Earlier = [own] }));
        var four = own with { Round = "before", Terms = new string('1', 64), Weights = new Dictionary<string, long>(own.Weights) { ["west"] = 1 } };
        Assert.Equal("SB-HE-21", await RuleAsync(offices.Case(total, offices.Permit(total)) with { Earlier = [four] }));
    }

    private async Task<string?> RuleAsync(OpeningCase given) =>
        (await new RoundOpening(offices.Backend).OpenAsync(given, offices.Keys.SecretKey, offices.Bureau) as OpeningResult.Refused)?.Refusal.Rule;

    private HolderKey Make(SigningKey signer, byte[] publicKey, IReadOnlyList<RoundParty> contributors) => HolderKey.Sign(signer, ParameterSet.A, publicKey, contributors, offices.HolderKey.Witnesses, 3);

    private RoundWitness Witness() => new(offices.Backend);

    private ReadOnlyMemory<byte>[] Memory() => [.. offices.Submissions.Select(one => (ReadOnlyMemory<byte>)one)];

    private async Task<SumResult.Summed> SumAsync() =>
        Assert.IsType<SumResult.Summed>(await new RoundSummation(offices.Backend).SumAsync(offices.Round, Memory(), offices.Receiver.Point.ToArray(), offices.Platform));
}
