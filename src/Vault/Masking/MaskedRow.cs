using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>What the keyed draw of a rule hangs on: the data set's key, the column, the subject and the value, so that it is the same wherever and whenever a zone is built.</summary>
/// <param name="Column">Name of the source column.</param>
/// <param name="Subject">SQL of the subject; null where rows have none.</param>
/// <param name="Place">SQL of a text that names the row, for rows without a subject.</param>
/// <param name="Draws">The data set's key.</param>
internal sealed record MaskedRow(string Column, string? Subject, string Place, KeyedHash Draws)
{
    /// <summary>SQL of the second argument of a masking function, with the comma; null when the rule needs a subject and there is none.</summary>
    public string? Text(MaskRule rule, string source)
    {
        var subject = Subject is null ? null : $"CAST({Subject} AS VARCHAR)";
        return rule switch
        {
            MaskRule.DateShift => subject is null ? null : $", 'shift' || chr(31) || {subject}",
            MaskRule.Noise => $", concat_ws(chr(31), 'noise', {DuckDbConnection.Literal(Column)}, {(subject is null ? Place : $"coalesce({subject}, {Place})")}, CAST({source} AS VARCHAR))",
            _ => null,
        };
    }
}
