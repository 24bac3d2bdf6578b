namespace Sandbox.Policy;

/// <summary>Outcome of a check. The strictest value is 0, so that verdicts combine by minimum and an unset one fails.</summary>
public enum Verdict
{
    /// <summary>May not leave as it is.</summary>
    Fail = 0,

    /// <summary>A person must look before it may leave.</summary>
    Review = 1,

    /// <summary>Nothing was found.</summary>
    Pass = 2,
}

/// <summary>Combining of verdicts.</summary>
public static class Verdicts
{
    /// <summary>The strictest of the given verdicts; <see cref="Verdict.Fail"/> for none and for any value outside the enum.</summary>
    public static Verdict Strictest(params ReadOnlySpan<Verdict> verdicts)
    {
        if (verdicts.IsEmpty)
        {
            return Verdict.Fail;
        }

        var strictest = Verdict.Pass;
        foreach (var verdict in verdicts)
        {
            if (!Enum.IsDefined(verdict))
            {
                return Verdict.Fail;
            }

            strictest = verdict < strictest ? verdict : strictest;
        }

        return strictest;
    }
}
