using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>A column of an answer.</summary>
/// <param name="Name">Name as the statement gives it.</param>
/// <param name="Type">Type of its cells.</param>
public sealed record QueryColumn(string Name, CellType Type);

/// <summary>How the cells of a column are handed out.</summary>
public enum CellType
{
    /// <summary>Dates, times, 128-bit integers, nested values and text: a <see cref="string"/>.</summary>
    Text = 0,

    /// <summary>A <see cref="bool"/>.</summary>
    Flag,

    /// <summary>A <see cref="long"/>.</summary>
    Whole,

    /// <summary>A <see cref="double"/>, possibly not a number or infinite.</summary>
    Floating,

    /// <summary>A <see cref="decimal"/>; wider values come as text.</summary>
    Exact,
}

/// <summary>What came of a statement.</summary>
public abstract record QueryAnswer
{
    private QueryAnswer()
    {
    }

    /// <summary>Rows for the screen. They are masked, capped, and no export.</summary>
    /// <param name="Columns">The columns.</param>
    /// <param name="Values">Rows; a cell is null, bool, long, double, decimal or string.</param>
    /// <param name="Truncated">True when rows were cut off by the display limit.</param>
    /// <param name="Tables">The tables of the zone that were read, for the ledger.</param>
    public sealed record Rows(IReadOnlyList<QueryColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Values, bool Truncated, IReadOnlyList<string> Tables) : QueryAnswer;

    /// <summary>The whole answer was handed over to be kept in the zone.</summary>
    /// <param name="Count">Its rows.</param>
    /// <param name="Columns">Number of its columns.</param>
    /// <param name="Tables">The tables that were read, for the ledger.</param>
    public sealed record Kept(long Count, int Columns, IReadOnlyList<string> Tables) : QueryAnswer;

    /// <summary>The guard did not let it run.</summary>
    public sealed record Refused(QueryRefusal Reason) : QueryAnswer;

    /// <summary>It ran and failed; the sentences are ours and hold no data.</summary>
    /// <param name="Fault">Kind of failure.</param>
    /// <param name="Sentence">In English.</param>
    /// <param name="SentenceZh">In Chinese.</param>
    /// <param name="FreshSession">True when the child was ended and the next statement meets a fresh one.</param>
    public sealed record Failed(QueryFault Fault, string Sentence, string SentenceZh, bool FreshSession) : QueryAnswer;
}

/// <summary>How a statement failed.</summary>
public enum QueryFault
{
    /// <summary>The child ended or answered out of turn.</summary>
    Crashed = 0,

    /// <summary>A name or combination of types does not exist.</summary>
    Binding,

    /// <summary>A value does not fit the type, the range or the argument that the statement asks for.</summary>
    Value,

    /// <summary>The memory limit was reached.</summary>
    OutOfMemory,

    /// <summary>The deadline passed, or the caller cancelled.</summary>
    Stopped,

    /// <summary>The locked engine does not do this.</summary>
    NotPossible,
}

/// <summary>Our own sentence for every failure of a statement.</summary>
internal static class QueryFaults
{
    public static QueryFault Of(EngineFault fault) => fault switch
    {
        EngineFault.Syntax or EngineFault.Binding => QueryFault.Binding,
        EngineFault.Conversion or EngineFault.Range or EngineFault.InvalidInput or EngineFault.Constraint => QueryFault.Value,
        EngineFault.OutOfMemory => QueryFault.OutOfMemory,
        EngineFault.Interrupted => QueryFault.Stopped,
        EngineFault.Permission or EngineFault.NotSupported or EngineFault.Io => QueryFault.NotPossible,
        _ => QueryFault.Crashed,
    };

    public static QueryAnswer.Failed Answer(QueryFault fault, bool freshSession)
    {
        var (sentence, chinese) = fault switch
        {
            QueryFault.Binding => ("A column, or a combination of types, in the statement does not exist.", "语句中的列或类型组合不存在。"),
            QueryFault.Value => ("A value does not fit what the statement asks of it (a cast, a range, a division, an argument).", "有一个值不符合语句的要求（转换、范围、除法或参数）。"),
            QueryFault.OutOfMemory => ("The statement needs more memory than a session has; narrow it by a filter or fewer groups.", "语句所需内存超过会话上限；请用筛选条件或较少的分组缩小范围。"),
            QueryFault.Stopped => ("The statement took longer than a session allows, or was cancelled; narrow it.", "语句超过会话允许的时间或已被取消；请缩小范围。"),
            QueryFault.NotPossible => ("The engine of a session does not do this.", "会话引擎不支持此操作。"),
            _ => ("The session's engine ended; the next statement starts a fresh one.", "会话引擎已结束；下一条语句将启动新的引擎。"),
        };
        return new QueryAnswer.Failed(fault, sentence, chinese, freshSession);
    }
}
