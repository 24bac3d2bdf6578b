using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// One provider's encrypted cells with its signature over the round's terms. Bytes: <c>SBHE</c>, version 1, number of ciphertexts (2 bytes),
/// length of the statement (4 bytes), the statement, then the ciphertexts of exact length; nothing may follow.
/// </summary>
public sealed class Contribution
{
    /// <summary>What a contributor's signature is for.</summary>
    public const string Label = "sandbox/he-contribution/v1";

    private const int HeadBytes = 11, MostStatement = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _ciphertextBytes;

    private Contribution(ReadOnlyMemory<byte> bytes, int statement, int count, int ciphertextBytes)
    {
        _bytes = bytes;
        _ciphertextBytes = ciphertextBytes;
        Statement = bytes.Slice(HeadBytes, statement);
        Count = count;
    }

    /// <summary>The signed statement, not yet verified.</summary>
    public ReadOnlyMemory<byte> Statement { get; }

    /// <summary>Number of ciphertexts.</summary>
    public int Count { get; }

    /// <summary>All ciphertexts, one after another.</summary>
    public ReadOnlyMemory<byte> Body => _bytes[(HeadBytes + Statement.Length)..];

    /// <summary>More bytes than a contribution to the round can have.</summary>
    public static long MostBytes(RoundTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return HeadBytes + MostStatement + ((long)terms.Ciphertexts * terms.Parameters.CiphertextBytes);
    }

    /// <summary>One ciphertext, not yet checked.</summary>
    public ReadOnlyMemory<byte> Ciphertext(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Body.Slice(index * _ciphertextBytes, _ciphertextBytes);
    }

    /// <summary>Encrypts a tally and signs it. Runs at the provider; only the result leaves it.</summary>
    /// <param name="tally">The provider's cells.</param>
    /// <param name="contributor">The provider's id in the terms.</param>
    /// <param name="publicKey">The round's homomorphic public key.</param>
    /// <param name="key">The provider's signing key.</param>
    /// <param name="backend">The encryption.</param>
    /// <param name="cancellation">Ends the encryption.</param>
    /// <exception cref="EnclaveException">SB-HE-17 for a key that the terms do not name, SB-HE-4 for a contributor they do not admit, SB-HE-1.</exception>
    public static async Task<Contribution> EncryptAsync(
        RoundTally tally, string contributor, ReadOnlyMemory<byte> publicKey, SigningKey key, HomomorphicBackend backend, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(backend);
        var round = tally.Round;
        if (backend.Parameters != round.Terms.Parameters || SignedRound.DigestOfKey(round.Suite, publicKey.Span) != round.Terms.PublicKeyDigest)
        {
            throw new EnclaveException(RoundRefusals.WrongKey());
        }

        if (!round.Terms.Contributors.Any(admitted => admitted.Id == contributor && admitted.Key == key.Public.ToString()))
        {
            throw new EnclaveException(RoundRefusals.NotAdmitted());
        }

        var vectors = tally.Cells.ToArray().Chunk(round.Terms.Parameters.Slots).ToArray();
        var ciphertexts = await backend.EncryptAsync(publicKey, vectors, cancellation).ConfigureAwait(false);
        foreach (var vector in vectors)
        {
            vector.AsSpan().Clear();
        }

        return Assemble(Sign(round, contributor, key, [.. ciphertexts.Select(one => (ReadOnlyMemory<byte>)one)]), ciphertexts, round.Terms.Parameters);
    }

    /// <summary>Takes a contribution apart without copying it; null when the bytes do not have its form. Nothing is verified yet.</summary>
    public static Contribution? FromUntrusted(ReadOnlyMemory<byte> bytes, ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var span = bytes.Span;
        if (span.Length < HeadBytes || !span.StartsWith("SBHE\u0001"u8))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(span[5..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(span[7..]);
        return length is < 0 or > MostStatement || count > RoundTerms.MostCiphertexts || span.Length - HeadBytes - length != (long)count * parameters.CiphertextBytes
            ? null
            : new Contribution(bytes, length, count, parameters.CiphertextBytes);
    }

    /// <summary>The bytes that <see cref="FromUntrusted"/> reads.</summary>
    public byte[] ToBytes() => _bytes.ToArray();

    internal static byte[] Sign(SignedRound round, string contributor, SigningKey key, IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts) => SignedStatement.Sign(key, Label, new JsonObject
    {
        ["ciphertexts"] = round.DigestOf(ciphertexts),
        ["contributor"] = contributor,
        ["round"] = round.Terms.RoundId,
        ["terms"] = round.Digest,
    }).ToBytes();

    internal static Contribution Assemble(byte[] statement, IReadOnlyList<byte[]> ciphertexts, ParameterSet parameters)
    {
        var bytes = new byte[HeadBytes + statement.Length + ciphertexts.Sum(ciphertext => ciphertext.Length)];
        "SBHE\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(5), (ushort)ciphertexts.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(7), statement.Length);
        statement.CopyTo(bytes, HeadBytes);
        var at = HeadBytes + statement.Length;
        foreach (var ciphertext in ciphertexts)
        {
            ciphertext.CopyTo(bytes, at);
            at += ciphertext.Length;
        }

        return new(bytes, statement.Length, ciphertexts.Count, parameters.CiphertextBytes);
    }
}
