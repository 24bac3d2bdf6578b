using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// A provider's own rows added up into the cells of a round, at home and in the clear. Exact: a value outside the bounds or with too many
/// decimals stops the tally; nothing is rounded or clipped. The cells go nowhere but into the encryption.
/// </summary>
public sealed class RoundTally : IDisposable
{
    private readonly SignedRound _round;
    private readonly Dictionary<string, int> _groups;
    private readonly ScaledBounds[] _bounds;
    private readonly RoundLayout _layout;
    private readonly long[] _cells;

    /// <summary>An empty tally for the round.</summary>
    public RoundTally(SignedRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        _round = round;
        var terms = round.Terms;
        _groups = terms.Groups.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        _bounds = [.. terms.Measures.Select(measure => TermsRules.Bounds(measure)!.Value)];
        _layout = terms.Layout;
        _cells = new long[terms.Cells];
    }

    /// <summary>Rows added so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows among them that count nowhere because a quantity is missing; with cross products only.</summary>
    public long Incomplete { get; private set; }

    internal SignedRound Round => _round;

    internal ReadOnlySpan<long> Cells => _cells;

    /// <summary>Adds one row.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="values">Decimal text for each measure in the order of the terms; null or blank where missing.</param>
    /// <returns>Null, or why the row can't be part of the round; nothing of it was added then.</returns>
    public Refusal? Add(string group, params ReadOnlySpan<string?> values)
    {
        var measures = _round.Terms.Measures;
        if (!_groups.TryGetValue(group, out var at))
        {
            return RoundRefusals.Group();
        }

        if (Rows == _round.Terms.MaximumRows)
        {
            return RoundRefusals.Rows();
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, measures.Count, nameof(values));
        Span<long> scaled = stackalloc long[measures.Count];
        Span<bool> present = stackalloc bool[measures.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var text = values[i].AsSpan().Trim();
            present[i] = !text.IsEmpty;
            if (present[i]
                && (!ExactDecimal.TryParse(text, out var value) || !value.TryScale(measures[i].Decimals, out scaled[i])
                    || scaled[i] < _bounds[i].Minimum || scaled[i] > _bounds[i].Maximum))
            {
                return RoundRefusals.Value(measures[i].Name);
            }
        }

        Rows++;
        var cells = _cells.AsSpan(at * _layout.Stride, _layout.Stride);
        if (_round.Terms.CrossProducts)
        {
            AddCrossed(cells, scaled, present);
        }
        else
        {
            AddPlain(cells, scaled, present);
        }

        return null;
    }

    /// <summary>Zeroes the cells.</summary>
    public void Dispose() => _cells.AsSpan().Clear();

    private void AddPlain(Span<long> cells, ReadOnlySpan<long> scaled, ReadOnlySpan<bool> present)
    {
        for (var i = 0; i < scaled.Length; i++)
        {
            if (present[i])
            {
                cells[_layout.Sum(i)] += scaled[i];
                cells[_layout.Count(i)]++;
                if (_round.Terms.Measures[i].Squares)
                {
                    cells[_layout.Squares(i)] += scaled[i] * scaled[i];
                }
            }
        }
    }

    private void AddCrossed(Span<long> cells, ReadOnlySpan<long> scaled, ReadOnlySpan<bool> present)
    {
        if (present.Contains(false))
        {
            Incomplete++;
            return;
        }

        cells[0]++;
        for (var i = 0; i < scaled.Length; i++)
        {
            cells[_layout.Sum(i)] += scaled[i];
            for (var j = i; j < scaled.Length; j++)
            {
                cells[_layout.Product(i, j)] += scaled[i] * scaled[j];
            }
        }
    }
}
