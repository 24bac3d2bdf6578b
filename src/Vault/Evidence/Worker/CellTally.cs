namespace Sandbox.Vault.Evidence;

/// <summary>What is counted of one cell or margin.</summary>
/// <param name="top">How many of the largest contributions are kept.</param>
internal sealed class CellTally(int top)
{
    private readonly double[] _largest = NoContributions(top);
    private double _sum;
    private double _lost;

    // A sum beyond the range of numbers: it must be seen, for every comparison with it would pass.
    private bool _broken;

    public static CellTally[] Some(int count, int top)
    {
        var tallies = new CellTally[count];
        for (var at = 0; at < count; at++)
        {
            tallies[at] = new CellTally(top);
        }

        return tallies;
    }

    public long Rows { get; private set; }

    public long Subjects { get; private set; }

    public long Present { get; private set; }

    public long Negatives { get; private set; }

    public long NonZero { get; private set; }

    /// <summary>A row of the cell.</summary>
    /// <param name="value">Its value; not a number where it has none.</param>
    public void AddRow(double value)
    {
        unchecked
        {
            Rows++;
            if (!double.IsNaN(value))
            {
                Present++;
                (_sum, _lost) = Compensated.Add(_sum, _lost, value);
            }
        }
    }

    /// <summary>A row of a table without a measure: it counts as it is.</summary>
    public void AddRow() => (Rows, Present) = (Rows + 1, Present + 1);

    /// <summary>Subjects that have a value in the cell.</summary>
    public void AddSubjects(long subjects) => Subjects += subjects;

    /// <summary>What one subject adds to the cell, or one row where rows are contributions.</summary>
    public void AddContribution(double value)
    {
        unchecked
        {
            Negatives += value < 0 ? 1 : 0;
            NonZero += value != 0 ? 1 : 0;
        }

        AddLarge(value);
    }

    private void AddLarge(double value)
    {
        _broken |= !double.IsFinite(value);
        if (value > _largest[^1])
        {
            var at = _largest.Length - 1;
            for (; at > 0 && value > _largest[at - 1]; at--)
            {
                _largest[at] = _largest[at - 1];
            }

            _largest[at] = value;
        }
    }

    /// <summary>Takes in what another thread counted of the same cell, or what was counted of a part of it.</summary>
    public void Add(CellTally other)
    {
        (Rows, Present, Subjects) = (Rows + other.Rows, Present + other.Present, Subjects + other.Subjects);
        (Negatives, NonZero) = (Negatives + other.Negatives, NonZero + other.NonZero);
        (_sum, _lost) = Compensated.Add(_sum, _lost, other._sum);
        (_sum, _lost) = Compensated.Add(_sum, _lost, -other._lost);
        foreach (var value in other._largest)
        {
            if (!double.IsNegativeInfinity(value))
            {
                AddLarge(value);
            }
        }

        _broken |= other._broken;
    }

    /// <param name="key">The cell, as <see cref="CellBook"/> writes it.</param>
    /// <param name="subjects">Whether subjects were counted.</param>
    public WireCell ToWire(ulong key, bool subjects)
    {
        var largest = 0.0;
        foreach (var value in _largest)
        {
            largest += double.IsNegativeInfinity(value) ? 0 : value;
        }

        return new WireCell(key, Rows, subjects ? Subjects : WireCell.NoSubjects, Present, _broken ? double.NaN : _sum, Large(0), Large(1), largest, Negatives, NonZero);
    }

    private static double[] NoContributions(int top)
    {
        var none = new double[top];
        none.AsSpan().Fill(double.NegativeInfinity);
        return none;
    }

    private double Large(int at) => double.IsNegativeInfinity(_largest[at]) ? 0 : _largest[at];
}

/// <summary>Kahan's summation: the part that a sum loses is carried along.</summary>
internal static class Compensated
{
    public static (double Sum, double Lost) Add(double sum, double lost, double value)
    {
        var corrected = value - lost;
        var next = sum + corrected;
        return (next, next - sum - corrected);
    }
}
