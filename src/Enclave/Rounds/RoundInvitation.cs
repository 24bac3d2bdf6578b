using System.Buffers.Binary;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// What a contributor needs and all that it needs: the terms under the platform's signature and the public key under the bureau's. Bytes: <c>SBHI</c>, version 1, length of
/// the terms (4 bytes), the terms, the holder's key.
/// </summary>
/// <param name="Round">The terms.</param>
/// <param name="Key">The key, signed for these contributors.</param>
public sealed record RoundInvitation(SignedRound Round, HolderKey Key)
{
    /// <summary>More bytes than any invitation has.</summary>
    public const int MostBytes = 16 << 20;

    private const int HeadBytes = 9;

    /// <summary>Puts terms and key together.</summary>
    /// <exception cref="EnclaveException">SB-HE-23: the bureau did not sign the key for these terms.</exception>
    public static RoundInvitation Of(SignedRound round, HolderKey key)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(key);
        return key.Covers(round) ? new(round, key) : throw new EnclaveException(RoundRefusals.NotCovered());
    }

    /// <summary>Reads an invitation that somebody sent. Both signers are known beforehand, from elsewhere than the invitation.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="platform">The domain's public key.</param>
    /// <param name="holder">The bureau's public key.</param>
    /// <exception cref="EnclaveException">SB-HE-2, SB-HE-3, SB-HE-23.</exception>
    public static RoundInvitation FromUntrusted(ReadOnlySpan<byte> bytes, PublicKey platform, PublicKey holder)
    {
        if (bytes.Length < HeadBytes || bytes.Length > MostBytes || !bytes.StartsWith("SBHI\u0001"u8))
        {
            throw new EnclaveException(RoundRefusals.Statement());
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]);
        if (length < 1 || bytes.Length - HeadBytes < length)
        {
            throw new EnclaveException(RoundRefusals.Statement());
        }

        var round = SignedRound.FromUntrusted(bytes.Slice(HeadBytes, length), platform) switch
        {
            TermsResult.Accepted accepted => accepted.Round,
            TermsResult.Refused refused => throw new EnclaveException(refused.Refusals[0]),
            _ => throw new EnclaveException(RoundRefusals.Statement()),
        };
        return HolderKey.FromUntrusted(bytes[(HeadBytes + length)..], holder) is { } key ? Of(round, key) : throw new EnclaveException(RoundRefusals.NotCovered());
    }

    /// <summary>The bytes that <see cref="FromUntrusted"/> reads.</summary>
    public byte[] ToBytes()
    {
        var (terms, key) = (Round.ToBytes(), Key.ToBytes());
        var bytes = new byte[HeadBytes + terms.Length + key.Length];
        "SBHI\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), terms.Length);
        terms.CopyTo(bytes, HeadBytes);
        key.CopyTo(bytes, HeadBytes + terms.Length);
        return bytes;
    }
}
