using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// A provider's own rows added up into the cells of a round, at home and in the clear. Exact: a value outside the bounds or with too many
/// decimals stops the tally; nothing is rounded or clipped. The cells go nowhere but into the encryption.
/// </summary>
public sealed class RoundTally
{
    private readonly SignedRound _round;
    private readonly Dictionary<string, int> _groups;
    private readonly ScaledBounds[] _bounds;
    private readonly long[] _cells;
    private readonly int[] _offsets;
    private readonly int _stride;

    /// <summary>An empty tally for the round.</summary>
    public RoundTally(SignedRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        _round = round;
        var terms = round.Terms;
        _groups = terms.Groups.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        _bounds = [.. terms.Measures.Select(measure => TermsRules.Bounds(measure)!.Value)];
        _cells = new long[terms.Cells];
        _offsets = [.. Enumerable.Range(0, terms.Measures.Count).Select(measure => terms.CellAt(0, measure))];
        _stride = terms.Cells / terms.Groups.Count;
    }

    /// <summary>Rows added so far.</summary>
    public long Rows { get; private set; }

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
        for (var i = 0; i < values.Length; i++)
        {
            var text = values[i].AsSpan().Trim();
            if (!text.IsEmpty
                && (!ExactDecimal.TryParse(text, out var value) || !value.TryScale(measures[i].Decimals, out scaled[i])
                    || scaled[i] < _bounds[i].Minimum || scaled[i] > _bounds[i].Maximum))
            {
                return RoundRefusals.Value(measures[i].Name);
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i].AsSpan().Trim().IsEmpty)
            {
                var cell = (at * _stride) + _offsets[i];
                _cells[cell] += scaled[i];
                _cells[cell + 1]++;
                if (measures[i].Squares)
                {
                    _cells[cell + 2] += scaled[i] * scaled[i];
                }
            }
        }

        Rows++;
        return null;
    }
}
