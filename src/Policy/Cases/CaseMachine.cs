using System.Text.Json;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Cases;

/// <summary>Somebody who acts in a case.</summary>
/// <param name="Deputy">Whether it is done for somebody else; the role is then that person's.</param>
public sealed record CaseActor(string Name, string Organisation, Role Role, bool Deputy = false);

/// <summary>What the machine needs to know of a case.</summary>
/// <param name="Provider">Organisation that provides the data set that it is about; null where it is about none.</param>
/// <param name="Seller">Person in the field <c>seller</c>, if any.</param>
/// <param name="Buyer">Person in the field <c>buyer</c>, if any.</param>
/// <param name="Taken">Steps that were taken, with who took them.</param>
/// <param name="Untold">Bodies that have not been told yet.</param>
public sealed record CaseFacts(string State, string OpenerOrganisation, string? Provider, string? Seller, string? Buyer, IReadOnlyList<(string Command, string By)> Taken, IReadOnlyList<string> Untold);

/// <summary>Decides about cases by their forms. Pure: the same facts give the same answer, and what no step allows is refused.</summary>
public static class CaseMachine
{
    /// <summary>Whether somebody may open a case of a kind under a profile.</summary>
    /// <param name="basis">Name of the shipped profile that the domain's is made from.</param>
    public static Decision Open(CaseForm form, Profile profile, string basis, CaseActor actor, bool drill)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(actor);
        return form.Profiles is { } only && !only.Contains(basis) ? Decision.Deny(NotHere(form))
            : drill && !form.Drills ? Decision.Deny(NoDrill(form))
            : May(form.Requirement, form.OpenedBy, profile, actor);
    }

    /// <summary>The step that a command takes; a denial says which steps there are, or whose the step is.</summary>
    public static (CaseMove? Move, Decision Decision) Step(CaseForm form, Profile profile, CaseFacts facts, string command, CaseActor actor)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(actor);
        if (form.Moves.FirstOrDefault(one => one.Command == command && one.From.Contains(facts.State)) is not { } move)
        {
            return (null, Decision.Deny(NotNow(form, facts.State, command)));
        }

        var rule = move.Requirement ?? form.Requirement;
        var decisions = new List<Decision> { May(rule, move.Roles, profile, actor), Party(rule, move, facts, actor) };
        if (move.NotAfter is { } other && facts.Taken.LastOrDefault(step => step.Command == other) is { By: { } by } && by == actor.Name)
        {
            decisions.Add(Decision.Deny(SamePerson(rule, other)));
        }

        // A person and a deputy are one, so where two must be seen to have acted each acts in the own name.
        if (actor.Deputy && (move.NotAfter is not null || form.Moves.Any(one => one.NotAfter == command)))
        {
            decisions.Add(Decision.Deny(InOwnName(rule)));
        }

        if (form.Notices is { } notices && notices.Before.Contains(command) && facts.Untold.Count > 0)
        {
            decisions.Add(Decision.Deny(Untold(form, facts.Untold)));
        }

        var decision = Decision.Combine(decisions);
        return (decision.IsPermitted ? move : null, decision);
    }

    /// <summary>State after a step with what was written in it.</summary>
    public static string Next(CaseMove move, string state, JsonElement content)
    {
        ArgumentNullException.ThrowIfNull(move);
        var to = move.Otherwise is { } otherwise && CaseContent.HasNo(move.Fields, content) ? otherwise : move.To;
        return to == CaseMove.Stay ? state : to;
    }

    /// <summary>Bodies that must be told of a case in a state, under a profile.</summary>
    public static IReadOnlyList<CaseBodies> Bodies(CaseForm form, string basis, Role opener)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Notices is not { } notices ? []
            : [.. (notices.To.GetValueOrDefault(basis) ?? notices.To.GetValueOrDefault("*") ?? []).Where(bodies => bodies.OpenedBy is not { } roles || roles.Any(role => role.ToString() == opener.ToString()))];
    }

    /// <summary>Roles that a case in a state waits for; for an undecided role of the profile nobody.</summary>
    public static IReadOnlyList<Role> Takers(CaseForm form, string state, Profile profile)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(profile);
        return [.. form.Moves.Where(move => move.From.Contains(state)).SelectMany(move => move.Roles).SelectMany(role => Under(role, profile) ?? []).Distinct().Order()];
    }

    private static Decision May(string rule, IReadOnlyList<CaseRole> roles, Profile profile, CaseActor actor)
    {
        var may = new List<Role>();
        foreach (var role in roles)
        {
            if (Under(role, profile) is not { } those)
            {
                return Decision.Deny(NobodyNamed(rule, profile));
            }

            may.AddRange(those);
        }

        return actor.Role != Role.Unknown && may.Contains(actor.Role) ? Decision.Permit(rule) : Decision.Deny(NotYourRole(rule, may));
    }

    /// <summary>Whom a role of a form means under a profile; null where the profile has not decided who approves exports.</summary>
    private static IReadOnlyList<Role>? Under(CaseRole role, Profile profile) =>
        role != CaseRole.ExportApprovers ? [Enum.Parse<Role>(role.ToString())] : profile.ExportApprovers?.Value;

    private static Decision Party(string rule, CaseMove move, CaseFacts facts, CaseActor actor) => move.By switch
    {
        CaseParty.Any => Decision.Permit(rule),
        CaseParty.OpenerHouse => actor.Organisation == facts.OpenerOrganisation ? Decision.Permit(rule) : Decision.Deny(NotYours(rule, "the organisation that opened the case", "提出该案卷的单位")),
        CaseParty.OtherHouse => actor.Organisation != facts.OpenerOrganisation ? Decision.Permit(rule) : Decision.Deny(NotYours(rule, "another organisation than the one that opened the case", "提出单位以外的单位")),
        CaseParty.Provider => actor.Organisation == facts.Provider ? Decision.Permit(rule) : Decision.Deny(NotYours(rule, "the provider of the data set", "数据集提供部门")),
        CaseParty.Seller => actor.Name == facts.Seller ? Decision.Permit(rule) : Decision.Deny(NotYours(rule, "the seller", "卖方")),
        CaseParty.Buyer => actor.Name == facts.Buyer ? Decision.Permit(rule) : Decision.Deny(NotYours(rule, "the buyer", "买方")),
        _ => Decision.Deny(),
    };

    private static Refusal InOwnName(string rule) => new(
        rule, "Two persons must be seen to have taken this step and another one, and a deputy and the person stood for are one.", "Take it in your own name, if it is yours, or let that person take it.",
        "本步骤与另一步骤须由两人办理，代理人与被代理人视为同一人。", "请以本人名义办理（如属本人职责），或由被代理人本人办理。");

    private static Refusal NotHere(CaseForm form) => new(
        form.Requirement, $"The profile in force knows no case '{form.Kind}' ({string.Join(", ", form.Profiles ?? [])}).", "Use a domain under a profile that has it.",
        $"现行配置没有“{form.TitleZh}”。", "请在相应配置的域内办理。");

    private static Refusal NoDrill(CaseForm form) => new(
        form.Requirement, $"A case '{form.Kind}' can't be opened as a drill.", "Open it in earnest, or drill an incident.", $"“{form.TitleZh}”不能以演练方式提出。", "请正式提出，或对安全事件进行演练。");

    private static Refusal NotNow(CaseForm form, string state, string command)
    {
        var open = form.Moves.Where(move => move.From.Contains(state)).Select(move => move.Command).ToArray();
        var known = form.Moves.FirstOrDefault(move => move.Command == command);
        return new(
            known?.Requirement ?? form.Requirement,
            known is null ? $"A case '{form.Kind}' has no such step." : $"The step '{command}' is not open while the case is {state}.",
            open.Length == 0 ? "The case has ended; open another one." : $"Take one of: {string.Join(", ", open)}.",
            known is null ? "该类案卷没有此步骤。" : $"案卷处于“{state}”状态时不能进行“{command}”。",
            open.Length == 0 ? "案卷已办结，请另行提出。" : $"可办理：{string.Join("、", open)}。");
    }

    private static Refusal NobodyNamed(string rule, Profile profile) => new(
        rule, $"The profile '{profile.Name}' does not say who approves exports, so nobody may take this step.", "Take the rule over from another profile when the domain is made (init --overlay changchun:approvers).",
        $"配置“{profile.Name}”未规定审批主体，任何人不得办理。", "请在建域时采用其他配置的规则（init --overlay changchun:approvers）。");

    private static Refusal NotYourRole(string rule, IReadOnlyList<Role> roles) => new(
        rule, "Another role takes this step.", $"It is for: {string.Join(", ", roles.Distinct().Select(RoleWords.English))}.", "该步骤由其他角色办理。", $"应由以下角色办理：{string.Join("、", roles.Distinct().Select(RoleWords.Chinese))}。");

    private static Refusal NotYours(string rule, string who, string whoZh) => new(rule, $"This step is for {who}.", $"Let a person of {who} take it.", $"该步骤应由{whoZh}办理。", $"请由{whoZh}的人员办理。");

    private static Refusal SamePerson(string rule, string other) => new(
        rule, $"Who took the step '{other}' can't take this one too.", "Let another person of the same office decide.", $"办理“{other}”的人员不得同时办理本步骤。", "请由同一单位的其他人员决定。");

    private static Refusal Untold(CaseForm form, IReadOnlyList<string> bodies) => new(
        form.Requirement, $"These bodies have not been told yet: {string.Join(", ", bodies)}.", $"Tell each and say so with the step '{form.Notices!.Command}'.",
        $"以下单位尚未通知：{string.Join("、", bodies)}。", $"请逐一通知并用步骤“{form.Notices.Command}”登记。");
}
