using Sandbox.Policy;
using Sandbox.Policy.Masking;

namespace Sandbox.Vault.Zones;

/// <summary>What can be said about a request before any data is opened.</summary>
internal static class ZoneRequestCheck
{
    // Descriptors of the child but for those of keys and marks.
    private const int LargestFiles = Jail.InheritedFile.Most - 3;

    public static List<Refusal> Problems(ZoneRequest request)
    {
        var problems = new List<Refusal>();
        if (request.Kind is not (ZoneKind.Workbench or ZoneKind.Production))
        {
            problems.Add(ZoneRefusals.Shape("The kind of the zone is not stated.", "未说明专区类型。"));
        }

        if (request.Tables.Count == 0 || request.Tables.Select(table => table.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() != request.Tables.Count)
        {
            problems.Add(ZoneRefusals.Shape("A zone needs tables, each with a name of its own.", "专区须有表，且表名互不相同。"));
        }

        if (request.K < 1 || request.MemoryBytes < 256L << 20)
        {
            problems.Add(ZoneRefusals.Shape("The class size or the memory is out of range.", "等价类大小或内存超出范围。"));
        }

        if (request.Tables.Sum(table => ZoneSegment.FilesOf(table.Segments) + (table.Permissions?.Book is null ? 0 : 1)) > LargestFiles)
        {
            problems.Add(ZoneRefusals.Shape("The zone draws on more segment files than one build can hold.", "专区涉及的数据段文件过多。"));
        }

        foreach (var table in request.Tables)
        {
            problems.AddRange(Problems(request, table));
        }

        return problems;
    }

    private static IEnumerable<Refusal> Problems(ZoneRequest request, ZoneTable table)
    {
        if (!IsName(table.Name))
        {
            yield return ZoneRefusals.Shape("The name of a table must be letters, digits and underscores.", "表名只能包含字母、数字和下划线。");
        }

        if (table.Segments.Count == 0 || table.Columns.Count == 0)
        {
            yield return ZoneRefusals.Shape("A table needs segments and granted columns.", "表须有数据段和已授权的列。");
        }

        if (table.Columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() != table.Columns.Count
            || table.Columns.Any(column => column.Name.StartsWith("sandbox_", StringComparison.OrdinalIgnoreCase) || string.Equals(column.Name, "rowid", StringComparison.OrdinalIgnoreCase)))
        {
            yield return ZoneRefusals.Shape("A column is named twice or has a reserved name.", "列名重复或使用了保留名称。");
        }

        if (table.QuasiIdentifiers.Any(name => !table.Columns.Any(column => column.Name == name)))
        {
            yield return ZoneRefusals.Shape("A quasi-identifier is not among the granted columns.", "准标识符不在已授权的列中。");
        }

        if (table.Sample is { } sample && (sample.From < 0 || sample.To > Masking.KeyedFunctions.Buckets || sample.From >= sample.To))
        {
            yield return ZoneRefusals.Shape("The sample must be a range of the 1000 buckets.", "样本须为 1000 个桶中的一个区间。");
        }

        if (request.Kind == ZoneKind.Workbench && (table.Sample is null || table.Sample.To - table.Sample.From >= Masking.KeyedFunctions.Buckets))
        {
            yield return ZoneRefusals.Shape("A workbench holds a sample, never all rows.", "开发专区只含样本，不得包含全部行。");
        }

        if (table.LeaveOutPerMille is < 0 or > 200)
        {
            yield return ZoneRefusals.Shape("At most 200 per mille of the rows may be left out.", "最多可不纳入 200‰ 的行。");
        }

        if (table.SubjectColumn is null && table.Columns.Any(column => column.Rule is MaskRule.DateShift))
        {
            yield return ZoneRefusals.Shape("Dates are moved by subject, and this data set has none.", "日期按主体平移，而该数据集没有主体列。");
        }

        if (table.SubjectColumn is null && table.Permissions is not null)
        {
            yield return ZoneRefusals.Shape("Permissions are given by subjects, and this data set has none.", "许可由主体作出，而该数据集没有主体列。");
        }

        if (table.Filters.Any(filter => !filter.IsWhole))
        {
            yield return ZoneRefusals.Shape("A condition of the range is empty or too long.", "范围条件为空或过长。");
        }

        foreach (var column in table.Columns)
        {
            var decision = MaskPolicy.Check(column.Kind, column.Grade, column.Rule, request.Kind);
            decision = column.Floor is { } floor ? Decision.Combine(decision, MaskFloor.Check(column.Rule, floor)) : decision;
            foreach (var refusal in decision.Refusals)
            {
                yield return refusal;
            }

            if (column.Rule is MaskRule.Token or MaskRule.FormatToken && request.TokenKey is null)
            {
                yield return ZoneRefusals.Of(ZoneRefusals.RuleFitRule);
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 63 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
