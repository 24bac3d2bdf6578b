using System.Collections.Frozen;
using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>Names: tables, functions, columns that are no columns.</summary>
internal sealed partial class TreeWalk
{
    // Written without brackets these are functions of the session unless a table has such a column.
    private static readonly FrozenSet<string> SessionNames = FrozenSet.Create(StringComparer.Ordinal,
        "current_catalog", "current_database", "current_schema", "current_schemas", "current_role", "current_user", "session_user", "user", "current_query");

    // Hidden columns: the place of a row in its storage.
    private static readonly FrozenSet<string> StorageNames = FrozenSet.Create(StringComparer.Ordinal, "rowid");

    private void Inspect(string kind, JsonElement element, bool isTable)
    {
        switch (kind)
        {
            case "FUNCTION" or "WINDOW":
                Function(element);
                break;
            case "COLUMN_REF":
                Column(element);
                break;
            case "BASE_TABLE":
                Table(element);
                break;
            case "PARAMETER":
                // A value and nothing else: it can name no table, column or function.
                if (!parameters.Contains(Text(element, "identifier"), StringComparer.Ordinal))
                {
                    throw Stop(GuardRefusals.Parameter);
                }

                break;
            case "PIVOT":
                ColumnNames(element, "groups");
                break;
            case "STAR":
                AllColumns = true;
                break;
            case "JOIN":
                AllColumns |= Text(element, "ref_type") == "NATURAL";
                ColumnNames(element, "using_columns");
                break;
            case "TABLE_FUNCTION" when isTable:
                if (!element.TryGetProperty("function", out var call) || call.ValueKind != JsonValueKind.Object || Text(call, "class") != "FUNCTION")
                {
                    throw Stop(GuardRefusals.UnknownForm);
                }

                break;
            case "SHOW_REF":
                if (Text(element, "show_type") != "DESCRIBE" || !element.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.Object)
                {
                    throw Stop(GuardRefusals.Catalogue);
                }

                break;
            default:
                break;
        }
    }

    private void Function(JsonElement element)
    {
        // The schema of x.upper() is the column x: the engine reads it as upper(x). So only the name decides; a zone holds no functions of its own.
        var table = _tableFunction;
        _tableFunction = false;
        var name = Text(element, "function_name");
        var (use, reason) = functions.Find(name);
        if (use == FunctionUse.Refused || (table && use != FunctionUse.ExpressionAndTable))
        {
            throw Stop(reason is null ? GuardRefusals.UnknownFunction : GuardRefusals.Function(Identifier.Fold(name), use == FunctionUse.Refused ? reason : GuardRefusals.NoSource));
        }

        var schema = Identifier.Fold(Text(element, "schema"));
        if (schema is "pg_catalog" or "information_schema" || (table && schema is not ("" or "main")))
        {
            throw Stop(GuardRefusals.Catalogue);
        }

        if (StorageNames.Contains(schema))
        {
            throw Stop(GuardRefusals.RowPlace);
        }

        if (element.TryGetProperty("offset_expr", out var offset) && offset.ValueKind != JsonValueKind.Null && !IsNumber(offset, SmallNumbers))
        {
            Locate(offset);
            throw Stop(GuardRefusals.Offset);
        }

        Arguments(element, Identifier.Fold(name));
    }

    /// <summary>Functions that end the engine on arguments which are not plainly written out.</summary>
    private void Arguments(JsonElement element, string name)
    {
        if (name is not ("reservoir_quantile" or "unnest") || !element.TryGetProperty("children", out var arguments) || arguments.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var argument in arguments.EnumerateArray().Skip(1))
        {
            // An empty or missing list as its share ends the engine; with a list of shares it never gave values anyway.
            if (name == "reservoir_quantile" && !IsNumber(argument, Numbers))
            {
                throw Stop(GuardRefusals.Share);
            }

            // An aggregate behind the list ends the engine.
            if (name == "unnest" && !IsLiteral(argument))
            {
                throw Stop(GuardRefusals.Unnest);
            }
        }
    }

    private static bool IsLiteral(JsonElement expression) =>
        expression.TryGetProperty("class", out var kind) && (kind.ValueEquals("CONSTANT") || (kind.ValueEquals("CAST") && expression.TryGetProperty("child", out var child) && IsLiteral(child)));

    // The engine reads outside of its memory for lag and lead by the smallest 64-bit number, and a computed offset could be that.
    private static readonly FrozenSet<string> SmallNumbers = FrozenSet.Create(StringComparer.Ordinal, "INTEGER");

    private static readonly FrozenSet<string> Numbers = FrozenSet.Create(StringComparer.Ordinal, "INTEGER", "DECIMAL", "DOUBLE");

    private static bool IsNumber(JsonElement expression, FrozenSet<string> types) =>
        expression.TryGetProperty("class", out var kind) && kind.ValueEquals("CONSTANT")
        && expression.TryGetProperty("value", out var value) && value.TryGetProperty("type", out var type) && type.TryGetProperty("id", out var id) && types.Contains(id.GetString() ?? "");

    // GROUP BY of a PIVOT and USING of a join name columns by plain text; the engine makes column references of them.
    private void ColumnNames(JsonElement element, string member)
    {
        if (!element.TryGetProperty(member, out var names) || names.ValueKind != JsonValueKind.Array)
        {
            throw Stop(GuardRefusals.UnknownForm);
        }

        foreach (var name in names.EnumerateArray())
        {
            CheckName([name.ValueKind == JsonValueKind.String ? Identifier.Fold(name.GetString()!) : throw Stop(GuardRefusals.UnknownForm)]);
        }
    }

    private void Column(JsonElement element)
    {
        if (!element.TryGetProperty("column_names", out var names) || names.ValueKind != JsonValueKind.Array || names.GetArrayLength() == 0)
        {
            throw Stop(GuardRefusals.UnknownForm);
        }

        var parts = names.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? Identifier.Fold(part.GetString()!) : throw Stop(GuardRefusals.UnknownForm)).ToArray();
        CheckName(parts);
    }

    private void CheckName(string[] parts)
    {
        Named.UnionWith(parts);
        if (parts.Length == 1 && SessionNames.Contains(parts[0]) && !granted.Any(table => table.Columns.Contains(parts[0], Identifier.Comparer)))
        {
            throw Stop(GuardRefusals.Session);
        }

        if (Array.Exists(parts, StorageNames.Contains))
        {
            throw Stop(GuardRefusals.RowPlace);
        }
    }

    private void Table(JsonElement element)
    {
        var catalog = Text(element, "catalog_name");
        var schema = Text(element, "schema_name");
        var name = Text(element, "table_name");
        if (catalog.Length == 0 && schema.Length == 0 && _commonTables.Contains(name, Identifier.Comparer))
        {
            return;
        }

        var inZone = catalog.Length == 0 || Same(catalog, GrantedTable.Catalog);
        var match = inZone ? granted.FirstOrDefault(table => Same(table.Name, name) && Reaches(table, catalog, schema)) : null;
        if (match is null)
        {
            throw Stop(GuardRefusals.Table);
        }

        Tables.Add(match);
    }

    private static bool Reaches(GrantedTable table, string catalog, string schema) =>
        schema.Length > 0
            ? Same(table.Schema, schema) || (catalog.Length == 0 && Same(schema, GrantedTable.Catalog) && table.Schema == GrantedTable.DefaultSchema)
            : catalog.Length == 0 && table.Schema == GrantedTable.DefaultSchema;

    private static bool Same(string left, string right) => Identifier.Comparer.Equals(left, right);
}
