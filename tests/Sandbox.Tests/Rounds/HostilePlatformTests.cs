using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Domains;
using Sandbox.Host.Rounds;
using Sandbox.Policy.Disclosure;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>A platform that signs whatever it likes with its own keys and the gate's, against the true programs of contributors, witness and key holder.</summary>
public sealed class HostilePlatformTests(RoundCity city) : IClassFixture<RoundCity>
{
    private const string Measure = """{"name":"score","unit":"","decimals":1,"minimum":"-100","maximum":"100","squares":true}""";

    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    public void Files_of_one_round_are_worth_nothing_in_another()
    {
        city.Begin("one", Three, Rows, Measure, year: 2000);
        city.Begin("two", Three, Rows, Measure, year: 1990);

        // Contributions are signed over the terms of their round; who sent them is named.
        var replayed = city.Take("two", city.Part("one", "east")).RefusedBy("SB-HE-4");
        Assert.Contains("county-east", replayed.Output, StringComparison.Ordinal);
        city.Sum("one");
        city.Sum("two");

        // The witness is given the total of one with the contributions of the other, under each invitation.
        var (one, two) = (Parts("one.recount", RoundContainer.Recount), Parts("two.recount", RoundContainer.Recount));
        Write("mixed.recount", RoundContainer.Recount, [one[0], one[1], one[2], .. two[3..]]);
        city.Witness("mixed").RefusedBy("SB-HE-25");
        Write("crossed.recount", RoundContainer.Recount, [two[0], one[1], one[2], .. one[3..]]);
        city.Witness("crossed").RefusedBy("SB-HE-12");

        // Statements of the witness over the other total give no permit.
        city.As("zhao", "he", "round", "permit", "one", "--witness", city.Home("two.witness")).RefusedBy("SB-HE-27");
        city.Permit("one").Ends(Ran.Done);
        city.Permit("two").Ends(Ran.Done);

        // The key holder is given one's total with the other's permit, invitation, witness; and the other's key.
        var (first, second) = (Parts("one.hesum", RoundContainer.ForOpening), Parts("two.hesum", RoundContainer.ForOpening));
        foreach (var (name, parts, rule) in new (string, byte[][], string)[]
        {
            ("permit", [first[0], first[1], second[2], first[3], first[4]], "SB-HE-11"),
            ("witness", [first[0], first[1], first[2], first[3], second[4]], "SB-HE-27"),
            ("total", [first[0], first[1], first[2], second[3], first[4]], "SB-HE-12"),
            ("invitation", [second[0], first[1], first[2], first[3], first[4]], "SB-HE-12"),
            ("nothing", [first[0], first[1], first[2], first[3]], "SB-HE-27"),
        })
        {
            Write($"swapped-{name}.hesum", RoundContainer.ForOpening, parts);
            File.Copy(city.Home("one.hekey"), city.Home($"swapped-{name}.hekey"));
            city.Open($"swapped-{name}").RefusedBy(rule);
        }

        city.Open("one").Ends(Ran.Done);
        city.Open("two").Ends(Ran.Done);

        // Envelopes are for one total and one gate key.
        city.As("zhao", "he", "round", "receive", "one", city.Home("two.opened")).RefusedBy("SB-HE-62");
        city.Receive("one").Ends(Ran.Done);
        city.As("zhao", "he", "round", "receive", "two", city.Home("one.opened")).RefusedBy("SB-HE-62");
        city.Receive("two").Ends(Ran.Done);

        // Asked again, under another name of the files, the holder opens neither; nor after the platform has its files back.
        city.Open("one", ".again").RefusedBy("SB-HE-20");
        File.Delete(city.Home("two.opened"));
        city.Open("two").RefusedBy("SB-HE-20");
    }

    [Fact]
    public async Task A_key_serves_one_round_whatever_else_the_platform_signs_around_it()
    {
        city.Begin("served", Three, Rows, Measure, year: 1980);
        city.Finish("served");
        File.Copy(city.Home("served.hepub"), city.Home("second.hepub"));
        city.OpenRound("second", Three, Measure, year: 1970).RefusedBy("SB-HE-67");

        // The domain's own program is not asked: terms of another period and name around the same key, contributed to, summed, witnessed, permitted in all order.
        using var domain = OpenDomain.Open(city.City, new Unlocking(), TimeProvider.System, new DomainSettings());
        var invitation = RoundReading.Invitation(domain, domain.Registry.Find<Round>("served")!);
        var forged = Signed(domain, invitation.Round.Terms with { RoundId = "forged", From = new(1970, 1, 1), Until = new(1970, 12, 31) });
        var again = RoundInvitation.Of(forged, invitation.Key);
        city.Write("forged.invitation", again.ToBytes());
        foreach (var county in Three)
        {
            city.Contribute("forged", county, Rows(county)).Ends(Ran.Done);
        }

        ReadOnlyMemory<byte>[] parts = [.. Three.Select(county => (ReadOnlyMemory<byte>)File.ReadAllBytes(city.Part("forged", county)))];
        using var receiver = EnvelopeKey.Generate(domain.Keys.Suite);
        var total = Assert.IsType<SumResult.Summed>(await new RoundSummation(new ManagedBackend(ParameterSet.B)).SumAsync(forged, parts, receiver.Point.ToArray(), domain.Keys.DomainKey)).Total;
        Write("forged.recount", RoundContainer.Recount, [again.ToBytes(), total.Statement, total.Ciphertexts[0], .. parts.Select(part => part.ToArray())]);
        city.Witness("forged").Ends(Ran.Done);
        using var gate = domain.Keys.OpenSigningKey(KeyScope.Domain, InitDomain.GateKeyId);
        var permit = SignedStatement.Sign(gate, OpeningPermit.Label, JsonNode.Parse(forged.PermitFor(total).CanonicalBytes())!.AsObject()).ToBytes();
        Write("forged.hesum", RoundContainer.ForOpening, [again.ToBytes(), total.Statement, permit, total.Ciphertexts[0], File.ReadAllBytes(city.Home("forged.witness"))]);
        File.Copy(city.Home("served.hekey"), city.Home("forged.hekey"));
        city.Open("forged").RefusedBy("SB-HE-67");
        Assert.False(File.Exists(city.Home("forged.opened")));
    }

