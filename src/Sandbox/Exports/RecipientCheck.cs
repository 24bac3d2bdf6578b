using Sandbox.Host.Agreements;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;

namespace Sandbox.Host.Exports;

/// <summary>Whether a product may go to a recipient: a grant that was asked for without the right to operate products serves its own operating unit only (CC 4(3)); where the profile wants a use agreement, the recipient has one (YB 16).</summary>
internal static class RecipientCheck
{
    public static IReadOnlyList<Refusal> Of(OpenDomain domain, Scenario scenario, string recipient)
    {
        var refusals = new List<Refusal>();
        if (scenario.Description?.Rights is { } rights && !rights.Contains("operate") && recipient != scenario.Operator)
        {
            refusals.Add(NotOperating());
        }

        refusals.AddRange(new AgreementCover(domain, Standing.Bound(domain)).Recipient(recipient));
        return refusals;
    }

    private static Refusal NotOperating() => new(
        "CC-4-1",
        "The grant gives the right to process data but not the right to operate products, so nothing of it goes to somebody else.",
        "Ask for a scenario with the right \"operate\", or name the operating unit itself as the recipient.",
        "该授权仅含数据加工使用权，不含数据产品经营权，成果不得提供给他人。",
        "请申请含 operate 权利的场景，或将运营单位本身列为接收方。");
}
