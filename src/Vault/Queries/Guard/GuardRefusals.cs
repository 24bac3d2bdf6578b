using Sandbox.Policy;

namespace Sandbox.Vault.Queries;

/// <summary>The refusals of the guard. None of them quotes the statement, save the name of a function that the engine itself knows.</summary>
internal static class GuardRefusals
{
    public static Refusal Empty { get; } = new("SB-QUERY-1",
        "There is no statement.", "Write one SELECT.",
        "没有语句。", "请写一条 SELECT 语句。");

    public static Refusal BadCharacter { get; } = new("SB-QUERY-2",
        "The text holds a NUL, another control character or half of a character.", "Remove it; tabs and line ends are fine.",
        "文本中含有空字符、其他控制字符或不完整的字符。", "请删除该字符；制表符和换行符可以保留。");

    public static Refusal Syntax { get; } = new("SB-QUERY-3",
        "The text cannot be read as SQL from this place on.", "Correct it here, or begin with a shorter SELECT.",
        "从此处起文本无法解析为 SQL。", "请在此处修改，或先写一条更短的 SELECT。");

    public static Refusal SyntaxSomewhere { get; } = new("SB-QUERY-3",
        "The text cannot be read as SQL, or its expressions are nested too deep to be read.", "Begin with a shorter SELECT; split deep expressions with common table expressions.",
        "文本无法解析为 SQL，或表达式嵌套过深。", "请先写一条更短的 SELECT；用公用表表达式拆分过深的表达式。");

    public static Refusal OnlySelect { get; } = new("SB-QUERY-4",
        "A query reads and does nothing else, so only SELECT (also FROM, VALUES, WITH, PIVOT with an IN list, DESCRIBE of a query), EXPLAIN of it and CREATE TEMP TABLE or VIEW … AS SELECT are run.",
        "Write what you want to read as a SELECT over the tables of the zone; give every PIVOT column its IN list.",
        "查询只读取数据，因此只执行 SELECT（包括 FROM、VALUES、WITH、带 IN 列表的 PIVOT 以及对查询的 DESCRIBE）、其 EXPLAIN 和 CREATE TEMP TABLE 或 VIEW … AS SELECT。",
        "请用 SELECT 读取专区中的表；PIVOT 的每一列都要写出 IN 列表。");

    public static Refusal OneStatement { get; } = new("SB-QUERY-5",
        "There is more than one statement.", "Send the statements one by one.",
        "语句多于一条。", "请逐条发送。");

    public static Refusal Table { get; } = new("SB-QUERY-6",
        "This is no table of the zone.", "Use the tables that the zone lists; others are opened by a grant only.",
        "这不是本专区的表。", "请使用专区列出的表；其他表须经授权才能开放。");

    public static Refusal UnknownFunction { get; } = new("SB-QUERY-7",
        "This function is not on the list of functions that a query may call.", "Write the expression with listed functions.",
        "该函数不在查询可调用的函数清单中。", "请改用清单中的函数。");

    public static Refusal UnknownForm { get; } = new("SB-QUERY-8",
        "This form of SQL is not on the list of what a query may use.", "Write it as a plain SELECT with joins, groups, windows or common table expressions.",
        "这种 SQL 写法不在查询允许的范围内。", "请改写为使用连接、分组、窗口或公用表表达式的普通 SELECT。");

    public static Refusal CastType { get; } = new("SB-QUERY-9",
        "This type is not on the list of types that a query may cast to.", "Cast to a number, text, date, time, list, struct, map or json type.",
        "该类型不在查询可转换的类型清单中。", "请转换为数值、文本、日期、时间、列表、结构、映射或 json 类型。");

    public static Refusal Session { get; } = new("SB-QUERY-10",
        "This name tells about the session, not about the data.", "Leave it out, or put the table before it when you mean a column.",
        "该名称涉及会话而非数据。", "请删除；若指列，请在前面加上表名。");

    public static Refusal RowPlace { get; } = new("SB-QUERY-11",
        "The place of a row in the storage is not part of the data.", "Use row_number() OVER (ORDER BY …) to number the rows of your result.",
        "行的存储位置不属于数据。", "请使用 row_number() OVER (ORDER BY …) 为结果行编号。");

    public static Refusal Catalogue { get; } = new("SB-QUERY-12",
        "The system catalogue is closed to queries.", "Read catalog.tables and catalog.columns; DESCRIBE SELECT … shows the columns of a query.",
        "查询不能访问系统目录。", "请查询 catalog.tables 和 catalog.columns；DESCRIBE SELECT … 可显示查询的列。");

    public static Refusal Parameter { get; } = new("SB-QUERY-13",
        "The statement has a placeholder, and nothing was given for it.", "Give one: write $name in the statement and --set name=value beside it (workbench only), or write the value in its place.",
        "语句中含有占位符，但未提供取值。", "请在语句中写 $name 并以 --set name=value 提供取值（仅限开发分区），或在该处直接写出取值。");

    public static Refusal Disagreement { get; } = new("SB-QUERY-14",
        "Two independent readings of the statement do not name the same tables.", "Give common table expressions and aliases names of their own.",
        "对语句的两次独立解析得到的表不一致。", "请为公用表表达式和别名使用互不相同的名称。");

    public static Refusal Offset { get; } = new("SB-QUERY-18",
        "The distance of lag and lead is not a plain number of 32 bits.", "Write the distance as a number, for example lag(x, 2).",
        "lag 与 lead 的间隔不是直接写出的 32 位整数。", "请直接写出间隔的数值，例如 lag(x, 2)。");

