using System.Text;
using Sandbox.Enclave.Matching;
using Sandbox.Enclave.Rounds;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Matching;

/// <summary>Counting common identifiers: the hash by the RFC's vectors, the count by the sets themselves, and what must not work.</summary>
public sealed class MatchTests : IDisposable
{
    private readonly SigningKey _platform = Suite.Nist.GenerateSigningKey();
    private readonly SigningKey _a = Suite.Nist.GenerateSigningKey();
    private readonly SigningKey _b = Suite.Nist.GenerateSigningKey();

    /// <summary>RFC 9380, J.1.1.</summary>
    [Theory]
    [InlineData("", "2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4", "8a7a74985cc5c776cdfe4b1f19884970453912e9d31528c060be9ab5c43e8415")]
    [InlineData("abc", "0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f", "5c41b3d0731a27a7b14bc0bf0ccded2d8751f83493404c84a88e71ffd424212e")]
    [InlineData("abcdef0123456789", "65038ac8f2b1def042a5df0b33b1f4eca6bff7cb0f9c6c1526811864e544ed80", "cad44d40a656e7aff4002a8de287abc8ae0482b5ae825822bb870d6df9b56ca3")]
    [InlineData("q128_", "4be61ee205094282ba8a2042bcb48d88dfbb609301c49aa8b078533dc65a0b5d", "98f8df449a072c4721d241a3b1236d3caccba603f916ca680f4539d2bfb3c29e")]
    [InlineData("a512_", "457ae2981f70ca85d8e24c308b14db22f3e3862c5ea0f652ca38b5e49cd64bc5", "ecb9f0eadc9aeed232dabc53235368c1394c78de05dd96893eefa62b0f4757dc")]
    public void Hashing_to_the_curve_is_that_of_the_RFC(string message, string x, string y)
    {
        var whole = message switch { "q128_" => message + new string('q', 128), "a512_" => message + new string('a', 512), _ => message };
        var point = HashToCurve.Hash(Encoding.ASCII.GetBytes(whole), "QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_"u8);
        Assert.Equal((x, y), (Convert.ToHexStringLower(PrimeCurve.Bytes(point.X)), Convert.ToHexStringLower(PrimeCurve.Bytes(point.Y))));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(30, 40, 0)]
    [InlineData(60, 45, 21)]
    [InlineData(64, 64, 64)]
    public void The_count_is_that_of_the_sets(int first, int second, int common)
    {
        var match = Match(64);
        string[] own = [.. Enumerable.Range(0, first).Select(i => $"id-{i}")];
        string[] theirs = [.. Enumerable.Range(0, second).Select(i => i < common ? $"id-{i}" : $"other-{i}")];
        var (byA, byB) = Play(match, own, theirs);
        Assert.Equal(common, MatchSet.Count(match, byA, byB));
        Assert.Equal("a", MatchSet.PartyOf(match, byA)?.Id);
        Assert.Equal("b", MatchSet.PartyOf(match, byB)?.Id);
    }

    [Fact]
    public void Sizes_order_and_identifiers_do_not_show()
    {
        var match = Match(64);
        using var secret = MatchSet.NewSecret();
        var few = MatchSet.Blind(match, ["one"], secret, _a).ToBytes();
        var many = MatchSet.Blind(match, [.. Enumerable.Range(0, 64).Select(i => $"id-{i}")], secret, _a).ToBytes();
        Assert.InRange(few.Length - many.Length, -4, 4);
        Assert.Equal(-1, many.AsSpan().IndexOf("id-"u8));

        // The same set again under another secret has no point in common; under the same secret the order differs.
        using var other = MatchSet.NewSecret();
        var ids = Enumerable.Range(0, 64).Select(i => $"id-{i}").ToArray();
        var (once, again, changed) = (Points(MatchSet.Blind(match, ids, secret, _a)), Points(MatchSet.Blind(match, ids, secret, _a)), Points(MatchSet.Blind(match, ids, other, _a)));
        Assert.Equal(once.Order(StringComparer.Ordinal), again.Order(StringComparer.Ordinal));
        Assert.NotEqual(once, again);
        Assert.Empty(once.Intersect(changed));

        // What is compared is part of the hash.
        var elsewhere = SignedMatch.Sign(match.Terms with { Identifier = "plate" }, _platform);
        Assert.Empty(once.Intersect(Points(MatchSet.Blind(elsewhere, ids, secret, _a))));
    }

