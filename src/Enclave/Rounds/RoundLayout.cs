namespace Sandbox.Enclave.Rounds;

/// <summary>
/// The order of the numbers of one group. Plain: for each quantity sum, count and, if asked, sum of squares. With cross products: one count, the sums, then the products
/// of the first quantity with itself and all later ones, of the second, and so on.
/// </summary>
internal readonly struct RoundLayout
{
    private readonly int[] _sums;
    private readonly bool _crossed;

    public RoundLayout(RoundTerms terms)
    {
        _crossed = terms.CrossProducts;
        var count = terms.Measures.Count;
        _sums = new int[count];
        var at = _crossed ? 1 : 0;
        for (var measure = 0; measure < count; measure++)
        {
            _sums[measure] = at;
            at += _crossed ? 1 : terms.Measures[measure].Squares ? 3 : 2;
        }

        Stride = _crossed ? (int)Math.Min(int.MaxValue, at + ((long)count * (count + 1) / 2)) : at;
    }

    /// <summary>Numbers of one group.</summary>
    public int Stride { get; }

    public int Sum(int measure) => _sums[measure];

    public int Count(int measure) => _crossed ? 0 : _sums[measure] + 1;

    /// <summary>Of a quantity's squares, where the terms ask for them.</summary>
    public int Squares(int measure) => _crossed ? Product(measure, measure) : _sums[measure] + 2;

    /// <summary>Of the products of two quantities; with cross products only.</summary>
    public int Product(int first, int second)
    {
        var (low, high) = (Math.Min(first, second), Math.Max(first, second));
        return 1 + _sums.Length + (low * _sums.Length) - (low * (low - 1) / 2) + (high - low);
    }
}
