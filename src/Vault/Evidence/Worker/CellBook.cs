using System.Globalization;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Evidence;

/// <summary>The cells and margins of a table, numbered as they are met.</summary>
/// <param name="dimensions">Dimensions of the table.</param>
/// <param name="most">Most cells and margins together.</param>
internal sealed class CellBook(int dimensions, int most)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string?[] Texts, int Margins)> _keys = [];

    /// <summary>A cell and its margins: one number for each set of dimensions that is summed over.</summary>
    public int Width { get; } = 1 << dimensions;

    /// <summary>Most cells and margins together.</summary>
    public int Most => most;

    public int Count => _keys.Count;

    /// <summary>The numbers of a cell and its margins.</summary>
    /// <param name="texts">Its values; null where a value is missing.</param>
    /// <param name="numbers">Room for <see cref="Width"/> numbers.</param>
    /// <exception cref="WorkerRefusedException">The table has too many cells.</exception>
    public void Find(string?[] texts, Span<int> numbers)
    {
        for (var margins = 0; margins < Width; margins++)
        {
            var name = string.Concat(texts.Select((text, at) => (margins & (1 << at)) != 0 ? "*" : text is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}")));
            if (!_numbers.TryGetValue(name, out var number))
            {
                if (_keys.Count == most)
                {
                    throw new WorkerRefusedException(EvidenceRefusals.TooManyRule);
                }

                _numbers.Add(name, number = _keys.Count);
                _keys.Add((texts, margins));
            }

            numbers[margins] = number;
        }
    }

    /// <summary>All of them in the order of their keys, missing values and then margins last.</summary>
    public IEnumerable<(int Number, string?[] Key)> InOrder() => Enumerable.Range(0, Count).OrderBy(number => _keys[number], Order).Select(number => (number, Key(_keys[number])));

    private static Comparer<(string?[] Texts, int Margins)> Order { get; } = Comparer<(string?[] Texts, int Margins)>.Create((left, right) =>
    {
        for (var at = 0; at < left.Texts.Length; at++)
        {
            var (here, there) = (Value(left, at), Value(right, at));
            var order = here.Rank != there.Rank ? here.Rank.CompareTo(there.Rank) : string.CompareOrdinal(here.Text, there.Text);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    });

    private static (int Rank, string? Text) Value((string?[] Texts, int Margins) key, int at) => (key.Margins & (1 << at)) != 0 ? (2, null) : key.Texts[at] is { } text ? (0, text) : (1, null);

    private static string?[] Key((string?[] Texts, int Margins) key) => [.. key.Texts.Select((text, at) => (key.Margins & (1 << at)) != 0 ? null : text ?? EvidenceService.MissingKey)];
}
