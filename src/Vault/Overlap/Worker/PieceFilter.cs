using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Overlap;

/// <summary>
/// Tells of a raw value that none of the pieces can be it, in any encoding that is looked for: most values of a register are then neither counted nor joined.
/// A Bloom filter over the pieces (Bloom 1970), so it may say "perhaps" of anything, and says it of every value whose encodings it does not know how to make.
/// </summary>
internal sealed class PieceFilter
{
    private const int Longest = 256;
    private const int BitsPerPiece = 16;
    private const int LeastBits = 1 << 16;
    private const int MostBits = 1 << 30;
    private const ulong First = 0x9E37_79B9_7F4A_7C15;
    private const ulong Second = 0xD6E8_FEB8_6659_FD93;

    private readonly ulong[] _bits;
    private readonly int _shift;
    private readonly bool[] _hex = new bool[(2 * Longest) + 1];
    private readonly bool[] _base64 = new bool[(2 * Longest) + 1];

    /// <param name="pieces">How many pieces there will be, about.</param>
    internal PieceFilter(long pieces)
    {
        var bits = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(pieces * BitsPerPiece, LeastBits, MostBits));
        (_bits, _shift) = (new ulong[bits / 64], 64 - BitOperations.Log2((ulong)bits));
    }

    /// <summary>Adds a piece.</summary>
    /// <param name="utf8">Its text in small letters.</param>
    /// <param name="hex">Whether it may be a value in hexadecimal.</param>
    /// <param name="base64">Whether it may be a value in base64.</param>
    internal void Add(ReadOnlySpan<byte> utf8, bool hex, bool base64)
    {
        var (one, two) = Places(utf8);
        _bits[one >> 6] |= 1UL << (int)(one & 63);
        _bits[two >> 6] |= 1UL << (int)(two & 63);
        if (utf8.Length < _hex.Length)
        {
            _hex[utf8.Length] |= hex;
            _base64[utf8.Length] |= base64;
        }
    }

    /// <summary>Whether a piece may be this value: as it is, reversed, without blanks, in hexadecimal or in base64.</summary>
    internal bool May(ReadOnlySpan<byte> value)
    {
        if (value.Length > Longest)
        {
            return true;
        }

        Span<byte> lower = stackalloc byte[value.Length];
        Span<byte> other = stackalloc byte[(2 * value.Length) + 2];
        return !Lower(value, lower, out var wide, out var blanks)
            || Has(lower)
            || Has(Reversed(lower, other, wide))
            || (blanks && Has(WithoutBlanks(lower, other)))
            || (_hex[2 * value.Length] && Has(Hex(value, other)))
            || (_base64[((4 * value.Length) + 2) / 3] && Has(Base64(value, other)));
    }

    /// <summary>Registers it as a function of a text.</summary>
    internal void Register(DuckDbConnection connection, string name) => ScalarFunctionHost.Register(connection, new ScalarFunction
    {
        Name = name,
        Parameters = [DuckDbTypeId.Varchar],
        Result = DuckDbTypeId.Boolean,
        Body = (input, output, _) =>
        {
            var texts = input[0];
            var answers = output.Writable<byte>();
            for (var row = 0; row < answers.Length; row++)
            {
                answers[row] = !texts.IsNull(row) && May(texts.Bytes(row)) ? (byte)1 : (byte)0;
            }
        },
        SeesMissing = true,
    });

    // Letters of ASCII become small. Ideographs (U+4000 to U+9FFF: three bytes from E4 to E9) have no case and join no other character; what any other character becomes is not ours to say.
    private static bool Lower(ReadOnlySpan<byte> value, Span<byte> lower, out bool wide, out bool blanks)
    {
        (wide, blanks) = (false, false);
        for (var at = 0; at < value.Length; at++)
        {
            var one = value[at];
            blanks |= one == ' ';
            lower[at] = one is >= (byte)'A' and <= (byte)'Z' ? (byte)(one | 0x20) : one;
            if (one < 0x80)
            {
                // The engine reverses characters as they are seen: a return and a line feed are one.
                if (one == '\r')
                {
                    return false;
                }

                continue;
            }

            if (one is < 0xE4 or > 0xE9 || at + 2 >= value.Length)
            {
                return false;
            }

            (lower[at + 1], lower[at + 2]) = (value[at + 1], value[at + 2]);
            at += 2;
            wide = true;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Reversed(ReadOnlySpan<byte> lower, Span<byte> target, bool wide)
    {
        target = target[..lower.Length];
        lower.CopyTo(target);
        target.Reverse();
        for (var at = 0; wide && at < target.Length; at++)
        {
            // The bytes of a character came the other way round too.
            if (target[at] >= 0x80)
            {
                target.Slice(at, 3).Reverse();
                at += 2;
            }
        }

        return target;
    }

    private static ReadOnlySpan<byte> WithoutBlanks(ReadOnlySpan<byte> lower, Span<byte> target)
    {
        var length = 0;
        foreach (var one in lower)
        {
            if (one != ' ')
            {
                target[length++] = one;
            }
        }

        return target[..length];
    }

    private static ReadOnlySpan<byte> Hex(ReadOnlySpan<byte> value, Span<byte> target)
    {
        Convert.TryToHexStringLower(value, target, out var written);
        return target[..written];
    }

    private static ReadOnlySpan<byte> Base64(ReadOnlySpan<byte> value, Span<byte> target)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(value, target, out _, out var written);
        target = target[..written].TrimEnd((byte)'=');
        Ascii.ToLowerInPlace(target, out _);
        return target;
    }

    private bool Has(ReadOnlySpan<byte> utf8)
    {
        var (one, two) = Places(utf8);
        return (_bits[one >> 6] & (1UL << (int)(one & 63))) != 0 && (_bits[two >> 6] & (1UL << (int)(two & 63))) != 0;
    }

    private (ulong One, ulong Two) Places(ReadOnlySpan<byte> utf8)
    {
        unchecked
        {
            var hash = (ulong)utf8.Length * First;
            while (utf8.Length >= sizeof(ulong))
            {
                hash = Mix(hash ^ MemoryMarshal.Read<ulong>(utf8));
                utf8 = utf8[sizeof(ulong)..];
            }

            var rest = 0UL;
            foreach (var one in utf8)
            {
                rest = (rest << 8) | one;
            }

            hash = Mix(hash ^ rest);
            return (hash >> _shift, (hash * Second) >> _shift);
        }
    }

    private static ulong Mix(ulong hash)
    {
        unchecked
        {
            hash *= Second;
            return hash ^ (hash >> 32);
        }
    }
}
