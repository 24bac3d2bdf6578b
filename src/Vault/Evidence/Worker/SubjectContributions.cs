using Sandbox.Vault.Subjects;

namespace Sandbox.Vault.Evidence;

/// <summary>
/// What each subject adds to each cell and margin, where subjects have several rows. The rows of a subject are looked at one after the other, so that what it adds is summed in a place a
/// cell and nothing is grouped: a table has few cells, and millions of subjects.
/// </summary>
internal static class SubjectContributions
{
    private const int SmallestShare = 4096;

    /// <summary>Marks a row that is outside the range, or has no value.</summary>
    public const int Outside = -1;

    /// <param name="numbers">The subjects.</param>
    /// <param name="cells">Of each row the ordinal of its inner cell, or <see cref="Outside"/>.</param>
    /// <param name="values">Of each row the value, NaN where it has none; null for a count of rows.</param>
    /// <param name="margins">Numbers of inner cell c and its margins: <paramref name="width"/> from <c>c · width</c> on.</param>
    /// <param name="tallies">One for each cell and margin.</param>
    /// <param name="top">How many of the largest contributions are kept.</param>
    /// <param name="threads">Threads to use.</param>
    public static void Count(SubjectNumbers numbers, int[] cells, double[]? values, int[] margins, int width, CellTally[] tallies, int top, int threads)
    {
        var (starts, places) = numbers.BySubject();
        var subjects = numbers.Subjects + 1;
        var parts = Math.Clamp(subjects / SmallestShare, 1, threads);
        var counted = new CellTally[parts][];
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            var own = new CellTally[tallies.Length];
            for (var at = 0; at < own.Length; at++)
            {
                own[at] = new CellTally(top);
            }

            new Part(cells, values, margins, width, own).Run(starts, places, (int)((long)subjects * part / parts), (int)((long)subjects * (part + 1) / parts));
            counted[part] = own;
        });
        foreach (var own in counted)
        {
            for (var at = 0; at < own.Length; at++)
            {
                tallies[at].Add(own[at]);
            }
        }
    }

    private sealed class Part(int[] cells, double[]? values, int[] margins, int width, CellTally[] tallies)
    {
        // Of each cell and margin: the subject that was there last, and what it adds.
        private readonly int[] _last = Filled(tallies.Length);
        private readonly (double Sum, double Lost)[] _sums = new (double, double)[tallies.Length];
        private readonly int[] _met = new int[tallies.Length];

        public void Run(int[] starts, int[] places, int from, int to)
        {
            unchecked
            {
                for (var subject = from; subject < to; subject++)
                {
                    var met = 0;
                    for (var at = starts[subject]; at < starts[subject + 1]; at++)
                    {
                        var place = places[at];
                        var cell = cells[place];
                        var value = values is null ? 0 : values[place];
                        if (cell == Outside || double.IsNaN(value))
                        {
                            continue;
                        }

                        foreach (var number in margins.AsSpan(cell * width, width))
                        {
                            if (_last[number] != subject)
                            {
                                (_last[number], _sums[number]) = (subject, (value, 0));
                                _met[met++] = number;
                            }
                            else
                            {
                                _sums[number] = Compensated.Add(_sums[number].Sum, _sums[number].Lost, value);
                            }
                        }
                    }

                    // Rows of nobody known are one contribution and no subject.
                    foreach (var number in _met.AsSpan(0, met))
                    {
                        tallies[number].AddSubjects(subject == 0 ? 0 : 1);
                        if (values is not null)
                        {
                            tallies[number].AddContribution(_sums[number].Sum);
                        }
                    }
                }
            }
        }

        private static int[] Filled(int length)
        {
            var none = new int[length];
            none.AsSpan().Fill(Outside);
            return none;
        }
    }
}