    [Fact]
    public void Nothing_changed_doubled_or_of_another_step_or_party_is_counted()
    {
        var match = Match(16);
        using var mine = MatchSet.NewSecret();
        using var stranger = Suite.Nist.GenerateSigningKey();
        var blind = MatchSet.Blind(match, ["x", "y"], mine, _a).ToBytes();
        var (byA, byB) = Play(match, ["x", "y"], ["y", "z"]);
        Assert.Equal("SB-MATCH-2", Rule(() => MatchSet.Blind(match, ["x"], mine, stranger)));
        Assert.Equal("SB-MATCH-2", Rule(() => MatchSet.BlindAgain(match, blind, mine, stranger)));
        Assert.Equal("SB-MATCH-3", Rule(() => MatchSet.BlindAgain(match, blind, mine, _a)));
        Assert.Equal("SB-MATCH-3", Rule(() => MatchSet.BlindAgain(match, byA, mine, _b)));
        Assert.Equal("SB-MATCH-3", Rule(() => Guard(() => MatchSet.Count(match, blind, byB))));
        Assert.Equal("SB-MATCH-3", Rule(() => Guard(() => MatchSet.Count(match, byB, byA))));
        Assert.Equal("SB-MATCH-3", Rule(() => Guard(() => MatchSet.Count(Match(16, "another"), byA, byB))));
        Assert.Equal("SB-MATCH-4", Rule(() => MatchSet.Blind(match, [.. Enumerable.Range(0, 17).Select(i => $"{i}")], mine, _a)));
        Assert.All(new string[][] { ["x", "x"], [""], [" "], [new string('x', 257)], ["\uFFFD"] }, ids => Assert.Equal("SB-MATCH-5", Rule(() => MatchSet.Blind(match, ids, mine, _a))));
        for (var at = 0; at < byA.Length; at += 5)
        {
            var flipped = (byte[])byA.Clone();
            flipped[at] ^= 1;
            Assert.Equal("SB-MATCH-3", Rule(() => Guard(() => MatchSet.Count(match, flipped, byB))));
        }
    }

    [Fact]
    public void Terms_are_believed_from_the_platform_only()
    {
        var match = Match(16);
        Assert.Equal(match.Digest, SignedMatch.FromUntrusted(match.ToBytes(), _platform.Public).Digest);
        Assert.Equal("SB-HE-3", Rule(() => SignedMatch.FromUntrusted(match.ToBytes(), _a.Public)));
        var terms = match.Terms;
        Assert.All(
            [terms with { PaddedSize = 15 }, terms with { PaddedSize = MatchTerms.MostPoints + 1 }, terms with { Second = terms.First }, terms with { Second = terms.Second with { Key = terms.First.Key } }, terms with { Match = "" }, terms with { Identifier = "" }],
            wrong => Assert.Equal("SB-MATCH-1", Rule(() => SignedMatch.Sign(wrong, _platform))));
    }

    public void Dispose()
    {
        _platform.Dispose();
        _a.Dispose();
        _b.Dispose();
    }

    private static string Guard(Func<int> count) => $"{count()}";

    private static string Rule(Func<object> act) => Assert.Throws<EnclaveException>(act).Refusal.Rule;

    private static string[] Points(MatchSet set)
    {
        var bytes = set.ToBytes();
        return [.. bytes[^(64 * PrimeCurve.CoordinateBytes)..].Chunk(PrimeCurve.CoordinateBytes).Select(Convert.ToHexString)];
    }

    private SignedMatch Match(int size, string id = "drivers") =>
        SignedMatch.Sign(new(id, "a test", "id-number", new("a", _a.Public.ToString()), new("b", _b.Public.ToString()), size, 4_000_000_000), _platform);

    private (byte[] ByA, byte[] ByB) Play(SignedMatch match, string[] own, string[] theirs)
    {
        using var a = MatchSet.NewSecret();
        using var b = MatchSet.NewSecret();
        var fromA = MatchSet.Blind(match, own, a, _a).ToBytes();
        var fromB = MatchSet.Blind(match, theirs, b, _b).ToBytes();
        return (MatchSet.BlindAgain(match, fromB, a, _a).ToBytes(), MatchSet.BlindAgain(match, fromA, b, _b).ToBytes());
    }
}
