using Sandbox.Policy.Procedures;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Procedures;

public sealed class ClassificationTests
{
    [Theory]
    [InlineData("futian", "not_open")]
    [InlineData("changchun", "state_secret public_security not_open law_forbids otherwise_unfit")]
    [InlineData("yibin", "national_security public_interest personal_information trade_secret acquisition_agreement law_forbids")]
    [InlineData("yunnan-2025", "negative_list not_open")]
    [InlineData("yunnan-2023", "law_forbids national_security public_security public_interest personal_information trade_secret acquisition_agreement not_open")]
    public void Each_profile_bars_exactly_the_classes_of_its_text(string profile, string barred)
    {
        var rules = ProcedureRules.Of(profile);
        Assert.Equal(barred.Split(' ').Order(StringComparer.Ordinal), rules.Barred.Select(item => DataClassWords.Id(item.Value)!).Order(StringComparer.Ordinal));
        foreach (var item in Enum.GetValues<DataClass>().Append((DataClass)99))
        {
            var decision = BarredClasses.Check(rules, "residents", [item], null);
            var known = DataClassWords.Id(item) is not null;
            Assert.Equal(known && (item == DataClass.NegativeList || !barred.Split(' ').Contains(DataClassWords.Id(item))), decision.IsPermitted);
            Assert.All(decision.Refusals, refusal => Assert.Equal("YB-2-1", refusal.Rule));
        }
    }

    [Fact]
    public void An_entry_of_the_negative_list_bars_under_every_profile_and_is_cited()
    {
        foreach (var profile in Profile.Names)
        {
            Assert.True(BarredClasses.Check(ProcedureRules.Of(profile), "residents", [], null).IsPermitted);
            var refusal = Assert.Single(BarredClasses.Check(ProcedureRules.Of(profile), "residents", [], "n-1").Refusals);
            Assert.Equal("YN25-15-1", refusal.Rule);
            Assert.Contains("n-1", refusal.Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_combinations_of_attributes_and_evidence()
    {
        foreach (var sharing in Enum.GetValues<Sharing>().Append((Sharing)9))
        {
            foreach (var openness in Enum.GetValues<Openness>().Append((Openness)9))
            {
                foreach (var before in new Openness?[] { null, Openness.NotOpen, Openness.Conditional, Openness.Unconditional })
                {
                    foreach (var evidence in Enum.GetValues<UpgradeEvidence>().Append((UpgradeEvidence)9))
                    {
                        for (var given = 0; given < 8; given++)
                        {
                            var after = new DataAttributes(sharing, (given & 1) != 0 ? "reason" : " ", (given & 2) != 0 ? "conditions" : null, (given & 4) != 0 ? "law 1" : "", openness);
                            var shared = sharing == Sharing.Unconditional || (sharing == Sharing.Conditional && (given & 3) == 3) || (sharing == Sharing.NotShared && (given & 4) != 0);
                            var may = before != Openness.NotOpen || openness == Openness.NotOpen || evidence is UpgradeEvidence.MaskingResult or UpgradeEvidence.Declassification or UpgradeEvidence.Consent;
                            var decision = AttributeRules.Check(before is { } old ? new DataAttributes(Sharing.Unconditional, null, null, null, old) : null, after, evidence);
                            Assert.Equal(shared && may && Enum.IsDefined(openness), decision.IsPermitted);
                            Assert.Equal(!may, decision.Refusals.Any(refusal => refusal.Rule == "YN23-32-2"));
                        }
                    }
                }
            }
        }
    }
}
