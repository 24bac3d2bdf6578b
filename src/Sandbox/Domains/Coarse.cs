namespace Sandbox.Host.Domains;

/// <summary>Counts for the ledger: one significant digit, so that two entries can't be subtracted to find one person.</summary>
internal static class Coarse
{
    /// <summary>The count rounded down to one significant digit: 0 to 9 become 0.</summary>
    public static long Count(long rows)
    {
        long unit = 10;
        while (unit <= long.MaxValue / 100 && rows >= unit * 10)
        {
            unit *= 10;
        }

        return rows < 10 ? 0 : rows / unit * unit;
    }
}