    [Fact]
    public void Changed_terms_reach_no_contributor()
    {
        city.KeyGen("changed").Ends(Ran.Done);
        city.OpenRound("changed", Three, Measure, year: 1960).Ends(Ran.Done);
        using var domain = OpenDomain.Open(city.City, new Unlocking(), TimeProvider.System, new DomainSettings());
        var invitation = RoundReading.Invitation(domain, domain.Registry.Find<Round>("changed")!);
        var terms = invitation.Round.Terms;

        // Without flooding; of another parameter set than the bureau's key; with a contributor of the platform's own; fewer than the bureau asked for.
        using var own = domain.Keys.Suite.GenerateSigningKey();
        (RoundTerms Terms, string Rule)[] wrong =
        [
            (terms with { FloodingBits = 0 }, "SB-HE-66"),
            (terms with { Parameters = ParameterSet.A, FloodingBits = 0 }, "SB-HE-23"),
            (terms with { Parameters = ParameterSet.C, FloodingBits = 0 }, "SB-HE-23"),
            (terms with { Contributors = [.. terms.Contributors.Take(2), new("county-north", own.Public.ToString())] }, "SB-HE-23"),
            (terms with { Contributors = [.. terms.Contributors, new("county-shell", own.Public.ToString())] }, "SB-HE-23"),
            (terms with { HolderKey = own.Public.ToString() }, "SB-HE-23"),
            (terms with { PublicKeyDigest = new string('0', 64) }, "SB-HE-23"),
            (terms with { ClosesAt = 1 }, "SB-HE-10"),
        ];
        foreach (var (changed, rule) in wrong)
        {
            city.Write("changed-terms.invitation", Invitation(Signed(domain, changed), invitation.Key));
            city.Contribute("changed-terms", "east", Rows("east")).RefusedBy(rule);
        }

        Assert.False(File.Exists(city.Part("changed-terms", "east")));

        // One who has contributed stays with what came first, also when the second is well made.
        city.Contribute("changed", "east", Rows("east")).Ends(Ran.Done);
        city.Take("changed", city.Part("changed", "east")).Ends(Ran.Done);
        File.Move(city.Part("changed", "east"), city.Home("first.part"));
        city.Contribute("changed", "east", city.Write("east-again.csv", "score\n99\n99\n")).Ends(Ran.Done);
        city.Take("changed", city.Part("changed", "east")).RefusedBy("SB-HE-53");
        city.Take("changed", city.Home("first.part")).RefusedBy("SB-HE-53");
        Assert.Equal(["county-east"], city.Call("he", "status", "changed").Json["contributed"]!.AsArray().Select(item => item!.GetValue<string>()));
    }

    private static SignedRound Signed(OpenDomain domain, RoundTerms terms) => Assert.IsType<TermsResult.Accepted>(SignedRound.Sign(terms, domain.Keys.DomainKey)).Round;

    /// <summary>As <see cref="RoundInvitation.ToBytes"/>, for terms that the bureau's key does not cover.</summary>
    private static byte[] Invitation(SignedRound round, HolderKey key)
    {
        var terms = round.ToBytes();
        return [.. "SBHI\u0001"u8, .. BitConverter.GetBytes(terms.Length), .. terms, .. key.ToBytes()];
    }

    private byte[][] Parts(string file, string kind)
    {
        using var container = RoundContainer.FromUntrusted(File.OpenRead(city.Home(file)), kind);
        return [.. container.Rest(64 << 20)];
    }

    private void Write(string file, string kind, IEnumerable<byte[]> parts)
    {
        using var target = File.Create(city.Home(file));
        RoundContainer.Write(target, kind, parts.Select(part => (ReadOnlyMemory<byte>)part));
    }

    private string Rows(string county)
    {
        var text = new StringBuilder("score\n");
        for (var row = 0; row < 30; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row % 90}.5\n");
        }

        return city.Write($"hostile-{county}.csv", text.ToString());
    }
}
