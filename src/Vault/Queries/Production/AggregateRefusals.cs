using Sandbox.Policy;

namespace Sandbox.Vault.Queries;

/// <summary>Why a statement is no closed aggregate request, and the nearest form that is. None of them quotes the statement.</summary>
internal static class AggregateRefusals
{
    public static Refusal OneTable { get; } = Of("SB-PROD-1",
        "A production query reads exactly one table of the zone: no join, subquery, common table, sample or function in its place.",
        "Write SELECT … FROM table WHERE … GROUP BY …; ask for a scenario whose data set holds both sides, or join in the workbench.",
        "生产查询只能读取分区中的一张表，不能使用连接、子查询、公用表、抽样或表函数。", "请写成 SELECT … FROM 表 WHERE … GROUP BY …；需要关联的，请申请已合并的数据集或在开发分区关联。");

    public static Refusal RawRows { get; } = Of("SB-PROD-2",
        "Rows do not leave a production zone: every item of the list is a column of GROUP BY or one of count(*), count(x), sum(x) and avg(x).",
        "Write SELECT x, count(*) FROM table GROUP BY x.",
        "生产分区不输出明细：查询列表只能是 GROUP BY 的列或 count(*)、count(x)、sum(x)、avg(x)。", "请写成 SELECT x, count(*) FROM 表 GROUP BY x。");

    public static Refusal Measure { get; } = Of("SB-PROD-3",
        "This is none of the measures that a production zone answers. A measure is count(*), count(x), sum(x) or avg(x) over one bare column, without DISTINCT, FILTER, ORDER BY, OVER or arithmetic; round(…, n) may stand around it.",
        "Put a condition into WHERE, name the bare column, or take avg(x) for order statistics.",
        "不属于生产分区支持的度量：仅支持对单个列的 count(*)、count(x)、sum(x)、avg(x)，不带 DISTINCT、FILTER、ORDER BY、OVER 或算术；外层可用 round(…, n)。", "请将条件写入 WHERE，直接写列名；需要次序统计量时请用 avg(x)。");

    public static Refusal Group { get; } = Of("SB-PROD-4",
        "A group of a production query is a bare column (at most four, as the zone masks them), the place of one in the list, or ALL; no expression, no ROLLUP, CUBE or GROUPING SETS.",
        "Write GROUP BY x, y; ask for a coarser mask of the column in the scenario in place of an expression.",
        "生产查询的分组只能是列（最多四列，按分区脱敏后的取值）、列表序号或 ALL，不能是表达式、ROLLUP、CUBE 或 GROUPING SETS。", "请写成 GROUP BY x, y；需要更粗粒度时，请在场景中为该列申请更粗的脱敏规则。");

    public static Refusal Condition { get; } = Of("SB-PROD-5",
        "This condition has no closed form. Conditions are x = v, x <> v, x < v, x <= v, x > v, x >= v, x BETWEEN v AND w, x IN (…), x NOT IN (…) over a bare column and plain values, joined by AND; OR may join =, IN, <=, >= and BETWEEN.",
        "Write WHERE x = 'a' AND y BETWEEN 1 AND 9; compute the border beforehand and write it as a value.",
        "该条件无法转换为封闭形式：仅支持单列与常量的 =、<>、<、<=、>、>=、BETWEEN、IN、NOT IN，以 AND 连接；OR 仅可连接 =、IN、<=、>=、BETWEEN。", "请写成 WHERE x = 'a' AND y BETWEEN 1 AND 9；请先算出边界值再以常量写入。");

    public static Refusal Column { get; } = Of("SB-PROD-6",
        "The table has no such column in this zone.", "`sandbox zone show` lists the columns; write them bare or with the table's name before them.",
        "分区中的该表没有此列。", "`sandbox zone show` 可列出各列；请直接写列名或在前面加表名。");

    public static Refusal Form { get; } = Of("SB-PROD-7",
        "A production query is one SELECT with WHERE, GROUP BY, ORDER BY and LIMIT; DISTINCT, HAVING, QUALIFY, WINDOW, UNION, OFFSET, PIVOT and the like have no closed form.",
        "Write SELECT x, count(*) FROM table WHERE … GROUP BY x ORDER BY 2 DESC LIMIT 10.",
        "生产查询为一条带 WHERE、GROUP BY、ORDER BY、LIMIT 的 SELECT；DISTINCT、HAVING、QUALIFY、WINDOW、UNION、OFFSET、PIVOT 等没有封闭形式。", "请写成 SELECT x, count(*) FROM 表 WHERE … GROUP BY x ORDER BY 2 DESC LIMIT 10。");

    public static Refusal Order { get; } = Of("SB-PROD-8",
        "Groups are ordered by items of the list (their name, their place or the same words), and LIMIT is a plain number.", "Write ORDER BY 2 DESC LIMIT 10.",
        "分组只能按查询列表中的项排序（名称、序号或相同写法），LIMIT 须为常数。", "请写成 ORDER BY 2 DESC LIMIT 10。");

    public static Refusal Unread { get; } = Of("SB-PROD-9",
        "The statement could not be read.", "Try again with a shorter statement.",
        "语句无法读取。", "请缩短语句后重试。");

    private static readonly Refusal[] All = [OneTable, RawRows, Measure, Group, Condition, Column, Form, Order, Unread];

    /// <summary>Whether our own reader could have said this: a child that was taken over must not speak to people in its own words.</summary>
    public static bool IsOurs(Refusal refusal, string sql, QueryLimits limits) => All.Contains(refusal) || GuardRefusals.IsOurs(refusal, sql, limits);

    private static Refusal Of(string rule, string why, string remedy, string whyZh, string remedyZh) => new(rule, why, remedy, whyZh, remedyZh);
}
