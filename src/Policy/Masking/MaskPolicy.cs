using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Masking;

/// <summary>Which rule may stand on which column in which kind of zone. Whatever is not named here is refused.</summary>
public static class MaskPolicy
{
    /// <summary>Decides about one column of one zone.</summary>
    /// <param name="kind">Confirmed kind of the column.</param>
    /// <param name="grade">Confirmed grade of the column.</param>
    /// <param name="rule">The wanted rule.</param>
    /// <param name="zone">Kind of the zone.</param>
    public static Decision Check(IdentifierKind kind, ColumnGrade grade, MaskRule rule, ZoneKind zone)
    {
        kind = Enum.IsDefined(kind) ? kind : IdentifierKind.Unknown;
        if (zone is not (ZoneKind.Workbench or ZoneKind.Production))
        {
            return Decision.Deny(Refuse("SB-MASK-2", "The kind of the zone is not stated.", "Name the zone a workbench or a production zone.", "未说明分区类型。", "请说明是开发分区还是生产分区。"));
        }

        if (rule.Problem is { } problem)
        {
            return Decision.Deny(problem);
        }

        if (rule is MaskRule.Suppress)
        {
            return Decision.Permit("CC-17-3");
        }

        if (!Enum.IsDefined(grade) || grade == ColumnGrade.Ungraded)
        {
            return Decision.Deny(Refuse("CC-25-1", "The column has no grade, so it may not be opened for processing.", "Let the provider confirm a grade, or suppress the column.", "该列尚未定级，不得开放加工。", "请数源部门确认级别，或不提供该列。"));
        }

        if (rule is MaskRule.Ladder ladder)
        {
            // Which step a table takes depends on its rows, so each must be allowed.
            return Decision.Combine([.. ladder.Steps.Select(step => Check(kind, grade, step, zone))]);
        }

        var parts = new List<Decision> { ByKind(kind, grade, rule), ByGrade(kind, grade, rule, zone) };
        return Decision.Combine([.. parts]);
    }

    private static Decision ByKind(IdentifierKind kind, ColumnGrade grade, MaskRule rule)
    {
        var identifies = grade == ColumnGrade.Identifier || Identifies(kind);
        return rule switch
        {
            MaskRule.Keep when identifies || kind == IdentifierKind.FreeText => Decision.Deny(Refuse(
                "CC-20-2",
                "A column that identifies a person or organisation, or that holds free text, may not stay as it is.",
                "Suppress it, make it a token, or generalise it.",
                "可识别个人或组织的列及自由文本列不得原样保留。",
                "请改为不提供、令牌化或概化。")),
            MaskRule.ExactInvisible when identifies => Decision.Deny(Refuse(
                "CC-20-2",
                "An identifying column may not be a measure.",
                "Suppress it or make it a token.",
                "可识别列不得作为度量。",
                "请改为不提供或令牌化。")),
            MaskRule.KeepPart when kind is IdentifierKind.ResidentIdentity or IdentifierKind.SocialCredit or IdentifierKind.BankCard or IdentifierKind.Unknown => Decision.Deny(Refuse(
                "CC-27-2",
                "Keeping a part of an identity, credit or card number is barred: its check digit gives the rest away.",
                "Suppress the column or make it a token; of an identity number the division prefix may stay.",
                "身份证号、统一社会信用代码和银行卡号不得保留部分字符：校验位会泄露其余部分。",
                "请改为不提供或令牌化；身份证号可保留行政区划前缀。")),
            MaskRule.KeepPart { Part: KeptPart.Surname } when kind != IdentifierKind.PersonName => WrongKind("surname"),
            MaskRule.KeepPart { Part: KeptPart.Province } when kind != IdentifierKind.Address => WrongKind("province"),
            MaskRule.KeepPart { Characters: > 3 } when identifies => Decision.Deny(Refuse(
                "CC-20-2",
                "More than three characters of an identifying text may not stay.",
                "Keep at most three characters, or make the column a token.",
                "可识别文本最多保留三个字符。",
                "请最多保留三个字符，或改为令牌化。")),
            MaskRule.KeepPart when kind == IdentifierKind.FreeText => Decision.Deny(Refuse(
                "CC-20-2",
                "A part of free text may hold an identifier.",
                "Suppress the column.",
                "自由文本的片段可能包含标识信息。",
                "请不提供该列。")),
            MaskRule.Token or MaskRule.FormatToken when kind == IdentifierKind.FreeText => Decision.Deny(Refuse(
                "SB-MASK-3",
                "A token is for whole identifiers, not for free text.",
                "Suppress the column.",
                "令牌仅用于完整标识，不用于自由文本。",
                "请不提供该列。")),
            MaskRule.Token or MaskRule.FormatToken when grade == ColumnGrade.Sensitive && !identifies => Decision.Deny(Refuse(
                "CC-27-2",
                "A token over few distinct values is undone by counting them.",
                "Use a band, rounding or suppression for a sensitive value.",
                "取值较少的令牌可通过频数还原。",
                "敏感取值请使用分段、取整或不提供。")),
            MaskRule.Groups when identifies || kind == IdentifierKind.FreeText => Decision.Deny(Refuse(
                "CC-20-2",
                "Groups name values one by one; of an identifying or free text column that would show them.",
                "Suppress the column or make it a token.",
                "分组逐一列出取值，不得用于可识别列或自由文本列。",
                "请改为不提供或令牌化。")),
            MaskRule.Redact when kind != IdentifierKind.FreeText => WrongKind("redact"),
            MaskRule.DateShift { Days: < 365 } when kind == IdentifierKind.BirthDate => Decision.Deny(Refuse(
                "CC-20-2",
                "A date of birth must be moved by up to a year at least.",
                "Allow 365 days or more, or cut it to the year or decade.",
                "出生日期的平移范围至少为一年。",
                "请将平移天数设为 365 天以上，或保留到年或十年。")),
            MaskRule.DateShift when identifies && kind != IdentifierKind.BirthDate => WrongKind("date-shift"),
            MaskRule.Band or MaskRule.Round or MaskRule.TopBottom or MaskRule.Noise when identifies && kind != IdentifierKind.BirthDate && kind != IdentifierKind.Coordinate => Decision.Deny(Refuse(
                "CC-20-2",
                "A rounded or clipped identifier still points at the person.",
                "Suppress the column or make it a token.",
                "取整或截断后的标识仍指向个人。",
                "请改为不提供或令牌化。")),
            MaskRule.DateTo { Part: DatePart.Day or DatePart.Month } when kind == IdentifierKind.BirthDate => Decision.Deny(Refuse(
                "CC-20-2",
                "A date of birth may stay to the year at most.",
                "Cut it to the year or decade.",
                "出生日期最多保留到年。",
                "请保留到年或十年。")),
            MaskRule.DivisionPrefix when kind is not (IdentifierKind.ResidentIdentity or IdentifierKind.None) || (grade == ColumnGrade.Identifier && kind != IdentifierKind.ResidentIdentity) =>
                WrongKind("division"),
            MaskRule.Constant or MaskRule.KeepPart or MaskRule.Band or MaskRule.DateTo or MaskRule.DivisionPrefix or MaskRule.Round or MaskRule.TopBottom
                or MaskRule.Token or MaskRule.FormatToken or MaskRule.Noise or MaskRule.DateShift or MaskRule.Groups or MaskRule.Redact or MaskRule.ExactInvisible or MaskRule.Keep => Decision.Permit("CC-20-2"),
            _ => Decision.Combine(),
        };
    }

