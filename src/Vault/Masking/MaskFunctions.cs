using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>
/// Makes masking rules callable from SQL: one scalar function a rule, called vector by vector. Only for children that run no user SQL:
/// a function is visible to the whole instance.
/// </summary>
internal sealed class MaskFunctions(DuckDbConnection connection, KeyedFunctions? keyed)
{
    private readonly Dictionary<(MaskRule Rule, MaskInput Input), string> _names = [];

    /// <summary>SQL of the masked value.</summary>
    /// <param name="column">SQL of the source value.</param>
    /// <param name="sqlType">Its SQL type.</param>
    /// <param name="rule">The rule; a rule that drops the column has no SQL.</param>
    /// <returns>Null when the rule does not fit the type, or needs a key and there is none.</returns>
    public string? Expression(string column, string sqlType, MaskRule rule)
    {
        var input = MaskedColumn.InputOf(sqlType);
        if (rule.Problem is not null || rule.Output(input) is MaskOutput.Refused or MaskOutput.Dropped)
        {
            return null;
        }

        // Written as text, so that an enumeration can't carry its whole dictionary into the zone.
        var source = sqlType.StartsWith("ENUM(", StringComparison.Ordinal) ? $"CAST({column} AS VARCHAR)" : column;
        switch (rule)
        {
            case MaskRule.Keep or MaskRule.ExactInvisible:
                return source;
            case MaskRule.Constant constant:
                return DuckDbConnection.Literal(constant.Value);
            case MaskRule.Token:
                return keyed is null ? null : keyed.Token($"CAST({source} AS VARCHAR)");
            default:
                var (argument, result) = Frame(source, sqlType, input);
                return string.Format(CultureInfo.InvariantCulture, result, $"system.main.{Function(rule, input)}({argument})");
        }
    }

    // The function's argument, and the frame that brings its result back to the column's own type. A result that does not fit there is missing.
    private static (string Argument, string Result) Frame(string source, string sqlType, MaskInput input) => input switch
    {
        MaskInput.Text => (source, "{0}"),
        MaskInput.Whole => ($"CAST({source} AS BIGINT)", $"TRY_CAST({{0}} AS {sqlType})"),
        MaskInput.Floating => ($"CAST({source} AS DOUBLE)", $"TRY_CAST({{0}} AS {sqlType})"),
        MaskInput.Exact => ($"CAST({source} AS VARCHAR)", $"TRY_CAST({{0}} AS {sqlType})"),
        MaskInput.Date => (source, "{0}"),
        MaskInput.Timestamp => ($"CAST({source} AS TIMESTAMP)", "{0}"),
        _ => throw new InvalidOperationException("This type has no masking function."),
    };

    private string Function(MaskRule rule, MaskInput input)
    {
        if (_names.TryGetValue((rule, input), out var known))
        {
            return known;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"sandbox_mask_{_names.Count}");
        var (type, body) = Body(rule, input);
        ScalarFunctionHost.Register(connection, new ScalarFunction { Name = name, Parameters = [type], Result = type, Body = body, SeesMissing = true });
        _names.Add((rule, input), name);
        return name;
    }

    private static (DuckDbTypeId Type, ScalarBody Body) Body(MaskRule rule, MaskInput input) => input switch
    {
        MaskInput.Text => (DuckDbTypeId.Varchar, (chunk, output, _) => MaskBodies.Text(rule, chunk[0], output)),
        MaskInput.Exact => (DuckDbTypeId.Varchar, (chunk, output, _) => MaskBodies.Decimal(rule, chunk[0], output)),
        MaskInput.Whole => (DuckDbTypeId.BigInt, (chunk, output, _) => MaskBodies.Integer(rule, chunk[0], output)),
        MaskInput.Floating => (DuckDbTypeId.Double, (chunk, output, _) => MaskBodies.Float(rule, chunk[0], output)),
        MaskInput.Date => (DuckDbTypeId.Date, (chunk, output, _) => MaskBodies.Date(rule, chunk[0], output)),
        MaskInput.Timestamp => (DuckDbTypeId.Timestamp, (chunk, output, _) => MaskBodies.Timestamp(rule, chunk[0], output)),
        _ => throw new InvalidOperationException("This type has no masking function."),
    };
}
