namespace Sandbox.Vault.Queries;

/// <summary>What may stand in one member of a parsed node.</summary>
internal enum Slot
{
    /// <summary>Must be empty: null, false, an empty text or an empty list.</summary>
    Nothing = 0,

    /// <summary>A name, number, flag or list of those; reads nothing by itself.</summary>
    Plain,

    /// <summary>Byte offset in the text.</summary>
    Location,

    /// <summary>Null or an expression.</summary>
    Expression,
    Expressions,
    ExpressionGrid,

    /// <summary>List of {type, null_order, expression}.</summary>
    Orders,

    /// <summary>{type, orders}: the order inside an aggregate.</summary>
    OrderModifier,

    /// <summary>Null or a table reference.</summary>
    Table,

    /// <summary>Null or a query node.</summary>
    Query,

    /// <summary>{node, named_param_map}.</summary>
    Statement,
    Modifiers,
    CommonTables,
    CaseChecks,
    Replacements,
    PivotColumns,
    CastType,
}

/// <summary>The members that a kind of node may have; a member that is not named here refuses the statement.</summary>
/// <param name="Members">By name.</param>
/// <param name="Types">Values that <c>type</c> may have; none for any.</param>
internal sealed record NodeShape(Dictionary<string, NodeMember> Members, string[] Types);

/// <summary>A member of a node. A class on purpose: see <see cref="FunctionList"/>.</summary>
internal sealed record NodeMember(string Name, Slot Slot);

/// <summary>The allow-list of the engine's syntax tree (DuckDB 1.5.6, <c>json_serialize_sql</c>): everything that is not here is refused.</summary>
internal static class NodeShapes
{
    /// <summary>Expressions by <c>class</c>.</summary>
    public static Dictionary<string, NodeShape> Expressions { get; } = Table(
        ("COLUMN_REF", "COLUMN_REF", "column_names:Plain"),
        ("CONSTANT", "VALUE_CONSTANT", "value:Plain"),
        ("FUNCTION", "FUNCTION", "function_name:Plain schema:Plain catalog:Nothing children:Expressions filter:Expression order_bys:OrderModifier distinct:Plain is_operator:Plain export_state:Nothing"),
        ("WINDOW", "WINDOW_AGGREGATE WINDOW_ROW_NUMBER WINDOW_RANK WINDOW_RANK_DENSE WINDOW_DENSE_RANK WINDOW_PERCENT_RANK WINDOW_CUME_DIST WINDOW_NTILE WINDOW_LEAD WINDOW_LAG WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_NTH_VALUE WINDOW_FILL",
            "function_name:Plain schema:Plain catalog:Nothing children:Expressions partitions:Expressions orders:Orders start:Plain end:Plain start_expr:Expression end_expr:Expression offset_expr:Expression default_expr:Expression ignore_nulls:Plain filter_expr:Expression exclude_clause:Plain distinct:Plain arg_orders:Orders"),
        ("COMPARISON", "COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO COMPARE_GREATERTHANOREQUALTO COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM", "left:Expression right:Expression"),
        ("CONJUNCTION", "CONJUNCTION_AND CONJUNCTION_OR", "children:Expressions"),
        ("BETWEEN", "COMPARE_BETWEEN COMPARE_NOT_BETWEEN", "input:Expression lower:Expression upper:Expression"),
        ("OPERATOR", "COMPARE_IN COMPARE_NOT_IN OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_NULLIF OPERATOR_TRY OPERATOR_UNPACK ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR ARROW GROUPING_FUNCTION", "children:Expressions"),
        ("CASE", "CASE_EXPR", "case_checks:CaseChecks else_expr:Expression"),
        ("CAST", "OPERATOR_CAST", "child:Expression cast_type:CastType try_cast:Plain"),
        ("COLLATE", "COLLATE", "child:Expression collation:Plain"),
        ("STAR", "STAR", "relation_name:Plain exclude_list:Plain replace_list:Replacements columns:Plain expr:Expression qualified_exclude_list:Plain rename_list:Plain"),
        ("LAMBDA", "LAMBDA", "lhs:Expression expr:Expression"),
        ("SUBQUERY", "SUBQUERY", "subquery_type:Plain subquery:Statement child:Expression comparison_type:Plain"),
        ("PARAMETER", "VALUE_PARAMETER", "identifier:Plain"),
        ("POSITIONAL_REFERENCE", "POSITIONAL_REFERENCE", "index:Plain"));

