namespace Sandbox.Enclave.Rounds;

/// <summary>Makes figures of decrypted numbers: checks that contributions which keep to the terms can have given them, and takes out small cells.</summary>
internal sealed class TotalsReader
{
    private readonly RoundTerms _terms;
    private readonly RoundLayout _layout;
    private readonly Int128 _rows;
    private readonly Int128 _smallest;

    /// <param name="round">The terms.</param>
    /// <param name="contributors">Those in the total.</param>
    public TotalsReader(SignedRound round, IReadOnlyList<string> contributors)
    {
        _terms = round.Terms;
        _layout = _terms.Layout;
        var weights = _terms.Contributors.Where(contributor => contributors.Contains(contributor.Id)).Select(contributor => (long)contributor.Weight).ToArray();
        _rows = (Int128)_terms.MaximumRows * weights.Sum();

        // A weighted count of this or more has at least the smallest number of rows behind it, whoever they belong to.
        _smallest = (Int128)_terms.MinimumCell * weights.DefaultIfEmpty(1).Max();
    }

    /// <summary>
    /// The numbers without those of small cells, which become null; null where a number can't come from contributions that keep to the terms, for example after a
    /// wrap or with another key.
    /// </summary>
    public long?[]? Withhold(ReadOnlySpan<long> cells)
    {
        if (cells.Length < _terms.Cells || cells[_terms.Cells..].ContainsAnyExcept(0L))
        {
            return null;
        }

        var kept = new long?[_terms.Cells];
        for (var group = 0; group < _terms.Groups.Count; group++)
        {
            var own = cells.Slice(group * _layout.Stride, _layout.Stride);
            if (!Holds(own))
            {
                return null;
            }

            for (var at = 0; at < own.Length; at++)
            {
                kept[(group * _layout.Stride) + at] = own[at];
            }

            for (var measure = 0; measure < (_terms.CrossProducts ? 1 : _terms.Measures.Count); measure++)
            {
                if (own[_layout.Count(measure)] > 0 && own[_layout.Count(measure)] < _smallest)
                {
                    var (from, to) = _terms.CrossProducts ? (0, _layout.Stride) : (_layout.Sum(measure), _layout.Count(measure) + (_terms.Measures[measure].Squares ? 2 : 1));
                    kept.AsSpan((group * _layout.Stride) + from, to - from).Clear();
                }
            }
        }

        return kept;
    }

    /// <summary>The figures; null where numbers that are there don't hold, or a cell is there in part only.</summary>
    public RoundTotals? Read(IReadOnlyList<string> contributors, ReadOnlySpan<long?> cells)
    {
        if (cells.Length != _terms.Cells)
        {
            return null;
        }

        List<TotalCell> opened = [];
        List<TotalProduct> products = [];
        List<WithheldCell> withheld = [];
        var own = new long[_layout.Stride];
        for (var group = 0; group < _terms.Groups.Count; group++)
        {
            var given = cells.Slice(group * _layout.Stride, _layout.Stride);
            for (var at = 0; at < own.Length; at++)
            {
                own[at] = given[at] ?? 0;
            }

            // A withheld cell is read as an empty one, which holds.
            if (!Holds(own) || !(_terms.CrossProducts ? ReadCrossed(group, given, opened, products, withheld) : ReadPlain(group, given, opened, withheld)))
            {
                return null;
            }
        }

        return new RoundTotals(_terms.RoundId, contributors, opened, products, withheld);
    }

    private bool ReadPlain(int group, ReadOnlySpan<long?> given, List<TotalCell> opened, List<WithheldCell> withheld)
    {
        for (var measure = 0; measure < _terms.Measures.Count; measure++)
        {
            var named = _terms.Measures[measure];
            var (sum, count, squares) = (given[_layout.Sum(measure)], given[_layout.Count(measure)], named.Squares ? given[_layout.Squares(measure)] : 0);
            if (sum is null && count is null && (squares is null || !named.Squares))
            {
                withheld.Add(new(_terms.Groups[group], named.Name));
                continue;
            }

            if (sum is null || count is null || squares is null || IsSmall(count.Value))
            {
                return false;
            }

            opened.Add(new(_terms.Groups[group], named.Name, new(sum.Value, named.Decimals), count.Value, named.Squares ? new ExactDecimal(squares.Value, 2 * named.Decimals) : null));
        }

        return true;
    }

    private bool ReadCrossed(int group, ReadOnlySpan<long?> given, List<TotalCell> opened, List<TotalProduct> products, List<WithheldCell> withheld)
    {
        if (!given.ContainsAnyExcept((long?)null))
        {
            withheld.Add(new(_terms.Groups[group], null));
            return true;
        }

        if (given.Contains(null) || IsSmall(given[0]!.Value))
        {
            return false;
        }

        for (var first = 0; first < _terms.Measures.Count; first++)
        {
            var a = _terms.Measures[first];
            opened.Add(new(_terms.Groups[group], a.Name, new(given[_layout.Sum(first)]!.Value, a.Decimals), given[0]!.Value, new ExactDecimal(given[_layout.Squares(first)]!.Value, 2 * a.Decimals)));
            for (var second = first + 1; second < _terms.Measures.Count; second++)
            {
                var b = _terms.Measures[second];
                products.Add(new(_terms.Groups[group], a.Name, b.Name, new(given[_layout.Product(first, second)]!.Value, a.Decimals + b.Decimals)));
            }
        }

        return true;
    }

    private bool IsSmall(long count) => count > 0 && count < _smallest;

    private bool Holds(ReadOnlySpan<long> own)
    {
        for (var measure = 0; measure < _terms.Measures.Count; measure++)
        {
            var bounds = TermsRules.Bounds(_terms.Measures[measure])!.Value;
            var (sum, count) = (own[_layout.Sum(measure)], own[_layout.Count(measure)]);
            var squared = _terms.CrossProducts || _terms.Measures[measure].Squares;
            var squares = squared ? own[_layout.Squares(measure)] : 0;
            if (count < 0 || count > _rows || sum < (Int128)bounds.Minimum * count || sum > (Int128)bounds.Maximum * count || squares < 0 || squares > bounds.Largest * bounds.Largest * count)
            {
                return false;
            }

            for (var second = measure + 1; _terms.CrossProducts && second < _terms.Measures.Count; second++)
            {
                if (Int128.Abs(own[_layout.Product(measure, second)]) > bounds.Largest * TermsRules.Bounds(_terms.Measures[second])!.Value.Largest * count)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
