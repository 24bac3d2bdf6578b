using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Scanning;

/// <summary>Where the rows come from.</summary>
public abstract record ScanSource
{
    private ScanSource()
    {
    }

    /// <summary>A table of a zone.</summary>
    /// <param name="Zone">The zone's sealed DuckDB file.</param>
    /// <param name="Key">Key of the zone.</param>
    /// <param name="Table">Table name in the zone's <c>main</c> schema.</param>
    public sealed record ZoneTable(ObjectRef Zone, DataKey Key, string Table) : ScanSource;

    /// <summary>Segments of one load, joined row by row.</summary>
    /// <param name="Parts">At least one; the columns come in the order of the parts.</param>
    /// <param name="Key">Key of the data set.</param>
    public sealed record LoadedSegments(IReadOnlyList<SegmentRef> Parts, DataKey Key) : ScanSource;
}

/// <summary>How a scan ended.</summary>
public abstract record ScanResult
{
    private ScanResult()
    {
    }

    /// <summary>The target holds a whole Arrow IPC stream.</summary>
    /// <param name="Rows">Rows in it.</param>
    /// <param name="Bytes">Its length.</param>
    public sealed record Streamed(long Rows, long Bytes) : ScanResult;

    /// <summary>What the target may hold is cut (it has no end mark) and must be dropped.</summary>
    public sealed record Refused(Refusal Refusal) : ScanResult;
}
