using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Format-preserving encryption FF1 (NIST SP 800-38G, with the domain of at least 1,000,000 of its revision 1) over SM4 or AES-256: digits of a radix in, as many digits of that radix out.</summary>
/// <remarks>Not safe for use by several threads at once. The arithmetic on numbers is not constant-time. FF3 and FF3-1 are not offered: NIST has withdrawn them.</remarks>
public sealed class Ff1 : IDisposable
{
    /// <summary>The smallest domain, radix^length, of revision 1: below it the permutation can be written down from its answers.</summary>
    public const int SmallestDomain = 1_000_000;

    /// <summary>The smallest domain of the first edition, for its vectors only.</summary>
    internal const int LegacyDomain = 100;

    /// <summary>Most digits.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most bytes of a tweak.</summary>
    public const int MaxTweak = 256;

    private const int Rounds = 10;

    private readonly ICounterCipher _cipher;
    private readonly int _smallest;

    /// <param name="suite">SM4 for <c>sm</c>, AES-256 for <c>nist</c>.</param>
    /// <param name="key"><see cref="Suite.KeyLength"/> bytes, derived for this use alone.</param>
    public Ff1(Suite suite, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, suite.KeyLength);
        _cipher = suite.Id == Suite.Sm.Id ? new Sm4(key) : new AesBlocks(key);
        _smallest = SmallestDomain;
    }

    /// <summary>Over a cipher that the caller owns.</summary>
    internal Ff1(ICounterCipher cipher, int smallest)
    {
        _cipher = cipher;
        _smallest = smallest;
    }

    /// <summary>Encrypts digits in place.</summary>
    /// <param name="radix">2 to 65,536.</param>
    /// <param name="tweak">Up to <see cref="MaxTweak"/> bytes that need not be secret; another tweak is another permutation.</param>
    /// <param name="digits">2 to <see cref="MaxLength"/> digits below the radix; radix^length at least <see cref="SmallestDomain"/>.</param>
    /// <exception cref="ArgumentException">A digit, length or radix outside these.</exception>
    public void Encrypt(int radix, ReadOnlySpan<byte> tweak, Span<ushort> digits) => Run(radix, tweak, digits, encrypt: true);

    /// <summary>Decrypts digits in place.</summary>
    /// <inheritdoc cref="Encrypt"/>
    public void Decrypt(int radix, ReadOnlySpan<byte> tweak, Span<ushort> digits) => Run(radix, tweak, digits, encrypt: false);

    public void Dispose() => _cipher.Dispose();

    private void Run(int radix, ReadOnlySpan<byte> tweak, Span<ushort> digits, bool encrypt)
    {
        Check(radix, tweak, digits);
        var u = digits.Length / 2;
        var v = digits.Length - u;
        var (modulusU, modulusV) = (BigInteger.Pow(radix, u), BigInteger.Pow(radix, v));
        // Bytes of the largest number of v digits, and of the number that a round adds.
        var b = (int)((modulusV - 1).GetBitLength() + 7) / 8;
        var d = (b + 3) / 4 * 4 + 4;
        var left = Number(digits[..u], radix);
        var right = Number(digits[u..], radix);
        Span<byte> input = stackalloc byte[16 + (tweak.Length + b + 1 + 15) / 16 * 16];
        Header(input, radix, digits.Length, tweak, u);
        for (var round = 0; round < Rounds; round++)
        {
            var i = encrypt ? round : Rounds - 1 - round;
            var modulus = i % 2 == 0 ? modulusU : modulusV;
            input[^(b + 1)] = (byte)i;
            if (encrypt)
            {
                (left, right) = (right, (left + Added(input, right, b, d)) % modulus);
            }
            else
            {
                var difference = (right - Added(input, left, b, d)) % modulus;
                (left, right) = (difference.Sign < 0 ? difference + modulus : difference, left);
            }
        }

        Put(left, radix, digits[..u]);
        Put(right, radix, digits[u..]);
        CryptographicOperations.ZeroMemory(input);
    }

    /// <summary>P and the tweak with its padding; the round and the number follow.</summary>
    private static void Header(Span<byte> input, int radix, int length, ReadOnlySpan<byte> tweak, int u)
    {
        input.Clear();
        input[0] = 1;
        input[1] = 2;
        input[2] = 1;
        input[3] = (byte)(radix >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(input[4..], (ushort)(radix & 0xffff));
        input[6] = Rounds;
        input[7] = (byte)(u % 256);
        BinaryPrimitives.WriteInt32BigEndian(input[8..], length);
        BinaryPrimitives.WriteInt32BigEndian(input[12..], tweak.Length);
        tweak.CopyTo(input[16..]);
    }

    /// <summary>y of a round: the first d bytes of R‖CIPH(R⊕1)‖CIPH(R⊕2)…, where R chains the cipher over P‖Q.</summary>
    private BigInteger Added(Span<byte> input, BigInteger number, int b, int d)
    {
        var place = input[^b..];
        place.Clear();
        if (!number.IsZero)
        {
            var bytes = number.GetByteCount(isUnsigned: true);
            number.TryWriteBytes(place[(b - bytes)..], out _, isUnsigned: true, isBigEndian: true);
        }

        Span<byte> stream = stackalloc byte[(d + 15) / 16 * 16];
        stream.Clear();
        var chained = stream[..16];
        for (var at = 0; at < input.Length; at += 16)
        {
            CounterBlock.Xor(chained, input.Slice(at, 16), chained);
            _cipher.Encrypt(chained);
        }

        for (var block = 1; block < stream.Length / 16; block++)
        {
            var next = stream.Slice(block * 16, 16);
            chained.CopyTo(next);
            BinaryPrimitives.WriteUInt32BigEndian(next[12..], BinaryPrimitives.ReadUInt32BigEndian(next[12..]) ^ (uint)block);
            _cipher.Encrypt(next);
        }

        var y = new BigInteger(stream[..d], isUnsigned: true, isBigEndian: true);
        CryptographicOperations.ZeroMemory(stream);
        return y;
    }

    private static BigInteger Number(ReadOnlySpan<ushort> digits, int radix)
    {
        var number = BigInteger.Zero;
        foreach (var digit in digits)
        {
            number = number * radix + digit;
        }

        return number;
    }

    private static void Put(BigInteger number, int radix, Span<ushort> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, radix, out var digit);
            digits[i] = (ushort)digit;
        }
    }

    private void Check(int radix, ReadOnlySpan<byte> tweak, ReadOnlySpan<ushort> digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(radix, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radix, 65536);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tweak.Length, MaxTweak);
        ArgumentOutOfRangeException.ThrowIfLessThan(digits.Length, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits.Length, MaxLength);
        if (BigInteger.Pow(radix, digits.Length) < _smallest)
        {
            throw new ArgumentException("FF1 needs at least 1,000,000 possible values; too few digits.", nameof(digits));
        }

        foreach (var digit in digits)
        {
            if (digit >= radix)
            {
                throw new ArgumentException("A digit is not below the radix.", nameof(digits));
            }
        }
    }
}
