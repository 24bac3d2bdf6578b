using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Wire;

/// <summary>
/// SEAL's short form of an object whose second half is uniform: the first half, then the key of the stream that gives the second one.
/// The stream is BLAKE2Xb over a counter of eight bytes, 4096 bytes for each count; numbers that would make a remainder uneven are
/// replaced by the next of the stream.
/// </summary>
internal static class SeededForm
{
    private const int StreamBlock = 4096;
    private const byte Blake2xbStream = 1;

    /// <summary>The full form of a seeded ciphertext (SEAL makes them with the secret key); null when it is none of this set.</summary>
    public static byte[]? ExpandCiphertext(ParameterSet parameters, ReadOnlySpan<byte> bytes)
    {
        var headers = WireHeader.Of(parameters);
        var full = bytes.StartsWith(headers.SeededCiphertext)
            ? Expand(bytes, headers.SeededCiphertext.Length, headers.Ciphertext, parameters.CiphertextPrimes, parameters.Slots)
            : null;
        return full is not null && CiphertextFormat.Check(parameters, full) == CiphertextProblem.None ? full : null;
    }

    /// <summary>Null when length or seed are not as they must be; the first half's numbers are not checked.</summary>
    internal static byte[]? Expand(ReadOnlySpan<byte> bytes, int headerBytes, ReadOnlySpan<byte> fullHeader, ReadOnlySpan<ulong> primes, int degree)
    {
        var half = primes.Length * degree * sizeof(ulong);
        if (bytes.Length != headerBytes + half + WireHeader.SeedBytes)
        {
            return null;
        }

        var seed = bytes[(headerBytes + half)..];
        Span<byte> header = stackalloc byte[WireHeader.ObjectBytes];
        WireHeader.Write(header, WireHeader.SeedBytes);
        if (!seed.StartsWith(header) || seed[WireHeader.ObjectBytes] != Blake2xbStream)
        {
            return null;
        }

        var full = new byte[fullHeader.Length + (2 * half)];
        fullHeader.CopyTo(full);
        bytes.Slice(headerBytes, half).CopyTo(full.AsSpan(fullHeader.Length));
        Uniform(seed[(WireHeader.ObjectBytes + 1)..], primes, MemoryMarshal.Cast<byte, ulong>(full.AsSpan(fullHeader.Length + half)));
        return full;
    }

    /// <summary>Rows of uniform numbers, one for each prime.</summary>
    internal static void Uniform(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> primes, Span<ulong> rows)
    {
        var stream = new Stream(key.ToArray());
        var degree = rows.Length / primes.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = stream.Next();
        }

        for (var prime = 0; prime < primes.Length; prime++)
        {
            var bound = ulong.MaxValue - (ulong.MaxValue % primes[prime]) - 1;
            foreach (ref var number in rows.Slice(prime * degree, degree))
            {
                while (number >= bound)
                {
                    number = stream.Next();
                }

                number %= primes[prime];
            }
        }
    }

    private sealed class Stream(byte[] key)
    {
        private readonly byte[] _block = new byte[StreamBlock];
        private readonly byte[] _counter = new byte[8];
        private ulong _blocks;
        private int _used = StreamBlock;

        public ulong Next()
        {
            if (_used == StreamBlock)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(_counter, _blocks++);
                Blake2b.Extend(key, _counter, _block);
                _used = 0;
            }

            var next = BinaryPrimitives.ReadUInt64LittleEndian(_block.AsSpan(_used));
            _used += 8;
            return next;
        }
    }
}
