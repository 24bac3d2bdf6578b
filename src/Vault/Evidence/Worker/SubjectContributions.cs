using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Subjects;

namespace Sandbox.Vault.Evidence;

/// <summary>
/// What each subject adds to each cell and margin, where subjects have several rows: they are one contribution. The engine's threads lay every row into its slot, where the rows of a subject are
/// beside one another; then what a subject adds is summed in a place a cell and nothing is grouped: a table has few cells, and millions of subjects.
/// </summary>
internal static class SubjectContributions
{
    private const int SmallestShare = 4096;

    /// <param name="connection">The engine.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="numbers">Their subjects.</param>
    /// <param name="cells">Their inner cells.</param>
    /// <param name="measured">Whether there is a measure.</param>
    /// <param name="tallies">One for each cell and margin.</param>
    /// <param name="top">How many of the largest contributions are kept.</param>
    /// <param name="threads">Threads to use.</param>
    public static void Count(DuckDbConnection connection, EvidenceRows rows, SubjectNumbers numbers, InnerCells cells, bool measured, CellTally[] tallies, int top, int threads)
    {
        var laid = Lay(connection, rows, numbers.Slots, cells);
        var subjects = numbers.Subjects + 1;
        var parts = Math.Clamp(subjects / SmallestShare, 1, threads);
        var counted = new Part[parts];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            counted[part] = new Part(laid, cells, measured, tallies.Length, top);
            counted[part].Run(numbers.Starts, (int)((long)subjects * part / parts), (int)((long)subjects * (part + 1) / parts));
        });
        foreach (var part in counted)
        {
            part.AddTo(tallies);
        }
    }

    private static Contribution[] Lay(DuckDbConnection connection, EvidenceRows rows, int[] slots, InnerCells cells)
    {
        var laid = new Contribution[slots.Length];
        cells.Visit(connection, rows, places: true, () => laid, (seen, target) =>
        {
            var cell = seen[0].Values<int>();
            var values = seen[1];
            var value = values.Values<double>();
            var place = seen[2].Values<long>();
            for (var row = 0; row < cell.Length; row++)
            {
                target[slots[place[row]]] = new Contribution(values.IsNull(row) ? double.NaN : value[row], cell[row]);
            }
        });
        return laid;
    }

    /// <param name="Value">Value of a row; not a number where it has none.</param>
    /// <param name="Cell">Its inner cell, from 1 on; 0 for a row outside the range.</param>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Contribution(double Value, int Cell);

    private sealed class Part(Contribution[] laid, InnerCells cells, bool measured, int numbers, int top)
    {
        private readonly CellTally[] _inner = CellTally.Some(cells.Count, top);
        private readonly CellTally[] _all = CellTally.Some(numbers, top);

        // Of each cell and margin: the subject that was there last (counted from 1), and what it adds.
        private readonly int[] _last = new int[numbers];
        private readonly (double Sum, double Lost)[] _sums = new (double, double)[numbers];
        private readonly int[] _met = new int[numbers];

        public void Run(int[] starts, int from, int to)
        {
            unchecked
            {
                for (var subject = from; subject < to; subject++)
                {
                    var met = 0;
                    foreach (var row in laid.AsSpan(starts[subject], starts[subject + 1] - starts[subject]))
                    {
                        if (row.Cell == 0)
                        {
                            continue;
                        }

                        if (!measured)
                        {
                            _inner[row.Cell - 1].AddRow();
                        }
                        else
                        {
                            _inner[row.Cell - 1].AddRow(row.Value);
                            if (double.IsNaN(row.Value))
                            {
                                continue;
                            }
                        }

                        foreach (var number in cells.Numbers(row.Cell - 1))
                        {
                            if (_last[number] != subject + 1)
                            {
                                (_last[number], _sums[number]) = (subject + 1, (row.Value, 0));
                                _met[met++] = number;
                            }
                            else
                            {
                                _sums[number] = Compensated.Add(_sums[number].Sum, _sums[number].Lost, row.Value);
                            }
                        }
                    }

                    // Rows of nobody known are one contribution and no subject.
                    foreach (var number in _met.AsSpan(0, met))
                    {
                        _all[number].AddSubjects(subject == 0 ? 0 : 1);
                        if (measured)
                        {
                            _all[number].AddContribution(_sums[number].Sum);
                        }
                    }
                }
            }
        }

        public void AddTo(CellTally[] tallies)
        {
            for (var number = 0; number < tallies.Length; number++)
            {
                tallies[number].Add(_all[number]);
            }

            for (var cell = 0; cell < _inner.Length; cell++)
            {
                foreach (var number in cells.Numbers(cell))
                {
                    tallies[number].Add(_inner[cell]);
                }
            }
        }
    }
}
