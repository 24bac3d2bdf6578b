using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Evidence;

/// <summary>The cells and margins of a table, numbered as they are met.</summary>
/// <param name="dimensions">Dimensions of the table, at most four.</param>
/// <param name="most">Most cells and margins together, at most 65,534.</param>
internal sealed class CellBook(int dimensions, int most)
{
    // A cell is one number, as in WireCell: 16 bits a dimension, 0 where it is summed over, 1 where the value is missing, and the values from 2 on.
    private const int Bits = WireCell.Bits;
    private const int Missing = WireCell.Missing;
    private const int FirstValue = WireCell.FirstText;

    private readonly Dictionary<string, int>[] _values = [.. Enumerable.Range(0, dimensions).Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ulong> _keys = [];

    /// <summary>A cell and its margins: one number for each set of dimensions that is summed over.</summary>
    public int Width { get; } = 1 << dimensions;

    /// <summary>Most cells and margins together.</summary>
    public int Most => most;

    public int Count => _keys.Count;

    /// <summary>The numbers of a cell and its margins.</summary>
    /// <param name="texts">Its values; null where a value is missing.</param>
    /// <param name="numbers">Room for <see cref="Width"/> numbers.</param>
    /// <exception cref="WorkerRefusedException">The table has too many cells.</exception>
    public void Find(ReadOnlySpan<string?> texts, Span<int> numbers)
    {
        var key = 0UL;
        for (var at = 0; at < texts.Length; at++)
        {
            key |= (ulong)Value(_values[at], texts[at]) << (Bits * at);
        }

        for (var margins = 0; margins < Width; margins++)
        {
            var cell = key;
            for (var at = 0; at < texts.Length; at++)
            {
                cell &= (margins & (1 << at)) != 0 ? ~(0xFFFFUL << (Bits * at)) : ulong.MaxValue;
            }

            if (!_numbers.TryGetValue(cell, out var number))
            {
                _numbers.Add(cell, number = _keys.Count < most ? _keys.Count : throw new WorkerRefusedException(EvidenceRefusals.TooManyRule));
                _keys.Add(cell);
            }

            numbers[margins] = number;
        }
    }

    /// <summary>For each dimension the texts that stand behind the numbers in a cell's key.</summary>
    public IReadOnlyList<string>[] Texts => [.. _values.Select(values => values.Keys.ToArray())];

    /// <summary>All of them in the order of their texts, missing values and then margins last.</summary>
    public IEnumerable<(int Number, ulong Key)> InOrder()
    {
        var ranks = _values.Select(values => Ranks([.. values.Keys])).ToArray();
        var places = new ulong[_keys.Count];
        var numbers = new int[_keys.Count];
        for (var number = 0; number < places.Length; number++)
        {
            // The first dimension counts most.
            numbers[number] = number;
            for (var at = 0; at < dimensions; at++)
            {
                places[number] = (places[number] << Bits) | ranks[at][WireCell.Part(_keys[number], at)];
            }
        }

        Array.Sort(places, numbers);
        return numbers.Select(number => (number, _keys[number]));
    }

    private static int Value(Dictionary<string, int> values, string? text)
    {
        if (text is null)
        {
            return Missing;
        }

        if (!values.TryGetValue(text, out var value))
        {
            // Every value is in a cell of its own at least, so there are no more than cells.
            value = values.Count + FirstValue <= ushort.MaxValue ? values.Count + FirstValue : throw new WorkerRefusedException(EvidenceRefusals.TooManyRule);
            values.Add(text, value);
        }

        return value;
    }

    // By place of a value: its rank among the texts, then the missing one, then the margin.
    private static ulong[] Ranks(string[] texts)
    {
        var ranks = new ulong[texts.Length + FirstValue];
        int[] order = [.. Enumerable.Range(0, texts.Length)];
        Array.Sort(texts.ToArray(), order, StringComparer.Ordinal);
        for (var rank = 0; rank < order.Length; rank++)
        {
            ranks[order[rank] + FirstValue] = (ulong)rank;
        }

        (ranks[Missing], ranks[0]) = ((ulong)texts.Length, (ulong)texts.Length + 1);
        return ranks;
    }
}
