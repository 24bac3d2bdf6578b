using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Trust;

namespace Sandbox.Enclave.Matching;

/// <summary>
/// Counting common identifiers without showing them (Diffie–Hellman private set intersection cardinality, after C. Meadows 1986 and Huberman, Franklin, Hogg 1999). Each party hands over its identifiers
/// hashed to the curve and multiplied by a secret of its own, filled up with random points, in random order. The other multiplies them by its secret. The platform counts the
/// doubly multiplied points that both sides have: it can undo neither secret, and neither party sees the count. Bytes: <c>SBMS</c>, version 1, length of the statement (4), the
/// statement, then x-coordinates of 32 bytes.
/// </summary>
public sealed class MatchSet
{
    private const string Label = "sandbox/match-set/v1";
    private const int HeadBytes = 9, MostStatement = 64 * 1024, MostIdentifier = 256;

    private readonly byte[] _points;
    private readonly SignedStatement _statement;

    private MatchSet(SignedStatement statement, byte[] points)
    {
        _statement = statement;
        _points = points;
    }

    /// <summary>The party that made it.</summary>
    public PublicKey By => _statement.Key;

    /// <summary>Most bytes of a set.</summary>
    public static long MostBytes(MatchTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return HeadBytes + MostStatement + ((long)terms.PaddedSize * PrimeCurve.CoordinateBytes);
    }

    /// <summary>A fresh secret of one party for one match.</summary>
    public static Secret NewSecret()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var d = key.ExportParameters(true).D!;
        try
        {
            return Secret.CopyOf(d);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    /// <summary>First step, at a party: its own identifiers.</summary>
    /// <param name="match">The signed terms.</param>
    /// <param name="identifiers">Each once, at most the padded size.</param>
    /// <param name="secret">From <see cref="NewSecret"/>, for this match only.</param>
    /// <param name="key">The party's signing key.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="EnclaveException">SB-MATCH-2, SB-MATCH-4, SB-MATCH-5.</exception>
    public static MatchSet Blind(SignedMatch match, IReadOnlyList<string> identifiers, Secret secret, SigningKey key, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(identifiers);
        ArgumentNullException.ThrowIfNull(key);
        if (match.OtherOf(key.Public) is null)
        {
            throw new EnclaveException(MatchRefusals.NotAParty());
        }

        if (identifiers.Count > match.Terms.PaddedSize)
        {
            throw new EnclaveException(MatchRefusals.TooMany());
        }

        if (identifiers.Any(one => string.IsNullOrWhiteSpace(one) || one.Length > MostIdentifier || one.Contains('\uFFFD', StringComparison.Ordinal)) || identifiers.Distinct(StringComparer.Ordinal).Count() != identifiers.Count)
        {
            throw new EnclaveException(MatchRefusals.Identifier());
        }

        // Fillers are random points as the hash gives them: nobody can tell them from the others, and none is anybody's identifier.
        var tag = Encoding.UTF8.GetBytes($"sandbox-match-v1:{match.Terms.Identifier}-P256_XMD:SHA-256_SSWU_RO_");
        var points = new byte[match.Terms.PaddedSize][];
        Parallel.For(0, points.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, () => Scalar(secret), (i, _, scalar) =>
        {
            byte[] message = i < identifiers.Count ? [1, .. Encoding.UTF8.GetBytes(identifiers[i])] : [0, .. RandomNumberGenerator.GetBytes(32)];
            points[i] = PrimeCurve.Multiply(scalar, PrimeCurve.Bytes(HashToCurve.Hash(message, tag).X)) ?? throw new CryptographicException("A hashed point is not on the curve.");
            return scalar;
        }, scalar => scalar.Dispose());
        return Sign(match, points, "blind", "", key);
    }

    /// <summary>Second step, at a party: the other's set from its first step.</summary>
    /// <exception cref="EnclaveException">SB-MATCH-2, SB-MATCH-3.</exception>
    public static MatchSet BlindAgain(SignedMatch match, ReadOnlySpan<byte> theirs, Secret secret, SigningKey key, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(key);
        var other = match.OtherOf(key.Public) ?? throw new EnclaveException(MatchRefusals.NotAParty());
        var set = FromUntrusted(match, theirs, PublicKey.Parse(other.Key), "blind");
        var points = new byte[match.Terms.PaddedSize][];
        Parallel.For(0, points.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, () => Scalar(secret), (i, _, scalar) =>
        {
            points[i] = PrimeCurve.Multiply(scalar, set.Point(i)) ?? [];
            return scalar;
        }, scalar => scalar.Dispose());
        return points.Any(point => point.Length == 0) ? throw new EnclaveException(MatchRefusals.Set()) : Sign(match, points, "double", set.Digest(), key);
    }

    /// <summary>Last step, at the platform: how many points both doubly multiplied sets have in common. For the gate alone.</summary>
    /// <exception cref="EnclaveException">SB-MATCH-2, SB-MATCH-3.</exception>
    public static int Count(SignedMatch match, ReadOnlySpan<byte> byFirst, ReadOnlySpan<byte> bySecond)
    {
        ArgumentNullException.ThrowIfNull(match);
        var first = FromUntrusted(match, byFirst, PublicKey.Parse(match.Terms.First.Key), "double");
        var second = FromUntrusted(match, bySecond, PublicKey.Parse(match.Terms.Second.Key), "double");
        var known = Enumerable.Range(0, match.Terms.PaddedSize).Select(i => Convert.ToHexString(first.Point(i))).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, match.Terms.PaddedSize).Count(i => known.Contains(Convert.ToHexString(second.Point(i))));
    }

