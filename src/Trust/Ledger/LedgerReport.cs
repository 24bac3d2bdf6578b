namespace Sandbox.Trust;

/// <summary>What a verification of a whole ledger found.</summary>
public abstract record LedgerReport
{
    private LedgerReport()
    {
    }

    /// <summary>Every entry, hash, cached node, head and given checkpoint fits.</summary>
    public sealed record Intact(LedgerHead Head) : LedgerReport;

    /// <summary>Something does not fit.</summary>
    /// <param name="FirstBadIndex">The first entry that is wrong or can be wrong; −1 where no entry is at fault (a head, a cache).</param>
    public sealed record Broken(long FirstBadIndex, LedgerFault Fault, string Words, string WordsZh) : LedgerReport;
}

/// <summary>In what way a ledger is broken.</summary>
public enum LedgerFault
{
    Unknown = 0,
    HeadForged,
    EntryMissing,
    EntryChanged,
    EntriesRewritten,
    RolledBack,
    SplitView,
    CacheChanged,
    Unreadable,
    EntryMoved,
    BackDated,
    ArchiveChanged,
}
