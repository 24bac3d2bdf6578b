using System.Globalization;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Host.Zones;

/// <summary>A made-up value of one type; shows itself as text.</summary>
internal abstract record MadeUpValue
{
    private MadeUpValue()
    {
    }

    /// <summary>The masked value as text; null is a NULL.</summary>
    public abstract string? Apply(MaskRule rule, ulong draw);

    public sealed record Text(string Value) : MadeUpValue
    {
        public override string? Apply(MaskRule rule, ulong draw) => rule.Apply(Value);

        public override string ToString() => Value;
    }

    public sealed record Number(decimal Value) : MadeUpValue
    {
        public override string? Apply(MaskRule rule, ulong draw) => rule is MaskRule.Constant constant ? constant.Value
            : decimal.IsInteger(Value) ? rule.Apply((long)Value, draw)?.ToString(CultureInfo.InvariantCulture) : rule.Apply(Value, draw)?.ToString(CultureInfo.InvariantCulture);

        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Day(DateOnly Value) : MadeUpValue
    {
        public override string? Apply(MaskRule rule, ulong draw) => rule is MaskRule.Constant constant ? constant.Value : rule.Apply(Value, draw)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        public override string ToString() => Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}

/// <summary>Values that nobody has: numbers with wrong or reserved parts, names from books.</summary>
internal static class MadeUpValues
{
    /// <summary>A few values of a type that the rule takes; none when there is no such type.</summary>
    public static IReadOnlyList<MadeUpValue> Of(MaskRule rule, IdentifierKind kind) =>
        rule.Output(MaskInput.Text) is not (MaskOutput.Refused or MaskOutput.Dropped) && kind is not (IdentifierKind.BirthDate or IdentifierKind.Coordinate) ? [.. Texts(kind).Select(text => new MadeUpValue.Text(text))]
        : rule.Output(MaskInput.Date) is not (MaskOutput.Refused or MaskOutput.Dropped) ? [new MadeUpValue.Day(new(1986, 2, 28)), new MadeUpValue.Day(new(1999, 12, 31)), new MadeUpValue.Day(new(2020, 2, 29))]
        : rule.Output(MaskInput.Whole) is not (MaskOutput.Refused or MaskOutput.Dropped) ? [new MadeUpValue.Number(37), new MadeUpValue.Number(1999), new MadeUpValue.Number(-5), new MadeUpValue.Number(120_500)]
        : rule.Output(MaskInput.Exact) is not (MaskOutput.Refused or MaskOutput.Dropped) ? [new MadeUpValue.Number(37.25m), new MadeUpValue.Number(1999.99m), new MadeUpValue.Number(-0.5m)]
        : rule.Output(MaskInput.Text) is not (MaskOutput.Refused or MaskOutput.Dropped) ? [.. Texts(kind).Select(text => new MadeUpValue.Text(text))]
        : [];

    private static string[] Texts(IdentifierKind kind) => kind switch
    {
        IdentifierKind.ResidentIdentity => ["000000190001010018", "00000019000101002X"],
        IdentifierKind.SocialCredit => ["91000000MA0000000X", "51000000MJ00000001"],
        IdentifierKind.Phone => ["10000000001", "000-00000001"],
        IdentifierKind.BankCard => ["6200000000000000001", "6200 0000 0000 0002"],
        IdentifierKind.Plate => ["粤Z00001", "粤ZD00002"],
        IdentifierKind.Passport => ["E00000001", "EA0000002"],
        IdentifierKind.Email => ["lu.xun@example.com"],
        IdentifierKind.IpAddress => ["192.0.2.1", "2001:db8::1"],
        IdentifierKind.PersonName => ["贾宝玉", "孔乙己", "欧阳锋", "阿凡提·艾山"],
        IdentifierKind.Address => ["广东省某市某区某路1号", "内蒙古自治区某市某旗", "四川某县某村2组"],
        IdentifierKind.FreeText => ["患者孔乙己，电话10000000001，住某市某区某路1号，自述头痛。"],
        IdentifierKind.RecordKey => ["A-000001", "B-000002"],
        _ => ["粤", "红", "440000", "其他"],
    };
}
