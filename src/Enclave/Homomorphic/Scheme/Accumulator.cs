using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Arithmetic;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// A sum of ciphertexts. Its numbers are reduced only now and then: coefficients are below 2^50, so that 8,192 of them fit into 63 bits.
/// That lets one pass over memory both check and add, and an addition that turns out to be of a bad ciphertext be taken back exactly.
/// </summary>
internal sealed class Accumulator
{
    private const int MostPending = 1 << 13, LineBytes = 64;

    private readonly BfvContext _context;
    private readonly ulong[] _numbers;
    private readonly int _start;
    private int _pending;

    public Accumulator(BfvContext context)
    {
        _context = context;
        _numbers = GC.AllocateArray<ulong>((2 * context.FreshPrimes * context.Parameters.Slots) + (LineBytes / sizeof(ulong)), pinned: true);

        // Vectors that do not cross cache lines are a quarter faster to write.
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_numbers, 0) % LineBytes);
        _start = (LineBytes - past) % LineBytes / sizeof(ulong);
    }

    private Span<ulong> Numbers => _numbers.AsSpan(_start, 2 * _context.FreshPrimes * _context.Parameters.Slots);

    /// <summary>Adds <paramref name="weight"/> times a ciphertext; one that is not in order changes nothing.</summary>
    public CiphertextProblem Add(ReadOnlySpan<byte> ciphertext, long weight)
    {
        if (CiphertextFormat.CheckHeader(_context.Parameters, ciphertext) is var problem and not CiphertextProblem.None)
        {
            return problem;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        if (weight != 1)
        {
            problem = CiphertextFormat.Check(_context.Parameters, ciphertext);
            if (problem == CiphertextProblem.None)
            {
                AddWeighted(words, weight);
            }

            return problem;
        }

        if (_pending == MostPending)
        {
            Reduce();
        }

        _pending++;
        problem = AddOnce(words);
        if (problem != CiphertextProblem.None)
        {
            _pending--;
            WideRows.Subtract(words, Numbers);
        }

        return problem;
    }

    /// <summary>The sum on the wire; null where its second half is empty: contributions that cancel each other out would make it plain.</summary>
    public byte[]? Write()
    {
        Reduce();
        if (!Numbers[(Numbers.Length / 2)..].ContainsAnyExcept(0UL))
        {
            return null;
        }

        var bytes = new byte[_context.Parameters.CiphertextBytes];
        WireHeader.Of(_context.Parameters).Ciphertext.CopyTo(bytes, 0);
        Numbers.CopyTo(MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(WireHeader.CiphertextBytes)));
        return bytes;
    }

    private CiphertextProblem AddOnce(ReadOnlySpan<ulong> words)
    {
        var degree = _context.Parameters.Slots;
        var primes = _context.Parameters.CiphertextPrimes;
        var (over, second) = (0UL, 0UL);
        for (var row = 0; row < 2 * primes.Length; row++)
        {
            var (bad, any) = WideRows.Add(words.Slice(row * degree, degree), Numbers.Slice(row * degree, degree), primes[row % primes.Length]);
            over |= bad;
            second |= row < primes.Length ? 0 : any;
        }

        return over >= 1UL << 63 ? CiphertextProblem.OutOfRange : second == 0 ? CiphertextProblem.Transparent : CiphertextProblem.None;
    }

    private void AddWeighted(ReadOnlySpan<ulong> words, long weight)
    {
        Reduce();
        var degree = _context.Parameters.Slots;
        for (var row = 0; row < 2 * _context.FreshPrimes; row++)
        {
            var ring = _context.Rings[row % _context.FreshPrimes];
            ring.AddWeighted(words.Slice(row * degree, degree), ring.Centred(PublicArithmetic.Residue(weight, ring.Prime)), Numbers.Slice(row * degree, degree));
        }

        _pending = 1;
    }

    private void Reduce()
    {
        if (_pending < 2)
        {
            return;
        }

        for (var row = 0; row < 2 * _context.FreshPrimes; row++)
        {
            var prime = _context.Parameters.CiphertextPrimes[row % _context.FreshPrimes];
            foreach (ref var number in Numbers.Slice(row * _context.Parameters.Slots, _context.Parameters.Slots))
            {
                number %= prime;
            }
        }

        _pending = 1;
    }
}