    public static Refusal Share { get; } = new("SB-QUERY-18",
        "The share that reservoir_quantile is asked for is not a plain number.", "Write the share as a number, for example reservoir_quantile(x, 0.9), or use quantile_cont with a list of shares.",
        "reservoir_quantile 的分位不是直接写出的数值。", "请直接写出数值，例如 reservoir_quantile(x, 0.9)；或使用带列表的 quantile_cont。");

    public static Refusal Unnest { get; } = new("SB-QUERY-18",
        "What stands behind the list in unnest is not plainly written out.", "Give unnest one list, with recursive := true or max_depth := 2 at most; select other values beside it.",
        "unnest 中列表之后的参数不是直接写出的值。", "请只给 unnest 一个列表，至多再写 recursive := true 或 max_depth := 2；其他取值请另列于 SELECT 中。");

    public static Refusal OwnTable { get; } = new("SB-QUERY-19",
        "A temporary table or view of the session needs a name of its own, and a session has at most 32 of them.",
        "Choose a name that the zone and the system catalogue do not have, or replace an earlier one with CREATE OR REPLACE TEMP TABLE … AS SELECT ….",
        "会话的临时表或视图须使用自己的名称，且每个会话最多 32 个。", "请使用分区和系统目录中没有的名称，或用 CREATE OR REPLACE TEMP TABLE … AS SELECT … 替换已有的。");

    public static Refusal Analyze { get; } = new("SB-QUERY-21",
        "EXPLAIN ANALYZE would run the statement and tell sizes and times of the data.", "Write EXPLAIN SELECT …: it shows the steps, the tables and the columns, and nothing of the data.",
        "EXPLAIN ANALYZE 会执行语句并透露数据的规模与耗时。", "请写 EXPLAIN SELECT …：只显示步骤、表和列，不涉及数据内容。");

    public static Refusal ExplainOnly { get; } = new("SB-QUERY-21",
        "A plan is shown; it is no table that could be kept or made.", "Keep or make the SELECT itself.",
        "计划只用于显示，不能保存或建表。", "请直接保存该 SELECT 的结果。");

    public static Refusal TooLarge { get; } = new("SB-RESULT-3",
        "The result has more rows or bytes than a named result may have.", "Narrow it by a filter, fewer columns or groups; a named result holds at most a million rows and 64 MiB.",
        "结果的行数或字节数超过命名结果的上限。", "请用筛选条件、较少的列或分组缩小范围；命名结果最多一百万行、64 MiB。");

    public static Refusal TooLong(int characters) => new("SB-QUERY-15",
        $"The statement is longer than {characters} characters.", "Shorten it, for example with a list in a common table expression.",
        $"语句超过 {characters} 个字符。", "请缩短语句，例如将列表放入公用表表达式。");

    public static Refusal TooDeep(int levels) => new("SB-QUERY-16",
        $"The statement is nested more than {levels} levels deep.", "Split it with common table expressions; write long sums with list_sum([…]).",
        $"语句嵌套超过 {levels} 层。", "请用公用表表达式拆分；较长的求和可写成 list_sum([…])。");

    public static Refusal TooManyParts(int parts) => new("SB-QUERY-17",
        $"The statement has more than {parts} parts.", "Use ranges in place of long lists.",
        $"语句的组成部分超过 {parts} 个。", "请用范围代替冗长的列表。");

    /// <summary>Why a listed function is refused in the place of a table.</summary>
    public const string NoSource = "it is no source of rows here";

    private const string FunctionBegins = "The function ", FunctionGoesOn = " is refused: ";

    private static readonly Refusal[] Fixed =
    [
        Empty, BadCharacter, Syntax, SyntaxSomewhere, OnlySelect, OneStatement, Table, UnknownFunction, UnknownForm, CastType, Session, RowPlace, Catalogue, Parameter, Disagreement, Offset, Share, Unnest, OwnTable, Analyze, ExplainOnly, TooLarge,
    ];

    /// <summary>Whether the guard itself could have said this about <paramref name="sql"/>: a child that was taken over must not speak to people in its own words.</summary>
    public static bool IsOurs(Refusal refusal, string sql, QueryLimits limits)
    {
        if (Fixed.Contains(refusal) || refusal == TooLong(limits.TextCharacters) || refusal == TooDeep(limits.Depth) || refusal == TooManyParts(limits.Parts))
        {
            return true;
        }

        var end = refusal.Why.IndexOf(FunctionGoesOn, StringComparison.Ordinal);
        if (end < FunctionBegins.Length)
        {
            return false;
        }

        var name = refusal.Why[FunctionBegins.Length..end];
        return (FunctionList.BuiltIn.Names(name) || Identifier.Fold(sql).Contains(name, StringComparison.Ordinal))
            && ((FunctionList.BuiltIn.Find(name) is { Use: FunctionUse.Refused, Reason: { } reason } && refusal == Function(name, reason))
                || (FunctionList.BuiltIn.Names(name) && refusal == Function(name, NoSource)));
    }

    public static Refusal Function(string name, string reason) => new("SB-QUERY-7",
        $"{FunctionBegins}{name}{FunctionGoesOn}{reason}.", "Write the expression with listed functions.",
        $"函数 {name} 不允许使用。", "请改用清单中的函数。");
}
