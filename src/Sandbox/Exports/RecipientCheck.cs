using Sandbox.Host.Agreements;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>Whether a product may go to a recipient: a grant that was asked for without the right to operate products serves its own operating unit only (CC 4(3)); where the profile wants a use agreement, the recipient has one (YB 16).</summary>
internal static class RecipientCheck
{
    public static IReadOnlyList<Refusal> Of(OpenDomain domain, Scenario scenario, ExportRecipient recipient)
    {
        var refusals = new List<Refusal>();
        if (scenario.Description?.Rights is { } rights && !rights.Contains("operate") && recipient.Id != scenario.Operator)
        {
            refusals.Add(NotOperating());
        }

        refusals.AddRange(new AgreementCover(domain, Standing.Bound(domain)).Recipient(recipient.Id));
        if (recipient.Key is { } key && WrongKey(domain, key) is { } wrong)
        {
            refusals.Add(wrong);
        }

        return refusals;
    }

    private static Refusal? WrongKey(OpenDomain domain, string key)
    {
        try
        {
            var parsed = RecipientKey.Parse(key);

            // The manifest names the key as it was written, and its recipient compares: only the line itself will do.
            return parsed.ToString() != key ? throw new TrustException(TrustRules.RecipientKeyForm)
                : parsed.Suite == domain.Keys.Suite ? null
                : OtherSuite(domain.Keys.Suite.Name);
        }
        catch (TrustException e)
        {
            return new Refusal(e.Refusal.Rule, e.Refusal.Why, e.Refusal.Remedy, e.Refusal.WhyZh, e.Refusal.RemedyZh);
        }
    }

    private static Refusal OtherSuite(string suite) => new(
        "TRUST-SEAL-1",
        "The recipient's key is of another algorithm suite than the domain's.",
        $"Ask the recipient for a key made by: sandbox export keygen --suite {suite} --out FILE.",
        "接收方密钥的算法套件与本域不一致。",
        $"请让接收方以 sandbox export keygen --suite {suite} --out FILE 生成密钥。");

    private static Refusal NotOperating() => new(
        "CC-4-1",
        "The grant gives the right to process data but not the right to operate products, so nothing of it goes to somebody else.",
        "Ask for a scenario with the right \"operate\", or name the operating unit itself as the recipient.",
        "该授权仅含数据加工使用权，不含数据产品经营权，成果不得提供给他人。",
        "请申请含 operate 权利的场景，或将运营单位本身列为接收方。");
}