    /// <summary>Table references by <c>type</c>.</summary>
    public static Dictionary<string, NodeShape> Tables { get; } = Table(
        ("BASE_TABLE", "", "sample:Plain schema_name:Plain table_name:Plain catalog_name:Plain column_name_alias:Plain at_clause:Nothing"),
        ("EMPTY", "", "sample:Plain"),
        ("EXPRESSION_LIST", "", "sample:Plain expected_names:Plain expected_types:Nothing values:ExpressionGrid"),
        ("JOIN", "", "sample:Plain left:Table right:Table condition:Expression join_type:Plain ref_type:Plain using_columns:Plain delim_flipped:Nothing duplicate_eliminated_columns:Nothing"),
        ("SUBQUERY", "", "sample:Plain subquery:Statement column_name_alias:Plain"),
        ("TABLE_FUNCTION", "", "sample:Plain function:Expression column_name_alias:Plain with_ordinality:Plain"),
        ("PIVOT", "", "sample:Plain source:Table aggregates:Expressions unpivot_names:Plain pivots:PivotColumns groups:Plain column_name_alias:Plain include_nulls:Plain"),
        ("SHOW_REF", "", "sample:Nothing table_name:Nothing query:Query show_type:Plain catalog_name:Nothing schema_name:Nothing"));

    /// <summary>Query nodes by <c>type</c>.</summary>
    public static Dictionary<string, NodeShape> Queries { get; } = Table(
        ("SELECT_NODE", "", "modifiers:Modifiers cte_map:CommonTables select_list:Expressions from_table:Table where_clause:Expression group_expressions:Expressions group_sets:Plain aggregate_handling:Plain having:Expression sample:Plain qualify:Expression"),
        ("SET_OPERATION_NODE", "", "modifiers:Modifiers cte_map:CommonTables setop_type:Plain setop_all:Plain left:Query right:Query"),
        ("RECURSIVE_CTE_NODE", "", "modifiers:Modifiers cte_map:CommonTables cte_name:Plain union_all:Plain left:Query right:Query aliases:Plain key_targets:Expressions"));

    /// <summary>Modifiers of a query by <c>type</c>.</summary>
    public static Dictionary<string, NodeShape> Modifiers { get; } = Table(
        ("ORDER_MODIFIER", "", "orders:Orders"),
        ("LIMIT_MODIFIER", "", "limit:Expression offset:Expression"),
        ("LIMIT_PERCENT_MODIFIER", "", "limit:Expression offset:Expression"),
        ("DISTINCT_MODIFIER", "", "distinct_on_targets:Expressions"));

    /// <summary>Ids of the scalar types of a cast; composed types are followed to their parts.</summary>
    public static HashSet<string> CastTypes { get; } = new(
    [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM",
        "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "CHAR", "BLOB", "BIT", "UUID", "DATE", "TIME", "TIME_NS", "TIME WITH TIME ZONE", "TIMESTAMP",
        "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "NULL",
        "LIST", "ARRAY", "STRUCT", "MAP", "UNION",
    ], StringComparer.Ordinal);

    private static Dictionary<string, NodeShape> Table(params (string Kind, string Types, string Members)[] rows)
    {
        var shapes = new Dictionary<string, NodeShape>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            shapes.Add(row.Kind, new NodeShape(Members(row.Members), row.Types.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }

        return shapes;
    }

    private static Dictionary<string, NodeMember> Members(string text)
    {
        var members = new Dictionary<string, NodeMember>(StringComparer.Ordinal);
        foreach (var name in new[] { "class", "type", "alias" })
        {
            members.Add(name, new NodeMember(name, Slot.Plain));
        }

        members.Add("query_location", new NodeMember("query_location", Slot.Location));
        foreach (var part in text.Split(' '))
        {
            var at = part.IndexOf(':', StringComparison.Ordinal);
            members.Add(part[..at], new NodeMember(part[..at], SlotOf(part[(at + 1)..])));
        }

        return members;
    }

    private static Slot SlotOf(string word) => word switch
    {
        nameof(Slot.Nothing) => Slot.Nothing,
        nameof(Slot.Plain) => Slot.Plain,
        nameof(Slot.Expression) => Slot.Expression,
        nameof(Slot.Expressions) => Slot.Expressions,
        nameof(Slot.ExpressionGrid) => Slot.ExpressionGrid,
        nameof(Slot.Orders) => Slot.Orders,
        nameof(Slot.OrderModifier) => Slot.OrderModifier,
        nameof(Slot.Table) => Slot.Table,
        nameof(Slot.Query) => Slot.Query,
        nameof(Slot.Statement) => Slot.Statement,
        nameof(Slot.Modifiers) => Slot.Modifiers,
        nameof(Slot.CommonTables) => Slot.CommonTables,
        nameof(Slot.CaseChecks) => Slot.CaseChecks,
        nameof(Slot.Replacements) => Slot.Replacements,
        nameof(Slot.PivotColumns) => Slot.PivotColumns,
        nameof(Slot.CastType) => Slot.CastType,
        _ => throw new InvalidOperationException("The list of nodes names an unknown slot."),
    };
}
