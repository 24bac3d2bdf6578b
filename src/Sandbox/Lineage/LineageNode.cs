using System.Text;

namespace Sandbox.Host.Lineage;

/// <summary>What a node is; the order is that of the way through the domain.</summary>
public enum LineageKind
{
    Unknown = 0,
    DataSet,
    Contribution,
    Batch,
    Segment,
    Scenario,
    Model,
    Zone,
    ZoneTable,
    Round,
    Query,
    Run,
    Held,
    Export,
    Release,
    Recipient,
    Product,
}

/// <summary>The four segments of security that a node lies in: provide 供数, collect 归集, operate 运营, use 使用.</summary>
public enum SecuritySegment
{
    Unknown = 0,
    Provide,
    Collect,
    Operate,
    Use,
}

/// <summary>Somebody's act on a node, as the ledger has it.</summary>
/// <param name="Entry">Index of the ledger entry; <c>ledger prove</c> proves it.</param>
public sealed record LineageAct(long Entry, string Kind, string Actor, DateTimeOffset At);

/// <summary>One thing in the lineage. It holds ids, roles and coarse counts: nothing that the ledger does not hold too.</summary>
/// <param name="Id">Kind and name, for example <c>release:night-bus</c>.</param>
/// <param name="Person">Who made it or answers for it.</param>
/// <param name="Organisation">That person's organisation, where registered.</param>
/// <param name="Role">That person's role, where registered.</param>
/// <param name="Scenario">The scenario that it belongs to; null for what lies before any.</param>
/// <param name="Rows">Rows, rounded down to one digit; null where there are none or they are not told.</param>
/// <param name="Acts">In the order of the ledger.</param>
public sealed record LineageNode(
    string Id, LineageKind Kind, string Person, string? Organisation, string? Role, DateTimeOffset? At, string? Scenario, long? Rows, IReadOnlyList<LineageAct> Acts)
{
    public SecuritySegment Segment => SegmentOf(Kind);

    /// <summary>The name without its kind.</summary>
    public string Name => Id[(Id.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public static string IdOf(LineageKind kind, string name) => $"{Word(kind)}:{name}";

    public static SecuritySegment SegmentOf(LineageKind kind) => kind switch
    {
        LineageKind.DataSet or LineageKind.Contribution => SecuritySegment.Provide,
        LineageKind.Batch or LineageKind.Segment => SecuritySegment.Collect,
        LineageKind.Scenario or LineageKind.Model or LineageKind.Zone or LineageKind.ZoneTable or LineageKind.Round or LineageKind.Query or LineageKind.Run or LineageKind.Held => SecuritySegment.Operate,
        LineageKind.Export or LineageKind.Release or LineageKind.Recipient or LineageKind.Product => SecuritySegment.Use,
        _ => SecuritySegment.Unknown,
    };

    /// <summary>The kind in small letters with hyphens, as it stands in ids.</summary>
    public static string Word(LineageKind kind)
    {
        var word = new StringBuilder();
        foreach (var c in kind.ToString())
        {
            if (char.IsUpper(c) && word.Length > 0)
            {
                word.Append('-');
            }

            word.Append(char.ToLowerInvariant(c));
        }

        return word.ToString();
    }
}
