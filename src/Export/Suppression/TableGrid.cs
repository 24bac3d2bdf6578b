namespace Sandbox.Export.Suppression;

/// <summary>A table with every combination of its levels, margins included, addressed by numbers.</summary>
internal sealed class TableGrid
{
    private const double MarginPrice = 6;

    private readonly string?[][] _levels;
    private readonly int[] _strides;
    private readonly int[] _places;
    private readonly int[] _numbers;

    private TableGrid(string?[][] levels, int[] strides, int[] places, int[] numbers)
    {
        _levels = levels;
        _strides = strides;
        _places = places;
        _numbers = numbers;
    }

    /// <summary>Null when a combination is missing or comes twice.</summary>
    public static TableGrid? Of(IReadOnlyList<TableCell> cells)
    {
        var dimensions = cells.Count == 0 ? 0 : cells[0].Key.Count;
        if (dimensions is 0 or > 4 || cells.Any(cell => cell.Key.Count != dimensions))
        {
            return null;
        }

        string?[][] levels = [.. Enumerable.Range(0, dimensions).Select(at => cells.Select(cell => cell.Key[at]).Distinct().ToArray())];
        var strides = new int[dimensions];
        var size = 1L;
        for (var at = 0; at < dimensions; at++)
        {
            strides[at] = (int)Math.Min(size, int.MaxValue);
            size *= levels[at].Length;
        }

        if (size != cells.Count)
        {
            return null;
        }

        var maps = levels.Select(level => level.Index().ToDictionary(pair => pair.Item ?? "\0", pair => pair.Index, StringComparer.Ordinal)).ToArray();
        var places = new int[size];
        var numbers = new int[size];
        Array.Fill(places, -1);
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var number = cells[cell].Key.Select((part, at) => maps[at][part ?? "\0"] * strides[at]).Sum();
            if (places[number] >= 0)
            {
                return null;
            }

            places[number] = cell;
            numbers[cell] = number;
        }

        return new TableGrid(levels, strides, places, numbers);
    }

    public int? Find(IReadOnlyList<string?> key)
    {
        var number = 0;
        for (var at = 0; at < _levels.Length; at++)
        {
            var level = key.Count == _levels.Length ? Array.IndexOf(_levels[at], key[at]) : -1;
            if (level < 0)
            {
                return null;
            }

            number += level * _strides[at];
        }

        return _places[number];
    }

    /// <summary>
    /// The box with this cell as a corner that adds least to what is withheld and lets the cell's value move by the width. Along a dimension two inner cells move against each other, a cell and its
    /// margin with each other; who moves down can't go below zero. Where no box gives enough, the one that gives most: several boxes add up.
    /// </summary>
    public int[]? CheapestBox(IReadOnlyList<TableCell> cells, bool[] withheld, int cell, RangeNeed need, HashSet<(int, int)> tried)
    {
        var dimensions = _levels.Length;
        var own = Enumerable.Range(0, dimensions).Select(at => _numbers[cell] / _strides[at] % _levels[at].Length).ToArray();
        var other = new int[dimensions];
        var corners = new int[1 << dimensions];
        (double Price, int Opposite, int[]? Corners) best = (double.PositiveInfinity, 0, null);
        (double Gain, int Opposite, int[]? Corners) widest = (0, 0, null);
        Visit(0);
        var (opposite, chosen) = best.Corners is null ? (widest.Opposite, widest.Corners) : (best.Opposite, best.Corners);
        if (chosen is not null)
        {
            tried.Add((cell, opposite));
        }

        return chosen;

        void Visit(int dimension)
        {
            if (dimension < dimensions)
            {
                for (other[dimension] = 0; other[dimension] < _levels[dimension].Length; other[dimension]++)
                {
                    if (other[dimension] != own[dimension])
                    {
                        Visit(dimension + 1);
                    }
                }

                return;
            }

            var (up, down, price) = (double.PositiveInfinity, double.PositiveInfinity, 0.0);
            for (var mask = 0; mask < corners.Length; mask++)
            {
                var (number, sign, margins) = (0, 1, 0);
                for (var at = 0; at < dimensions; at++)
                {
                    var level = (mask & (1 << at)) == 0 ? own[at] : other[at];
                    number += level * _strides[at];
                    margins += _levels[at][level] is null ? 1 : 0;
                    sign = (mask & (1 << at)) != 0 && _levels[at][own[at]] is not null && _levels[at][other[at]] is not null ? -sign : sign;
                }

                var place = corners[mask] = _places[number];
                var value = Math.Abs(cells[place].Value);
                (up, down) = sign > 0 ? (up, Math.Min(down, value)) : (Math.Min(up, value), down);
                price += withheld[place] ? 0 : Math.Pow(MarginPrice, margins) + (1e-3 * Math.Log10(1 + value));
                if (price >= best.Price)
                {
                    return;
                }
            }

            if (tried.Contains((cell, corners[^1])))
            {
                return;
            }

            if (up + down >= need.Width && up >= need.Above && down >= need.Below)
            {
                best = (price, corners[^1], [.. corners]);
            }
            else if (Math.Min(up, Math.Max(need.Above, need.Width)) + Math.Min(down, need.Below) is var gain && gain > widest.Gain)
            {
                widest = (gain, corners[^1], [.. corners]);
            }
        }
    }
}