    private static Decision ByGrade(IdentifierKind kind, ColumnGrade grade, MaskRule rule, ZoneKind zone) => rule switch
    {
        MaskRule.ExactInvisible when zone != ZoneKind.Production => Decision.Deny(Refuse(
            "CC-20-3",
            "An exact value may be in a production zone only; a workbench is sampled and masked.",
            "Use a band, rounding or clipping in the workbench.",
            "精确值只能进入生产分区；开发分区须抽样并脱敏。",
            "开发分区请使用分段、取整或截断。")),
        MaskRule.Keep when grade == ColumnGrade.Sensitive => Decision.Deny(Refuse(
            "CC-20-2",
            "A sensitive column may not be shown as it is.",
            "Use a band, rounding, clipping or suppression; in production an exact but invisible measure.",
            "敏感列不得原样展示。",
            "请使用分段、取整、截断或不提供；生产分区可作为不可见的精确度量。")),
        MaskRule.Keep when kind == IdentifierKind.BirthDate => Decision.Deny(Refuse(
            "CC-20-2",
            "A date of birth may not stay as it is.",
            "Cut it to the year or decade.",
            "出生日期不得原样保留。",
            "请保留到年或十年。")),
        _ => Decision.Permit("CC-25-1"),
    };

    /// <summary>Whether a kind points at a person or organisation by itself; an unknown kind does until somebody has looked.</summary>
    public static bool Identifies(IdentifierKind kind) =>
        kind is not (IdentifierKind.None or IdentifierKind.FreeText or IdentifierKind.BirthDate or IdentifierKind.Coordinate);

    /// <summary>
    /// Whether a masked column still tells people apart and must therefore count among the quasi-identifiers of a workbench: all that is graded so, and what a rule leaves of an identifying column.
    /// Tokens tell rows apart, but nobody outside knows them.
    /// </summary>
    public static bool TellsApart(IdentifierKind kind, ColumnGrade grade, MaskRule rule) =>
        rule is not (MaskRule.Suppress or MaskRule.Constant or MaskRule.Token or MaskRule.FormatToken or MaskRule.Redact or MaskRule.ExactInvisible or null)
        && (grade == ColumnGrade.QuasiIdentifier || grade == ColumnGrade.Identifier || Identifies(kind));

    private static Decision WrongKind(string rule) => Decision.Deny(Refuse(
        "SB-MASK-4",
        $"The masking rule '{rule}' does not fit what the column holds.",
        "Choose a rule made for this kind of column, or suppress it.",
        $"脱敏规则“{rule}”与该列内容不符。",
        "请选择适用的规则，或不提供该列。"));

    private static Refusal Refuse(string rule, string why, string remedy, string whyZh, string remedyZh) => new(rule, why, remedy, whyZh, remedyZh);
}
