namespace Sandbox.Policy.Disclosure.Differencing;

/// <summary>The effort that was allowed is used up.</summary>
internal sealed class EffortSpentException() : Exception("The differencing search was stopped at its limit.");

/// <summary>Counts elementary steps down to zero.</summary>
internal sealed class Effort(long steps)
{
    private long _left = steps;

    /// <exception cref="EffortSpentException">None are left.</exception>
    public void Spend(int steps)
    {
        _left -= steps;
        if (_left < 0)
        {
            throw new EffortSpentException();
        }
    }
}

/// <summary>A sparse vector over the integers modulo 2^61−1: indices ascending, no zero value.</summary>
internal readonly record struct SparseVector(int[] Indices, ulong[] Values)
{
    public static SparseVector Indicator(int[] indices)
    {
        var sorted = (int[])indices.Clone();
        Array.Sort(sorted);
        var values = new ulong[sorted.Length];
        Array.Fill(values, 1UL);
        return new SparseVector(sorted, values);
    }

    public bool IsZero => Indices.Length == 0;
}

/// <summary>
/// Linearly independent vectors in echelon form, on top of another basis that counts as zero. Arithmetic is modulo the prime 2^61−1: the vectors are sums of few zeros and ones, so a
/// rank that differs from the rational one would need a determinant that this prime divides.
/// </summary>
internal sealed class SparseBasis(Effort effort, SparseBasis? below = null)
{
    private const ulong Prime = (1UL << 61) - 1;

    private readonly Dictionary<int, SparseVector> _byPivot = [];

    public int Rank => _byPivot.Count;

    /// <summary>Adds what is new in a vector; false when there is nothing new.</summary>
    public bool TryAdd(SparseVector vector)
    {
        var rest = Reduce(vector);
        if (rest.IsZero)
        {
            return false;
        }

        var inverse = Power(rest.Values[0], Prime - 2);
        _byPivot.Add(rest.Indices[0], new SparseVector(rest.Indices, [.. rest.Values.Select(value => Multiply(value, inverse))]));
        return true;
    }

    /// <summary>True when the vector is a combination of this basis and the ones below.</summary>
    public bool Spans(SparseVector vector) => Reduce(vector).IsZero;

    // Only as far as the first index that no pivot has: that it is new is then known.
    private SparseVector Reduce(SparseVector vector)
    {
        while (!vector.IsZero && Find(vector.Indices[0]) is { } row)
        {
            vector = Subtract(vector, row, vector.Values[0]);
        }

        return vector;
    }

    private SparseVector? Find(int pivot) =>
        _byPivot.TryGetValue(pivot, out var row) ? row : below?.Find(pivot);

    private SparseVector Subtract(SparseVector left, SparseVector right, ulong factor)
    {
        effort.Spend(left.Indices.Length + right.Indices.Length);
        var (indices, values) = (new int[left.Indices.Length + right.Indices.Length], new ulong[left.Indices.Length + right.Indices.Length]);
        var (a, b, count) = (0, 0, 0);
        while (a < left.Indices.Length || b < right.Indices.Length)
        {
            var x = a < left.Indices.Length ? left.Indices[a] : int.MaxValue;
            var y = b < right.Indices.Length ? right.Indices[b] : int.MaxValue;
            var value = x <= y ? left.Values[a] : 0;
            if (y <= x)
            {
                var minus = Multiply(right.Values[b], factor);
                value = value >= minus ? value - minus : value + Prime - minus;
            }

            a += x <= y ? 1 : 0;
            b += y <= x ? 1 : 0;
            if (value != 0)
            {
                indices[count] = Math.Min(x, y);
                values[count++] = value;
            }
        }

        return new SparseVector(indices[..count], values[..count]);
    }

    private static ulong Multiply(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        var sum = (low & Prime) + ((low >> 61) | (high << 3));
        sum = (sum & Prime) + (sum >> 61);
        return sum >= Prime ? sum - Prime : sum;
    }

    private static ulong Power(ulong value, ulong exponent)
    {
        var result = 1UL;
        for (; exponent != 0; exponent >>= 1)
        {
            result = (exponent & 1) != 0 ? Multiply(result, value) : result;
            value = Multiply(value, value);
        }

        return result;
    }
}
