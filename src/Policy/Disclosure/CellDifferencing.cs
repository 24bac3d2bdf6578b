namespace Sandbox.Policy.Disclosure;

/// <summary>A cell that two opened tables both show can be subtracted: it may have changed not at all or by at least the smallest cell.</summary>
public static class CellDifferencing
{
    /// <summary>Whether both figures of the cell may stand beside one another.</summary>
    /// <param name="minimum">Smallest number of subjects that may be told apart, at least 1.</param>
    /// <param name="earlier">Subjects then.</param>
    /// <param name="now">Subjects now.</param>
    /// <param name="sameFigures">True when every other figure of the cell is what it was.</param>
    public static bool IsSafe(long minimum, long earlier, long now, bool sameFigures) =>
        minimum >= 1 && earlier >= 0 && now >= 0 && (earlier == now ? sameFigures : Math.Abs(earlier - now) >= minimum);
}
