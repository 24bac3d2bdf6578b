using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>Keys, terms and one contribution of each of three county offices, made once with the real encryption.</summary>
public class Offices : IAsyncLifetime
{
    private readonly Dictionary<string, SigningKey> _keys = new[] { "east", "north", "south", "stranger" }.ToDictionary(id => id, _ => Suite.Nist.GenerateSigningKey());

    internal virtual HomomorphicBackend Backend { get; } = new SealBackend(TestBench.Jailer, TestBench.Engines);

    internal virtual int FloodingBits => 0;

    internal SigningKey Platform { get; } = Suite.Nist.GenerateSigningKey();

    internal SigningKey Gate { get; } = Suite.Nist.GenerateSigningKey();

    internal SigningKey Bureau { get; } = Suite.Nist.GenerateSigningKey();

    internal SigningKey Witness { get; } = Suite.Nist.GenerateSigningKey();

    internal EnvelopeKey Receiver { get; } = EnvelopeKey.Generate(Suite.Nist);

    internal HomomorphicKeys Keys { get; private set; } = null!;

    internal HolderKey HolderKey { get; private set; } = null!;

    internal RoundTerms Terms { get; private set; } = null!;

    internal SignedRound Round { get; private set; } = null!;

    internal RoundInvitation Invitation { get; private set; } = null!;

    internal byte[][] Submissions { get; private set; } = [];

    public async Task InitializeAsync()
    {
        Keys = await Backend.GenerateKeysAsync();
        RoundContributor[] contributors = [.. new[] { "east", "north", "south" }.Select(id => new RoundContributor(id, KeyOf(id).Public.ToString()))];
        HolderKey = HolderKey.Sign(Bureau, Backend.Parameters, Keys.PublicKey, [.. contributors.Select(one => new RoundParty(one.Id, one.Key))], [new("audit", Witness.Public.ToString())], 3);
        Terms = new RoundTerms
        {
            RoundId = "income-2026",
            Purpose = "Income of the county offices",
            Parameters = Backend.Parameters,
            FloodingBits = FloodingBits,
            From = new(2026, 1, 1),
            Until = new(2026, 12, 31),
            Measures = [new("income", "CNY", 2, "-1000", "1000000", Squares: false), new("change", "", 0, "-100", "100", Squares: true)],
            Groups = ["440304", "440305"],
            Contributors = contributors,
            MinimumContributors = 3,
            MinimumCell = 1,
            MaximumRows = 1000,
            ClosesAt = 1_800_000_000,
            PublicKeyDigest = SignedRound.DigestOfKey(Suite.Nist, Keys.PublicKey),
            HolderKey = Bureau.Public.ToString(),
            GateKey = Gate.Public.ToString(),
        };
        Round = Signed(Terms);
        Invitation = RoundInvitation.Of(Round, HolderKey);
        Submissions = [await ContributeAsync("east"), await ContributeAsync("north"), await ContributeAsync("south")];
    }

    public Task DisposeAsync()
    {
        Keys.Dispose();
        return Task.CompletedTask;
    }

    internal SigningKey KeyOf(string id) => _keys[id];

    internal SignedRound Signed(RoundTerms terms) => Assert.IsType<TermsResult.Accepted>(SignedRound.Sign(terms, Platform)).Round;

    internal byte[] Permit(EncryptedTotal total) => SignedStatement.Sign(Gate, OpeningPermit.Label, JsonNode.Parse(Round.PermitFor(total).CanonicalBytes())!.AsObject()).ToBytes();

    /// <summary>A witness's statement over a total, as its key would sign it, whether the total is a sum or not.</summary>
    internal byte[] Witnessed(EncryptedTotal total, SigningKey? witness = null) => SignedStatement.Sign(witness ?? Witness, RoundWitness.Label, new JsonObject
    {
        ["contributors"] = new JsonArray([.. total.Contributors.Select(id => (JsonNode)id)]),
        ["round"] = Round.Terms.RoundId,
        ["sum"] = total.Digest,
        ["terms"] = Round.Digest,
    }).ToBytes();

    internal OpeningCase Case(EncryptedTotal total, byte[] permit) => new(Invitation, total, permit, [Witnessed(total)], []);

    internal RoundTotals Read(EncryptedTotal total, OpeningResult.Opened opened) => OpenedTable.FromUntrusted(Round, total, Receiver, opened.Envelope)!;

    internal async Task<byte[]> ContributeAsync(string id)
    {
        using var tally = new RoundTally(Round);
        Assert.Null(tally.Add("440304", id == "east" ? "1100.50" : "2000.01", "-1"));
        if (id == "east")
        {
            Assert.Null(tally.Add("440304", "1501.01", null));
            Assert.Null(tally.Add("440305", "-500", null));
        }

        if (id == "south")
        {
            Assert.Null(tally.Add("440305", null, null));
        }

        return (await Contribution.EncryptAsync(tally, id, Keys.PublicKey, KeyOf(id), Backend)).ToBytes();
    }

    /// <summary>A contribution with something changed, signed again by somebody if said so.</summary>
    internal byte[] Changed(byte[] submission, Action<JsonObject, IReadOnlyList<byte[]>> change, string? resign)
    {
        var contribution = Contribution.FromUntrusted(submission, Backend.Parameters)!;
        byte[][] ciphertexts = [.. Enumerable.Range(0, contribution.Count).Select(i => contribution.Ciphertext(i).ToArray())];
        var statement = JsonNode.Parse(contribution.Statement.Span)!["payload"]!.AsObject();
        change(statement, ciphertexts);
        if (resign is not null)
        {
            statement["ciphertexts"] = Round.DigestOf(ciphertexts);
        }

        var signed = resign is null ? contribution.Statement.ToArray() : SignedStatement.Sign(KeyOf(resign), Contribution.Label, (JsonObject)statement.DeepClone()).ToBytes();
        return Contribution.Assemble(signed, ciphertexts, Backend.Parameters).ToBytes();
    }
}

/// <summary>The same offices with a key of set B and totals that are flooded.</summary>
public sealed class FloodedOffices : Offices
{
    internal override HomomorphicBackend Backend { get; } = new ManagedBackend(ParameterSet.B);

    internal override int FloodingBits => RoundTerms.UsualFloodingBits;
}
