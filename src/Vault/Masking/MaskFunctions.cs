using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>
/// Makes masking rules callable from SQL: one scalar function a rule, called vector by vector. Only for children that run no user SQL:
/// a function is visible to the whole instance.
/// </summary>
internal sealed class MaskFunctions(DuckDbConnection connection, KeyedFunctions? keyed)
{
    private readonly Dictionary<(MaskRule Rule, MaskInput Input, KeyedHash? Draws), string> _names = [];

    /// <summary>SQL of the masked value.</summary>
    /// <param name="column">SQL of the source value.</param>
    /// <param name="sqlType">Its SQL type.</param>
    /// <param name="rule">The rule; a rule that drops the column has no SQL.</param>
    /// <param name="row">What a keyed draw hangs on; null where there are no draws.</param>
    /// <returns>Null when the rule does not fit the type, or needs a key or a subject and there is none.</returns>
    public string? Expression(string column, string sqlType, MaskRule rule, MaskedRow? row = null)
    {
        if (rule is MaskRule.Ladder { Problem: null } ladder)
        {
            rule = ladder.Steps[^1];
        }

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
            case MaskRule.FormatToken:
                return keyed is null ? null : keyed.FormatToken($"CAST({source} AS VARCHAR)");
            default:
                var draw = rule.NeedsDraw ? row?.Text(rule, source) : "";
                if (draw is null)
                {
                    return null;
                }

                var (argument, result) = Frame(source, sqlType, input);
                return string.Format(CultureInfo.InvariantCulture, result, $"system.main.{Function(rule, input, rule.NeedsDraw ? row!.Draws : null)}({argument}{draw})");
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

    private string Function(MaskRule rule, MaskInput input, KeyedHash? draws)
    {
        if (_names.TryGetValue((rule, input, draws), out var known))
        {
            return known;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"sandbox_mask_{_names.Count}");
        var (type, body) = Body(input);
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = name,
            Parameters = draws is null ? [type] : [type, DuckDbTypeId.Varchar],
            Result = type,
            Body = draws is null ? (chunk, output, _) => body(rule, chunk[0], output, default) : (chunk, output, _) => WithDraws(draws, chunk, output, rule, body),
            SeesMissing = true,
        });
        _names.Add((rule, input, draws), name);
        return name;
    }

    private static void WithDraws(KeyedHash draws, DuckDbChunk chunk, DuckDbVector output, MaskRule rule, MaskBody body)
    {
        Span<byte> codes = stackalloc byte[VectorHash.Run * Suite.HashLength];
        var drawn = new ulong[chunk.Rows];
        using (var hashed = new VectorHash(draws, chunk[1]))
        {
            for (var from = 0; from < drawn.Length; from += VectorHash.Run)
            {
                var rows = Math.Min(VectorHash.Run, drawn.Length - from);
                hashed.Compute(from, rows, codes);
                for (var i = 0; i < rows; i++)
                {
                    drawn[from + i] = BinaryPrimitives.ReadUInt64BigEndian(codes[(i * Suite.HashLength)..]);
                }
            }
        }

        body(rule, chunk[0], output, drawn);
        for (var row = 0; row < drawn.Length; row++)
        {
            // Who has no subject has no draw.
            if (chunk[1].IsNull(row))
            {
                output.SetNull(row);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(drawn.AsSpan()));
    }

    private static (DuckDbTypeId Type, MaskBody Body) Body(MaskInput input) => input switch
    {
        MaskInput.Text => (DuckDbTypeId.Varchar, (MaskBody)((applied, values, output, _) => MaskBodies.Text(applied, values, output))),
        MaskInput.Exact => (DuckDbTypeId.Varchar, (MaskBody)MaskBodies.Decimal),
        MaskInput.Whole => (DuckDbTypeId.BigInt, (MaskBody)MaskBodies.Integer),
        MaskInput.Floating => (DuckDbTypeId.Double, (MaskBody)MaskBodies.Float),
        MaskInput.Date => (DuckDbTypeId.Date, (MaskBody)MaskBodies.Date),
        MaskInput.Timestamp => (DuckDbTypeId.Timestamp, (MaskBody)MaskBodies.Timestamp),
        _ => throw new InvalidOperationException("This type has no masking function."),
    };

    private delegate void MaskBody(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws);
}
