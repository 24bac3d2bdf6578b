using System.Globalization;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Agreements;

/// <summary>What a paper says.</summary>
public sealed record AgreementTerms
{
    /// <summary>Form of the profile.</summary>
    public required string Form { get; init; }

    /// <summary>Organisations that are its parties, by kind.</summary>
    public required IReadOnlyDictionary<PartyKind, IReadOnlyList<string>> Parties { get; init; }

    /// <summary>Whether a sector is authorised.</summary>
    public required bool Sector { get; init; }

    /// <summary>Topics that it covers.</summary>
    public required IReadOnlySet<string> Clauses { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Data sets that it names.</summary>
    public required IReadOnlySet<string> DataSets { get; init; }

    /// <summary>Scenarios that it names.</summary>
    public required IReadOnlySet<string> Scenarios { get; init; }

    /// <summary>Whether an exception for a longer term was recorded with its grounds.</summary>
    public required bool Exception { get; init; }
}

/// <summary>Whether a paper may be filed (all faults together).</summary>
public static class AgreementChecks
{
    /// <summary>Holds a paper against the form of the profile.</summary>
    public static Decision Filing(PaperForm form, AgreementTerms terms)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(terms);
        var refusals = new List<Refusal>();
        refusals.AddRange(form.Clauses.Where(clause => !terms.Clauses.Contains(clause.Id)).Select(clause => AgreementRefusals.NoClause(form, clause)));
        refusals.AddRange(Signers(form, terms.Sector).Where(kind => !terms.Parties.TryGetValue(kind, out var names) || names.Count == 0).Select(kind => AgreementRefusals.NoParty(form, kind)));
        if (terms.Until < terms.From)
        {
            refusals.Add(AgreementRefusals.EmptyTerm(form));
        }

        if (form.Term is { } cap && cap.Limit.EndFrom(terms.From) is { } end && terms.Until >= end && (cap.Binding == Binding.Fixed || !terms.Exception))
        {
            refusals.Add(AgreementRefusals.TooLong(form, cap));
        }

        if (form.Gate == PaperGate.Scenario && terms.Scenarios.Count != 1)
        {
            refusals.Add(AgreementRefusals.OneScenario(form));
        }

        if (form.Gate is PaperGate.Supply or PaperGate.ConditionalOpen && terms.DataSets.Count == 0)
        {
            refusals.Add(AgreementRefusals.NoContent(form));
        }

        return refusals.Count == 0 ? Decision.Permit(form.Rule) : Decision.Deny(refusals);
    }

    /// <summary>Kinds that must sign.</summary>
    public static IReadOnlyList<PartyKind> Signers(PaperForm form, bool sector)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.SectorSigner && sector ? [.. form.Signers, PartyKind.SectorDepartment] : form.Signers;
    }

    /// <summary>Kind of the senior party, who decides about an early end.</summary>
    public static PartyKind Senior(PaperForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Signers.Contains(PartyKind.Authority) ? PartyKind.Authority : PartyKind.Operator;
    }
}

/// <summary>Refusals about papers.</summary>
public static class AgreementRefusals
{
    /// <summary>The step is not open.</summary>
    public static Refusal WrongState() => new(
        "CC-31-1",
        "This step is not open in the agreement's present state.",
        "A paper is filed, signed by every signer, and can then be ended; what has ended stays so: file a new one.",
        "协议当前状态下不能进行该步骤。",
        "协议须先提交、由各方签署，之后方可终止；已终止的须另行提交。");

    /// <summary>The paper of a form is missing, not signed, over or not begun.</summary>
    public static Refusal NotInForce(PaperForm form, string organisation)
    {
        ArgumentNullException.ThrowIfNull(form);
        return new(
            form.Rule,
            $"No {Words(form)} with {organisation} is in force today ({string.Join(", ", form.References)}).",
            "File it with `sandbox agreement file`, have every signer sign it, and act within its term.",
            $"与 {organisation} 的{form.Chinese}今日未生效（{string.Join("、", form.References)}）。",
            "请用 sandbox agreement file 提交，由各方签署，并在其期限内办理。");
    }

    /// <summary>A scenario that outlasts the agreement above it.</summary>
    public static Refusal OutsideTerm(PaperForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return new(
            "CC-13-1",
            $"The term of the scenario does not lie within the {Words(form)} above it ({string.Join(", ", form.References)}).",
            "Ask for a term within the agreement's, or renew the agreement first.",
            $"场景期限不在其上位{form.Chinese}的期限内（{string.Join("、", form.References)}）。",
            "请申请协议期限内的期限，或先续签协议。");
    }

