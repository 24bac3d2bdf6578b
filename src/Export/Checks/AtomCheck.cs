using System.Globalization;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>
/// Differencing. Two predicates split the subjects that they name into atoms: those of both, of the first alone and of the second alone. An atom of 1 to
/// minimum−1 subjects could be computed from the answers, so the answer that would create it is held back. Subjects that no predicate names form no atom:
/// to know how many they are needs an answer over everybody, which is a predicate of its own.
/// So it is with the ranges of tables. Their cells are put together by <see cref="Policy.Disclosure.Differencing.DifferencingSpan"/>, whose outcome comes with the table.
/// </summary>
public static class AtomCheck
{
    /// <summary>Name of the check in findings.</summary>
    public const string Name = "DifferencingCheck";

    /// <summary>Fail when one of the atoms is small but not empty; also for a faulty count or minimum.</summary>
    /// <param name="minimum">Smallest group that may be told apart, at least 1.</param>
    /// <param name="atoms">Subjects of each atom.</param>
    public static Verdict Evaluate(int minimum, IEnumerable<long> atoms)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        return minimum >= 1 && atoms.All(subjects => subjects == 0 || subjects >= minimum) ? Verdict.Pass : Verdict.Fail;
    }

    internal static IEnumerable<Finding> Evaluate(RequestedTable table, int minimum)
    {
        foreach (var against in table.Atoms.GroupBy(atom => atom.Against, StringComparer.Ordinal))
        {
            if (Evaluate(minimum, against.Select(atom => atom.Subjects)) != Verdict.Pass)
            {
                var small = against.Count(atom => atom.Subjects != 0 && atom.Subjects < minimum);
                yield return new Finding(
                    table.Name, Name, Verdict.Fail, CheckWords.Differencing,
                    string.Create(CultureInfo.InvariantCulture, $"{small} of {against.Count()} atoms against {against.Key} are below {minimum}."));
            }
        }

        switch (table.Differencing)
        {
            case DifferencingSearch.Safe or DifferencingSearch.NoDataSet:
                break;
            case DifferencingSearch.Isolates:
                yield return new Finding(
                    table.Name, Name, Verdict.Fail, CheckWords.Differencing,
                    string.Create(CultureInfo.InvariantCulture, $"Sums and differences of figures of this request and of earlier releases give a figure of fewer than {minimum}."));
                break;
            default:
                // Without evidence the table fails by itself, and there was nothing to compare.
                if (table.Evidence.Count > 0)
                {
                    yield return new Finding(table.Name, Name, Verdict.Fail, CheckWords.NotCompared, $"The search against earlier releases: {table.Differencing}.");
                }

                break;
        }
    }
}
