using Sandbox.Policy.Masking;

namespace Sandbox.Vault.Zones;

/// <summary>Holds a build child's closing message against the request. The child read a provider's data: it may have been taken over, and its message goes into reports.</summary>
internal static class BuildReplyCheck
{
    private const long MostRows = 1L << 48;
    private const int LongestType = 64 * 1024;

    internal static bool Holds(BuildReply reply, ZoneRequest request)
    {
        if (reply.Tables.Count != request.Tables.Count)
        {
            return false;
        }

        for (var i = 0; i < reply.Tables.Count; i++)
        {
            if (!Holds(reply.Tables[i], request.Tables[i]))
            {
                return false;
            }
        }

        return true;
    }

    // Strict JSON lets an empty element of a list pass.
    private static bool Holds(BuiltTable? built, ZoneTable table) =>
        built is not null
        && built.Name == table.Name
        && built.Rows is > 0 and <= MostRows
        && built.SmallestClass is null or (>= 0 and <= MostRows)
        && built.LeftOut is >= 0 and <= MostRows
        && built.Candidates is null or (>= 1 and <= MostRows)
        && built.Columns.Count <= table.Columns.Count
        && built.Columns.All(column => Holds(column, built.Rows, table));

    private static IEnumerable<MaskRule> Rules(MaskRule rule) => rule is MaskRule.Ladder ladder ? ladder.Steps : [rule];

    private static bool Holds(BuiltColumn? built, long rows, ZoneTable table) =>
        built is not null
        && table.Columns.Any(column => column.Name == built.Name && Rules(column.Rule).Any(rule => rule.ToJson() == built.Rule))
        && built.Type.Length is > 0 and <= LongestType
        && built.Present >= 0
        && built.Present <= rows
        && built.Distinct is >= 0 and <= MostRows;
}
