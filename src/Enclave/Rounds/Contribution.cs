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

    internal Contribution(byte[] statement, IReadOnlyList<byte[]> ciphertexts)
    {
        Statement = statement;
        Ciphertexts = ciphertexts;
    }

    /// <summary>The signed statement, not yet verified.</summary>
    public byte[] Statement { get; }

    /// <summary>The ciphertexts, not yet checked.</summary>
    public IReadOnlyList<byte[]> Ciphertexts { get; }

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
        if (SignedRound.DigestOfKey(round.Suite, publicKey.Span) != round.Terms.PublicKeyDigest)
        {
            throw new EnclaveException(RoundRefusals.WrongKey());
        }

        if (!round.Terms.Contributors.Contains(new(contributor, key.Public.ToString())))
        {
            throw new EnclaveException(RoundRefusals.NotAdmitted());
        }

        var vectors = tally.Cells.ToArray().Chunk(ParameterSetA.Slots).ToArray();
        var ciphertexts = await backend.EncryptAsync(publicKey, vectors, cancellation).ConfigureAwait(false);
        foreach (var vector in vectors)
        {
            vector.AsSpan().Clear();
        }

        var statement = SignedStatement.Sign(key, Label, new JsonObject
        {
            ["ciphertexts"] = round.DigestOf(ciphertexts),
            ["contributor"] = contributor,
            ["round"] = round.Terms.RoundId,
            ["terms"] = round.Digest,
        });
        return new Contribution(statement.ToBytes(), ciphertexts);
    }

    /// <summary>Takes a contribution apart; null when the bytes do not have its form. Nothing is verified yet.</summary>
    public static Contribution? FromUntrusted(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith("SBHE\u0001"u8))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[7..]);
        if (length is < 0 or > MostStatement || count > RoundTerms.MostCiphertexts || bytes.Length - HeadBytes - length != (long)count * ParameterSetA.CiphertextBytes)
        {
            return null;
        }

        var ciphertexts = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            ciphertexts[i] = bytes.Slice(HeadBytes + length + (i * ParameterSetA.CiphertextBytes), ParameterSetA.CiphertextBytes).ToArray();
        }

        return new Contribution(bytes.Slice(HeadBytes, length).ToArray(), ciphertexts);
    }

    /// <summary>The bytes that <see cref="FromUntrusted"/> reads.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + Statement.Length + Ciphertexts.Sum(ciphertext => ciphertext.Length)];
        "SBHE\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(5), (ushort)Ciphertexts.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(7), Statement.Length);
        Statement.CopyTo(bytes, HeadBytes);
        var at = HeadBytes + Statement.Length;
        foreach (var ciphertext in Ciphertexts)
        {
            ciphertext.CopyTo(bytes, at);
            at += ciphertext.Length;
        }

        return bytes;
    }
}