    /// <summary>Which party a doubly multiplied set is from; null for anything else.</summary>
    public static RoundParty? PartyOf(SignedMatch match, ReadOnlySpan<byte> set)
    {
        ArgumentNullException.ThrowIfNull(match);
        foreach (var party in new[] { match.Terms.First, match.Terms.Second })
        {
            if (Read(match, set, PublicKey.Parse(party.Key), "double") is not null)
            {
                return party;
            }
        }

        return null;
    }

    public byte[] ToBytes()
    {
        var statement = _statement.ToBytes();
        var bytes = new byte[HeadBytes + statement.Length + _points.Length];
        "SBMS\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), statement.Length);
        statement.CopyTo(bytes, HeadBytes);
        _points.CopyTo(bytes, HeadBytes + statement.Length);
        return bytes;
    }

    private static MatchSet FromUntrusted(SignedMatch match, ReadOnlySpan<byte> bytes, PublicKey by, string step) => Read(match, bytes, by, step) ?? throw new EnclaveException(MatchRefusals.Set());

    private static MatchSet? Read(SignedMatch match, ReadOnlySpan<byte> bytes, PublicKey by, string step)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith("SBMS\u0001"u8))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]);
        if (length is < 1 or > MostStatement || bytes.Length - HeadBytes - length != (long)match.Terms.PaddedSize * PrimeCurve.CoordinateBytes
            || Statements.Verify(bytes.Slice(HeadBytes, length), Label, by) is not { } statement
            || Statements.Text(statement.Payload, "terms") != match.Digest || Statements.Text(statement.Payload, "step") != step)
        {
            return null;
        }

        var set = new MatchSet(statement, bytes[(HeadBytes + length)..].ToArray());

        // A point that stands twice would count twice, and could be followed through the shuffling.
        return Statements.Text(statement.Payload, "points") == set.Digest()
            && Enumerable.Range(0, match.Terms.PaddedSize).Select(i => Convert.ToHexString(set.Point(i))).Distinct(StringComparer.Ordinal).Count() == match.Terms.PaddedSize
                ? set
                : null;
    }

    private static MatchSet Sign(SignedMatch match, byte[][] points, string step, string of, SigningKey key)
    {
        RandomNumberGenerator.Shuffle<byte[]>(points);
        byte[] all = [.. points.SelectMany(point => point)];
        var statement = SignedStatement.Sign(key, Label, new JsonObject
        {
            ["match"] = match.Terms.Match,
            ["of"] = of,
            ["points"] = Convert.ToHexStringLower(key.Suite.Hash(all)),
            ["step"] = step,
            ["terms"] = match.Digest,
        });
        return new(statement, all);
    }

    private static ECDiffieHellman Scalar(Secret secret)
    {
        var d = secret.Bytes.ToArray();
        try
        {
            var scalar = ECDiffieHellman.Create();
            scalar.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
            return scalar;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    private ReadOnlySpan<byte> Point(int index) => _points.AsSpan(index * PrimeCurve.CoordinateBytes, PrimeCurve.CoordinateBytes);

    private string Digest() => Convert.ToHexStringLower(_statement.Key.Suite.Hash(_points));
}
