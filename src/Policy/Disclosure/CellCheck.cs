namespace Sandbox.Policy.Disclosure;

/// <summary>The checks of one cell.</summary>
internal static class CellCheck
{
    public static CellFinding Evaluate(DisclosureRules rules, CellEvidence cell, Aggregation aggregation, bool tableHasNegatives)
    {
        if (!IsSound(cell))
        {
            return new CellFinding(cell.Key, [CheckNames.Evidence], Verdict.Fail);
        }

        var flags = new List<string>(4);
        var verdict = Verdict.Pass;
        void Flag(string name, Verdict worst)
        {
            flags.Add(name);
            verdict = Verdicts.Strictest(verdict, worst);
        }

        if (cell.Contributors < rules.MinimumContributors || (aggregation is Aggregation.Sum or Aggregation.Mean && CountsFew(rules, cell)))
        {
            Flag(CheckNames.MinimumThreshold, Verdict.Fail);
        }

        if (aggregation is Aggregation.Sum or Aggregation.Mean)
        {
            if (cell.Negatives > 0)
            {
                // Shares of a sum with negative parts mean nothing: a person must look.
                Flag(CheckNames.Nk, Verdict.Review);
                Flag(CheckNames.PPercent, Verdict.Review);
            }
            else if (!tableHasNegatives || rules.DominanceBesideNegatives)
            {
                if (Nk(rules, cell))
                {
                    Flag(CheckNames.Nk, Verdict.Fail);
                }

                if (PPercent(rules, cell))
                {
                    Flag(CheckNames.PPercent, Verdict.Fail);
                }
            }
        }

        if (cell.Rows == 0 && rules.ZerosDisclosive && aggregation is Aggregation.Count or Aggregation.Median)
        {
            Flag(CheckNames.PresenceOfZero, Verdict.Fail);
        }

        if (rules.CheckMissing && cell.NonNull < cell.Rows)
        {
            Flag(CheckNames.Missing, Verdict.Review);
        }

        return new CellFinding(cell.Key, flags, verdict) { NegativesOnly = cell.Negatives > 0 };
    }

    // Zeros add nothing, so a sum over a thousand people of whom three are not zero tells about those three. Where all that are not zero are alike (an indicator of
    // 0 and 1), the sum is a count of them, and the zeros can be told by subtraction.
    private static bool CountsFew(DisclosureRules rules, CellEvidence cell) =>
        cell.NonZero is { } some && some > 0
        && (some < rules.MinimumContributors
            || (cell.Negatives == 0 && Math.Abs(cell.Sum - (cell.Largest * some)) <= 1e-9 * Math.Abs(cell.Sum) && cell.Contributors - some < rules.MinimumContributors));

    // At or above k, as ACRO has it; n above 2 needs evidence of its own and fails without it.
    private static bool Nk(DisclosureRules rules, CellEvidence cell)
    {
        var largest = rules.NkN switch
        {
            1 => cell.Largest,
            2 => cell.Largest + cell.SecondLargest,
            _ => cell.LargestN ?? double.PositiveInfinity,
        };
        return cell.Sum > 0 && largest / cell.Sum >= rules.NkK;
    }

    // An all-zero cell tells the exact value of every contributor, so it is flagged; an empty one has nobody to estimate.
    private static bool PPercent(DisclosureRules rules, CellEvidence cell) =>
        cell.NonNull > 0
        && (cell.Largest == 0 ? rules.PPercent > 0 : (cell.Sum - cell.Largest - cell.SecondLargest) / cell.Largest < rules.PPercent);

    private static bool IsSound(CellEvidence cell) =>
        cell.Rows >= 0 && cell.NonNull >= 0 && cell.NonNull <= cell.Rows && (cell.Subjects is null || (cell.Subjects >= 0 && cell.Subjects <= cell.Rows)) && cell.Negatives >= 0 && cell.Negatives <= cell.NonNull
        && (cell.Negatives > 0 || cell.SecondLargest <= cell.Largest) && double.IsFinite(cell.Sum) && double.IsFinite(cell.Largest) && double.IsFinite(cell.SecondLargest);
}
