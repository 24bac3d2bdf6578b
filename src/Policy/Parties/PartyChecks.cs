using System.Globalization;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Parties;

/// <summary>An evidence on file.</summary>
/// <param name="Paper">Short name as in <see cref="EvidenceDemand"/>.</param>
/// <param name="Level">Level it certifies, or null.</param>
/// <param name="From">First day on which it counts.</param>
/// <param name="Until">Last day on which it counts.</param>
/// <param name="LastEvent">Day of the last event it tells of; null when it says that there was none.</param>
public sealed record Evidence(string Paper, int? Level, DateOnly From, DateOnly Until, DateOnly? LastEvent);

/// <summary>Decisions about people and organisations of the register.</summary>
public static class PartyChecks
{
    /// <summary>Whether a person may process data: every record that the profile asks for is in force (CC-20-1). A profile that asks for none permits.</summary>
    public static Decision Personnel(PartyRules rules, IReadOnlyCollection<PersonRecord> records, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(records);
        if (rules.PersonRecords is not { } needed)
        {
            return Decision.Permit("CC-20-1");
        }

        var lacking = needed.Value.Where(kind => !records.Any(record => record.Kind == kind && record.From <= today && record.Until >= today)).ToArray();
        return lacking.Length == 0 ? Decision.Permit("CC-20-1") : Decision.Deny([.. lacking.Select(kind => PartyRefusals.NoRecord(kind, needed.References))]);
    }

    /// <summary>Whether an organisation of a kind may be admitted: every evidence of the profile is in force, at its level, and its last event is long enough ago (CC-14-1).</summary>
    public static Decision Eligibility(PartyRules rules, PartyKind kind, IReadOnlyCollection<Evidence> evidence, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(evidence);
        if (!rules.Evidence.TryGetValue(kind, out var needed))
        {
            return Decision.Permit("CC-14-1");
        }

        var lacking = needed.Value.Where(demand => !evidence.Any(item => Meets(item, demand, today))).ToArray();
        return lacking.Length == 0 ? Decision.Permit("CC-14-1") : Decision.Deny([.. lacking.Select(demand => PartyRefusals.NoEvidence(demand, kind, needed.References))]);
    }

    /// <summary>Whether organisations tied to an operating unit may be developers (YN25-21-1).</summary>
    /// <param name="rules">Rules of the profile.</param>
    /// <param name="kind">Kind that is wanted.</param>
    /// <param name="tiedToOperator">Whether the organisation is an operating unit, shares its code, or is its affiliate at any remove.</param>
    public static Decision Redevelopment(PartyRules rules, PartyKind kind, bool tiedToOperator)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return kind == PartyKind.Developer && tiedToOperator && rules.OperatorMayRedevelop is { Value: false } barred
            ? Decision.Deny(PartyRefusals.OperatorBarred(barred.References))
            : Decision.Permit("YN25-21-1");
    }

    private static bool Meets(Evidence item, EvidenceDemand demand, DateOnly today) =>
        item.Paper == demand.Paper && item.From <= today && item.Until >= today
        && (demand.Level is null || item.Level >= demand.Level)
        && (demand.ClearMonths is not { } months || item.LastEvent is not { } last || last.AddMonths(months) <= today);
}

/// <summary>Refusals of the register.</summary>
public static class PartyRefusals
{
    /// <summary>The step is not open.</summary>
    public static Refusal WrongState() => new(
        "CC-14-1",
        "This step is not open in the organisation's present state.",
        "An organisation is registered, then admitted with its evidence; a suspension is lifted before anything else.",
        "该单位当前状态下不能进行该步骤。",
        "单位须先登记并以齐全的证明材料准入；暂停的须先解除。");

    /// <summary>A measure without grounds.</summary>
    public static Refusal Grounds() => new(
        "YN25-21-2",
        "A measure against an organisation needs written grounds.",
        "State the grounds; they are kept with the organisation's entry.",
        "对单位采取措施须写明理由。",
        "请写明理由；理由随登记保存。");

    internal static Refusal NoRecord(PersonRecordKind kind, IReadOnlyList<string> references) => new(
        "CC-20-1",
        $"The person's {English(kind)} is not on file or not in force, and nobody processes data before it is ({string.Join(", ", references)}).",
        "Let the bureau file the record with `sandbox person record`; it counts from its first to its last day.",
        $"该人员的{Chinese(kind)}未登记或已失效，具备之前不得处理数据（{string.Join("、", references)}）。",
        "请由主管部门用 sandbox person record 登记；记录在有效期内有效。");

    internal static Refusal NoEvidence(EvidenceDemand demand, PartyKind kind, IReadOnlyList<string> references)
    {
        var level = demand.Level is { } lowest ? string.Create(CultureInfo.InvariantCulture, $" at level {lowest} or above") : "";
        var clear = demand.ClearMonths is { } months ? string.Create(CultureInfo.InvariantCulture, $" with no event within {months} months") : "";
        return new(
            "CC-14-1",
            $"The evidence '{demand.Paper}'{level}{clear} of the organisation ({PartyWords.English(kind)}) is missing or not in force ({string.Join(", ", references)}).",
            $"File it with `sandbox party evidence --paper {demand.Paper}`, then admit the organisation.",
            $"该单位（{PartyWords.Chinese(kind)}）的“{demand.Chinese}”缺失、失效或不符合等级及期限要求（{string.Join("、", references)}）。",
            "请用 sandbox party evidence 登记后再办理准入。");
    }

    internal static Refusal OperatorBarred(IReadOnlyList<string> references) => new(
        "YN25-21-1",
        $"An operating unit and organisations tied to it take no part in redevelopment under this profile ({string.Join(", ", references)}).",
        "Let a developer that is independent of the operating unit do it; no approval opens this.",
        $"运营单位及其关联单位不得参与再开发（{string.Join("、", references)}）。",
        "请由与运营单位无关联的开发主体进行；任何审批均不能放开。");

    private static string English(PersonRecordKind kind) => kind switch
    {
        PersonRecordKind.RealName => "real-name verification",
        PersonRecordKind.Filing => "filing",
        PersonRecordKind.Examination => "background examination",
        PersonRecordKind.Confidentiality => "confidentiality agreement",
        _ => "record",
    };

    private static string Chinese(PersonRecordKind kind) => kind switch
    {
        PersonRecordKind.RealName => "实名认证",
        PersonRecordKind.Filing => "备案",
        PersonRecordKind.Examination => "审查",
        PersonRecordKind.Confidentiality => "保密协议",
        _ => "记录",
    };
}
