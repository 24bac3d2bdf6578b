using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Which instructions SM4 uses; all give the same bytes in constant time.</summary>
internal enum Sm4Path
{
    Portable = 0,
    Aes,
    Avx2,
    Gfni,
    Wide,
}

/// <summary>The SM4 block cipher (GB/T 32907-2016) over many blocks. The round keys are pinned and zeroed. Safe for use by many threads.</summary>
internal sealed class Sm4 : ICounterCipher
{
    private readonly uint[] _keys = GC.AllocateArray<uint>(32, pinned: true);
    private readonly Sm4Path _path;

    public Sm4(ReadOnlySpan<byte> key)
        : this(key, Best)
    {
    }

    public Sm4(ReadOnlySpan<byte> key, Sm4Path path)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 16);
        _path = path;
        Expand(key);
    }

    public static Sm4Path Best { get; } =
        Sm4Wide.IsSupported ? Sm4Path.Wide : Sm4Avx2.IsSupported ? Sm4Path.Avx2 : GfniSubstitution.IsSupported ? Sm4Path.Gfni : AesSubstitution.IsSupported ? Sm4Path.Aes : Sm4Path.Portable;

    /// <summary>What this processor can do.</summary>
    public static IEnumerable<Sm4Path> Supported => Enum.GetValues<Sm4Path>().Where(p => p switch
    {
        Sm4Path.Wide => Sm4Wide.IsSupported,
        Sm4Path.Avx2 => Sm4Avx2.IsSupported,
        Sm4Path.Gfni => GfniSubstitution.IsSupported,
        Sm4Path.Aes => AesSubstitution.IsSupported,
        _ => true,
    });

    /// <summary>Encrypts every 16-byte block by itself, in place.</summary>
    public void Encrypt(Span<byte> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length % 16, 0);
        for (; blocks.Length >= Sm4Lanes<PortableSubstitution>.Stride; blocks = blocks[Sm4Lanes<PortableSubstitution>.Stride..])
        {
            EncryptStride(blocks[..Sm4Lanes<PortableSubstitution>.Stride]);
        }

        if (!blocks.IsEmpty)
        {
            Span<byte> stride = stackalloc byte[Sm4Lanes<PortableSubstitution>.Stride];
            stride.Clear();
            blocks.CopyTo(stride);
            EncryptStride(stride);
            stride[..blocks.Length].CopyTo(blocks);
        }
    }

    public void Counter(ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> block = stackalloc byte[16];
        counter.CopyTo(block);
        var wide = _path switch
        {
            Sm4Path.Wide => input.Length & ~(Sm4Wide.Stride - 1),
            Sm4Path.Avx2 => input.Length & ~(Sm4Avx2.Stride - 1),
            _ => 0,
        };
        if (wide > 0)
        {
            if (_path == Sm4Path.Wide)
            {
                Sm4Wide.Counter(_keys, block, input[..wide], output[..wide]);
            }
            else
            {
                Sm4Avx2.Counter(_keys, block, input[..wide], output[..wide]);
            }

            CounterBlock.Add(block, (uint)(wide / 16));
            input = input[wide..];
            output = output[wide..];
        }

        Span<byte> stream = stackalloc byte[Sm4Lanes<PortableSubstitution>.Stride];
        while (!input.IsEmpty)
        {
            var length = Math.Min(stream.Length, input.Length);
            for (var at = 0; at < stream.Length; at += 16)
            {
                block.CopyTo(stream[at..]);
                CounterBlock.Add(block, 1);
            }

            EncryptStride(stream);
            CounterBlock.Xor(input[..length], stream, output);
            input = input[length..];
            output = output[length..];
        }

        CryptographicOperations.ZeroMemory(stream);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keys.AsSpan()));

    private void EncryptStride(Span<byte> blocks)
    {
        switch (_path)
        {
            case Sm4Path.Gfni or Sm4Path.Wide:
                Sm4Lanes<GfniSubstitution>.Encrypt(_keys, blocks);
                break;
            case Sm4Path.Aes or Sm4Path.Avx2:
                Sm4Lanes<AesSubstitution>.Encrypt(_keys, blocks);
                break;
            default:
                Sm4Lanes<PortableSubstitution>.Encrypt(_keys, blocks);
                break;
        }
    }

    private uint Substitute(uint word) => _path switch
    {
        Sm4Path.Gfni or Sm4Path.Wide => Sm4Lanes<GfniSubstitution>.Substitute(word),
        Sm4Path.Aes or Sm4Path.Avx2 => Sm4Lanes<AesSubstitution>.Substitute(word),
        _ => Sm4Lanes<PortableSubstitution>.Substitute(word),
    };

    private void Expand(ReadOnlySpan<byte> key)
    {
        Span<uint> k = stackalloc uint[4];
        ReadOnlySpan<uint> system = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];
        for (var i = 0; i < 4; i++)
        {
            k[i] = BinaryPrimitives.ReadUInt32BigEndian(key[(4 * i)..]) ^ system[i];
        }

        for (var i = 0; i < 32; i++)
        {
            // CK: byte j of word i is (4i+j)·7 modulo 256.
            var constant = 0u;
            for (var j = 0; j < 4; j++)
            {
                constant = (constant << 8) | (uint)((4 * i + j) * 7 & 0xff);
            }

            var b = Substitute(k[(i + 1) & 3] ^ k[(i + 2) & 3] ^ k[(i + 3) & 3] ^ constant);
            k[i & 3] ^= b ^ BitOperations.RotateLeft(b, 13) ^ BitOperations.RotateLeft(b, 23);
            _keys[i] = k[i & 3];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(k));
    }
}
