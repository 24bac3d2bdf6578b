using Sandbox.Host.Agreements;
using Sandbox.Host.Corrections;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Parties;

/// <summary>What the register says at a moment: read through any connection, so that a watch beside a long job can ask too.</summary>
/// <param name="Today">Day in the domain's time zone.</param>
internal sealed record RegisterView(RegistryDatabase Registry, Profile Profile, DateOnly Today, TimeZoneInfo Zone)
{
    public static implicit operator RegisterView(OpenDomain domain) => Of(domain);

    public static RegisterView Of(OpenDomain domain) => new(domain.Registry, domain.Profile, domain.Today, domain.Time.LocalTimeZone);
}

/// <summary>
/// Whether the people and organisations behind an act on data stand well today: records of the person, state of the organisations, orders to correct, papers in force.
/// What the profile demands of persons holds always. Organisations and papers are demanded once the register is binding; a paper, a measure or an order that the register does hold counts in any case.
/// </summary>
internal static class Standing
{
    /// <summary>Refusals of an act, all together; a permission where there is nothing against it.</summary>
    public static Decision Of(RegisterView domain, string actor, string actorOrganisation, Scenario scenario, DomainAction action)
    {
        if (action is not (DomainAction.BuildZone or DomainAction.Query or DomainAction.Train or DomainAction.Apply or DomainAction.RequestExport or DomainAction.Release))
        {
            return Decision.Permit("CC-20-1");
        }

        var refusals = new List<Refusal>();
        if (action is not (DomainAction.RequestExport or DomainAction.Release))
        {
            refusals.AddRange(PartyChecks.Personnel(domain.Profile.Parties, Records(domain, actor), domain.Today).Refusals);
        }

        var bound = Bound(domain);
        string[] organisations = action == DomainAction.Release ? [scenario.Operator] : [.. new[] { scenario.Operator, actorOrganisation }.Distinct(StringComparer.Ordinal)];
        foreach (var organisation in organisations)
        {
            refusals.AddRange(Party(domain, organisation, bound));
        }

        if (domain.Registry.All<CorrectionOrder>().Any(order => CorrectionTransitions.Stops(order.State) && (order.Scenario == scenario.Id || (order.Scenario is null && organisations.Contains(order.Party)))))
        {
            refusals.Add(CorrectionRefusals.Stopped());
        }

        refusals.AddRange(new AgreementCover(domain, bound).Lacking(scenario, organisations));
        return refusals.Count == 0 ? Decision.Permit("CC-20-1") : Decision.Deny([.. refusals.Distinct()]);
    }

    public static bool Bound(RegisterView domain) => domain.Registry.Find<RegisterBinding>(RegisterBinding.OnlyId) is not null;

    public static IReadOnlyCollection<PersonRecord> Records(RegisterView domain, string person) => domain.Registry.Find<PersonFile>(person)?.Records.Select(record => record.Fact).ToArray() ?? [];

    /// <summary>What stands against an organisation.</summary>
    public static IEnumerable<Refusal> Party(RegisterView domain, string organisation, bool bound)
    {
        var party = domain.Registry.Find<Party>(organisation);
        if (party is null)
        {
            return bound ? [NotAdmitted(organisation)] : [];
        }

        return party.State switch
        {
            PartyState.Suspended => [Suspended(organisation)],
            PartyState.Cancelled or PartyState.Left => [Gone(organisation)],
            PartyState.Active => bound && PartyChecks.Eligibility(domain.Profile.Parties, party.PartyKind, [.. party.Evidence.Select(item => item.Fact)], domain.Today) is Decision.Denied denied ? denied.Reasons : [],
            _ => bound ? [NotAdmitted(organisation)] : [],
        };
    }

    private static Refusal NotAdmitted(string organisation) => new(
        "CC-14-1",
        $"{organisation} is not admitted in the register of organisations, which is binding in this domain.",
        "Register it with `sandbox party add`, file its evidence, and admit it with `sandbox party admit`.",
        $"{organisation} 尚未在单位登记中准入，而本域的登记具有强制效力。",
        "请用 sandbox party add 登记、提交证明材料并用 sandbox party admit 准入。");

    private static Refusal Suspended(string organisation) => new(
        "YN25-21-2",
        $"The right of {organisation} to use data is suspended by a measure.",
        "Have the measure lifted by whoever ordered it; the same grants then open again.",
        $"{organisation} 的数据使用权已被暂停。",
        "请由作出措施的主体解除；原授权随即恢复。");

    private static Refusal Gone(string organisation) => new(
        "YN25-21-2",
        $"{organisation} has left the domain or its right was cancelled.",
        "Its grants do not open again; another organisation asks for a grant of its own.",
        $"{organisation} 已退出本域或其权利已被取消。",
        "其授权不再恢复；其他单位须另行申请。");
}
