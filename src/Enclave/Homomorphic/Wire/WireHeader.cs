using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Wire;

/// <summary>
/// The constant beginnings of SEAL 4.1's objects for a parameter set. Every object starts with sixteen bytes: magic 5EA1, length of the
/// header, version 4.1, no compression, two bytes reserved, length of the whole object; objects inside objects repeat that. All numbers
/// are little-endian.
/// </summary>
internal sealed class WireHeader
{
    /// <summary>Length of the header of an object.</summary>
    public const int ObjectBytes = 16;

    /// <summary>Length of a ciphertext before its coefficients; a public key is a ciphertext of its own parameters.</summary>
    public const int CiphertextBytes = 113;

    /// <summary>Length of a secret key before its coefficients.</summary>
    public const int SecretKeyBytes = 88;

    /// <summary>Length of what stands for the second half of a seeded object: a header, the generator's number, a key of 64 bytes.</summary>
    public const int SeedBytes = ObjectBytes + 1 + 64;

    private WireHeader(ParameterSet set)
    {
        var (fresh, keys) = (Id(set, set.CiphertextPrimes), Id(set, set.KeyPrimes));
        Ciphertext = CiphertextHeader(set, fresh, set.CiphertextPrimes.Length, false, false);
        SeededCiphertext = CiphertextHeader(set, fresh, set.CiphertextPrimes.Length, false, true);
        PublicKey = CiphertextHeader(set, keys, set.KeyPrimes.Length, true, false);
        SeededPublicKey = CiphertextHeader(set, keys, set.KeyPrimes.Length, true, true);
        SecretKey = SecretKeyHeader(set, keys);
        Parameters = ParametersObject(set);
    }

    /// <summary>Before a ciphertext's two parts, each one row of coefficients for each prime.</summary>
    public byte[] Ciphertext { get; }

    /// <summary>Before a ciphertext's first part, which a seed follows.</summary>
    public byte[] SeededCiphertext { get; }

    /// <summary>Before a public key's two parts, both transformed.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Before a public key's first part, which a seed follows.</summary>
    public byte[] SeededPublicKey { get; }

    /// <summary>Before a secret key's rows, transformed.</summary>
    public byte[] SecretKey { get; }

    /// <summary>The whole object of the parameters.</summary>
    public byte[] Parameters { get; }

    private static readonly Dictionary<string, WireHeader> Known = ParameterSet.All.ToDictionary(set => set.Name, set => new WireHeader(set), StringComparer.Ordinal);

    /// <summary>The headers of a set.</summary>
    public static WireHeader Of(ParameterSet set) => Known[set.Name];

    /// <summary>Writes the header of an object of <paramref name="length"/> bytes, header included.</summary>
    public static void Write(Span<byte> target, long length)
    {
        ReadOnlySpan<byte> start = [0x5e, 0xa1, ObjectBytes, 4, 1, 0, 0, 0];
        start.CopyTo(target);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], length);
    }

    /// <summary>BLAKE2b-256 over scheme, degree, primes and plain modulus, eight bytes each.</summary>
    private static byte[] Id(ParameterSet set, ReadOnlySpan<ulong> primes)
    {
        ulong[] words = [1, (ulong)set.Slots, .. primes, (ulong)set.PlainModulus];
        var id = new byte[32];
        Blake2b.Hash([], MemoryMarshal.AsBytes<ulong>(words), id);
        return id;
    }

    private static byte[] CiphertextHeader(ParameterSet set, byte[] id, int primes, bool transformed, bool seeded)
    {
        var words = (seeded ? 1L : 2L) * primes * set.Slots;
        var inner = ObjectBytes + 8 + (8 * words);
        var header = new byte[CiphertextBytes];
        Write(header, CiphertextBytes + (8 * words) + (seeded ? SeedBytes : 0));
        id.CopyTo(header.AsSpan(16));
        header[48] = transformed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(49), 2);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(57), set.Slots);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(65), primes);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(73), 1);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(81), 1);
        Write(header.AsSpan(89), inner);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(105), words);
        return header;
    }

    private static byte[] SecretKeyHeader(ParameterSet set, byte[] id)
    {
        var words = (long)set.KeyPrimes.Length * set.Slots;
        var header = new byte[SecretKeyBytes];
        Write(header, SecretKeyBytes + (8 * words));
        id.CopyTo(header.AsSpan(16));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), words);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(56), 1);
        Write(header.AsSpan(64), ObjectBytes + 8 + (8 * words));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(80), words);
        return header;
    }

    private static byte[] ParametersObject(ParameterSet set)
    {
        var bytes = new byte[set.ParametersBytes];
        Write(bytes, bytes.Length);
        bytes[16] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), set.Slots);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), set.KeyPrimes.Length);
        ulong[] moduli = [.. set.KeyPrimes, (ulong)set.PlainModulus];
        for (var (i, at) = (0, 33); i < moduli.Length; i++, at += ObjectBytes + 8)
        {
            Write(bytes.AsSpan(at), ObjectBytes + 8);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at + ObjectBytes), moduli[i]);
        }

        return bytes;
    }
}