    /// <summary>The profile knows no such paper.</summary>
    public static Refusal UnknownForm(IEnumerable<string> known) => new(
        "CC-4-2",
        "The active profile knows no paper of that form.",
        $"Its forms are: {string.Join(", ", known)}.",
        "现行规则没有该类协议。",
        $"可用的协议类型：{string.Join("、", known)}。");

    /// <summary>A renewal that comes after the end.</summary>
    public static Refusal TooLate(PaperForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return new(
            "CC-13-1",
            $"Going on after the {Words(form)} needs a new application before the old one ends, and it has ended ({string.Join(", ", form.References)}).",
            "File a new agreement that renews none; the use stays closed until it is signed.",
            $"{form.Chinese}期满前未提出续期申请，现已终止（{string.Join("、", form.References)}）。",
            "请另行提交新协议；签署前不得使用数据。");
    }

    internal static Refusal NoClause(PaperForm form, Clause clause) => new(
        form.Rule,
        $"$.clauses.{clause.Id}: the {Words(form)} must cover this topic ({string.Join(", ", form.References)}).",
        "Write the topic into the paper and name its place in the file.",
        $"$.clauses.{clause.Id}：{form.Chinese}须载明“{clause.Chinese}”（{string.Join("、", form.References)}）。",
        "请在协议中补充该内容并在文件中注明条款位置。");

    internal static Refusal NoParty(PaperForm form, PartyKind kind) => new(
        form.Rule,
        $"$.parties.{PartyWords.English(kind)}: this party must sign the {Words(form)} ({string.Join(", ", form.References)}).",
        "Name the organisation; its person signs with `sandbox agreement sign`.",
        $"$.parties.{PartyWords.English(kind)}：{form.Chinese}须由{PartyWords.Chinese(kind)}签署（{string.Join("、", form.References)}）。",
        "请列明该单位，由其人员用 sandbox agreement sign 签署。");

    internal static Refusal EmptyTerm(PaperForm form) => new(
        form.Rule, "$.until: the term ends before it begins.", "Give a last day on or after the first.", "$.until：期限早于起始日。", "请填写不早于起始日的截止日。");

    internal static Refusal TooLong(PaperForm form, Term cap) => new(
        form.Form == "operation_agreement" ? "CC-13-1" : form.Rule,
        string.Create(CultureInfo.InvariantCulture, $"$.until: the term is longer than {cap.Limit.Count} {Unit(cap.Limit.Unit)} ({string.Join(", ", form.References)})."),
        cap.Binding == Binding.Fixed ? "Shorten the term; this profile knows no exception." : "Shorten the term, or record the exception with its grounds in the file.",
        string.Create(CultureInfo.InvariantCulture, $"$.until：期限超过 {cap.Limit.Count} {UnitZh(cap.Limit.Unit)}（{string.Join("、", form.References)}）。"),
        cap.Binding == Binding.Fixed ? "请缩短期限；该规则不设例外。" : "请缩短期限，或在文件中登记例外及其理由。");

    internal static Refusal OneScenario(PaperForm form) => new(
        form.Rule, $"$.scenarios: the {Words(form)} names exactly one scenario.", "Name it; another scenario needs a paper of its own.", $"$.scenarios：{form.Chinese}须且仅须列明一个场景。", "请列明场景；其他场景须另签协议。");

    internal static Refusal NoContent(PaperForm form) => new(
        form.Rule, $"$.data_sets: the {Words(form)} fixes the content of the data.", "List the data sets it covers.", $"$.data_sets：{form.Chinese}须载明数据内容。", "请列明所涉数据集。");

    internal static Refusal NotYours(string rule, bool isParty) => new(
        rule,
        isParty ? "The senior party of the agreement decides this step." : "Only a party of the agreement acts on it, in the role in which it signs.",
        isParty ? "Ask with `sandbox agreement end`; the authority, or the operating unit where the authority does not sign, decides." : "Let a person of one of its parties do it.",
        isParty ? "该步骤由协议的主导方决定。" : "只有协议各方可以其签署身份办理。",
        isParty ? "请先用 sandbox agreement end 提出；由主管部门（不参与签署的由运营单位）决定。" : "请由协议一方的人员办理。");

    internal static Refusal Grounds(string rule) => new(rule, "An early end needs written grounds.", "State them with --grounds.", "提前终止须写明理由。", "请用 --grounds 写明理由。");

    private static string Words(PaperForm form) => form.Form.Replace('_', ' ');

    private static string Unit(LimitUnit unit) => unit switch { LimitUnit.Year => "years", LimitUnit.Month => "months", _ => "days" };

    private static string UnitZh(LimitUnit unit) => unit switch { LimitUnit.Year => "年", LimitUnit.Month => "个月", _ => "日" };
}
