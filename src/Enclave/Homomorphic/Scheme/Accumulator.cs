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

    // 32 KiB of the sum, which the nearest caches hold; with shorter blocks reading ahead starts anew too often (measured from 4 to 32 KiB).
    private const int BlockWords = 4096;

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
    public CiphertextProblem Add(ReadOnlyMemory<byte> ciphertext, long weight)
    {
        if (weight == 1)
        {
            Span<CiphertextProblem> found = [CiphertextProblem.Unknown];
            Add([ciphertext], found);
            return found[0];
        }

        var problem = CiphertextFormat.Check(_context.Parameters, ciphertext.Span);
        if (problem == CiphertextProblem.None)
        {
            AddWeighted(Words(ciphertext), weight);
        }

        return problem;
    }

    /// <summary>
    /// As <see cref="Add(ReadOnlyMemory{byte}, long)"/> with weight 1 for each. A block of the sum stays in the nearest cache while the ciphertexts go by, which is what an addition costs: reading and writing
    /// a sum is twice the traffic of reading a ciphertext.
    /// </summary>
    /// <param name="ciphertexts">As they came, unchecked.</param>
    /// <param name="problems">Gets for each what is wrong with it.</param>
    public void Add(IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts, Span<CiphertextProblem> problems)
    {
        // One less, because what was reduced counts as one.
        const int most = MostPending - 1;
        for (var first = 0; first < ciphertexts.Count; first += most)
        {
            var group = Math.Min(most, ciphertexts.Count - first);
            if (_pending + group > MostPending)
            {
                Reduce();
            }

            for (var i = first; i < first + group; i++)
            {
                problems[i] = CiphertextFormat.CheckHeader(_context.Parameters, ciphertexts[i].Span);
            }

            AddGroup(ciphertexts, first, problems.Slice(first, group));
        }
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

    private void AddGroup(IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts, int first, Span<CiphertextProblem> problems)
    {
        var degree = _context.Parameters.Slots;
        var primes = _context.Parameters.CiphertextPrimes;
        var (over, second) = (new ulong[problems.Length], new ulong[problems.Length]);
        for (var at = 0; at < Numbers.Length; at += BlockWords)
        {
            var row = at / degree;
            var block = Numbers.Slice(at, BlockWords);
            for (var i = 0; i < problems.Length; i++)
            {
                if (problems[i] == CiphertextProblem.None)
                {
                    var (bad, any) = WideRows.Add(Words(ciphertexts[first + i]).Slice(at, BlockWords), block, primes[row % primes.Length]);
                    over[i] |= bad;
                    second[i] |= row < primes.Length ? 0 : any;
                }
            }
        }

        for (var i = 0; i < problems.Length; i++)
        {
            if (problems[i] != CiphertextProblem.None)
            {
                continue;
            }

            problems[i] = CiphertextFormat.Verdict(over[i], second[i]);
            if (problems[i] == CiphertextProblem.None)
            {
                _pending++;
            }
            else
            {
                WideRows.Subtract(Words(ciphertexts[first + i]), Numbers);
            }
        }
    }

    private static ReadOnlySpan<ulong> Words(ReadOnlyMemory<byte> ciphertext) => MemoryMarshal.Cast<byte, ulong>(ciphertext.Span[WireHeader.CiphertextBytes..]);

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
