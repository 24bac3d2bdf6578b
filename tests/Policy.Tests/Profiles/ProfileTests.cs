using System.Text;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Profiles;

public sealed class ProfileTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);

    [Fact]
    public void Every_shipped_profile_loads_and_gives_articles_of_its_own()
    {
        Assert.Contains("futian", Profile.Names);
        Assert.Contains("changchun", Profile.Names);
        foreach (var name in Profile.Names)
        {
            var profile = Profile.Load(name).OrThrow();
            Assert.Equal(name, profile.Name);
            foreach (var references in References(profile))
            {
                Assert.NotEmpty(references);
                Assert.All(references, reference => Assert.True(reference == "SB floor" || reference.StartsWith(profile.Prefix + " ", StringComparison.Ordinal)));
            }

            Assert.True(profile.RawExportBarred.Value && profile.ReversibleExportBarred.Value && profile.OneScenarioOneGrant.Value);
        }
    }

    [Fact]
    public void Where_a_text_is_silent_the_value_is_required_configuration()
    {
        var yibin = Profile.Load("yibin").OrThrow();
        Assert.Equal(
            [ProfileSwitch.TrainOnSampledAndMaskedOnly, ProfileSwitch.RawVisibility, ProfileSwitch.ExportApprovers, ProfileSwitch.LogRetention], yibin.RequiredConfiguration);
        Assert.False(yibin.InForce(Today, ProfileAcknowledgement.None).IsPermitted);
        var configured = yibin.Derive("yibin-strict", Profile.Load("changchun").OrThrow(), [.. yibin.RequiredConfiguration]).OrThrow();
        Assert.Empty(configured.RequiredConfiguration);
        Assert.Equal(4, configured.Overlays.Count);
    }

    [Fact]
    public void Yunnans_draft_lets_the_operating_unit_review_and_publish()
    {
        var profile = Profile.Load("yunnan-2025").OrThrow();
        Assert.Equal([Role.Operator], profile.ExportApprovers!.Value);
        Assert.Equal([Role.Operator], Sandbox.Policy.Scenarios.Authoriser.RolesFor(profile, Sandbox.Policy.Scenarios.DomainAction.Release));
        Assert.Equal(new Term(new Limit(5, LimitUnit.Year), Binding.Minimum), profile.LogRetention!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("FUTIAN")]
    [InlineData("futian.json")]
    [InlineData("../futian")]
    [InlineData("floor")]
    [InlineData("beijing")]
    public void An_unknown_profile_is_refused(string name)
    {
        var refused = Assert.IsType<ProfileResult.Refused>(Profile.Load(name));
        Assert.Contains("futian", Assert.Single(refused.Reasons).Remedy, StringComparison.Ordinal);
        Assert.Throws<PolicyException>(() => refused.OrThrow());
    }

    [Fact]
    public void Futian_has_the_facts_of_its_text()
    {
        var profile = Profile.Load("futian").OrThrow();
        Assert.Equal(ProfileStatus.Issued, profile.Status.Value);
        Assert.Equal(new DateOnly(2024, 1, 30), profile.EffectiveFrom!.Value);
        Assert.Equal(new DateOnly(2027, 1, 30), profile.LapsesOn);
        Assert.Equal([Role.Authority, Role.SourceDepartment], profile.OperatorRequestSteps.Value.Select(step => step.Decider));
        Assert.Equal([Role.Operator, Role.Authority, Role.SourceDepartment], profile.PartnerRequestSteps!.Value.Select(step => step.Decider));
        Assert.All(profile.PartnerRequestSteps.Value, step => Assert.Equal(new Limit(5, LimitUnit.WorkingDay), step.Limit));
        Assert.Equal([Role.Authority, Role.AppointedThirdParty], profile.ExportApprovers!.Value);
        Assert.Equal(new Term(new Limit(2, LimitUnit.Year), Binding.General), profile.AgreementTerm!.Value);
        Assert.Equal(new Term(new Limit(2, LimitUnit.Year), Binding.Minimum), profile.LogRetention!.Value);
        Assert.Equal(["FT 18"], profile.OperatorRequestSteps.References);
        Assert.Equal([ProfileSwitch.TrainOnSampledAndMaskedOnly], profile.RequiredConfiguration);
    }

    [Theory]
    [InlineData("2024-01-29", false, false, false)]
    [InlineData("2024-01-29", false, true, true)]
    [InlineData("2024-01-30", false, false, true)]
    [InlineData("2026-11-21", false, false, true)]
    [InlineData("2027-01-29", false, false, true)]
    [InlineData("2027-01-30", false, false, false)]
    [InlineData("2027-01-30", true, false, false)]
    [InlineData("2027-01-30", false, true, true)]
    [InlineData("2030-01-01", false, false, false)]
    public void Futian_is_law_for_three_years(string day, bool draft, bool outside, bool inForce)
    {
        var decision = Profile.Load("futian").OrThrow().InForce(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), new ProfileAcknowledgement(draft, outside));
        Assert.Equal(inForce, decision.IsPermitted);
        Assert.All(decision.Refusals, refusal => Assert.Equal("YB-27-1", refusal.Rule));
    }

    [Fact]
    public void The_last_ninety_days_are_announced()
    {
        var profile = Profile.Load("futian").OrThrow();
        var early = Assert.IsType<Decision.Permitted>(profile.InForce(new DateOnly(2026, 10, 31), ProfileAcknowledgement.None));
        var late = Assert.IsType<Decision.Permitted>(profile.InForce(Today, ProfileAcknowledgement.None));
        Assert.DoesNotContain(early.Rules, rule => rule.Contains("lapses", StringComparison.Ordinal));
        Assert.Contains(late.Rules, rule => rule.Contains("2027-01-30", StringComparison.Ordinal));
    }

    [Fact]
    public void A_draft_needs_an_acknowledgement()
    {
        var profile = Profile.Load("changchun").OrThrow();
        Assert.True(profile.NeedsAcknowledgement);
        Assert.False(profile.InForce(Today, ProfileAcknowledgement.None).IsPermitted);
        Assert.False(profile.InForce(Today, new ProfileAcknowledgement(OutsideValidity: true)).IsPermitted);
        Assert.True(profile.InForce(Today, new ProfileAcknowledgement(Draft: true)).IsPermitted);
    }

    [Fact]
    public void Futian_takes_over_changchuns_stricter_training_rule_with_its_article()
    {
        var futian = Profile.Load("futian").OrThrow();
        var derived = futian.Derive("futian-strict", Profile.Load("changchun").OrThrow(), ProfileSwitch.TrainOnSampledAndMaskedOnly).OrThrow();
        Assert.True(derived.TrainOnSampledAndMaskedOnly!.Value);
        Assert.Equal(["CC 20(2)"], derived.TrainOnSampledAndMaskedOnly.References);
        var overlay = Assert.Single(derived.Overlays);
        Assert.Equal((ProfileSwitch.TrainOnSampledAndMaskedOnly, "changchun"), (overlay.Switch, overlay.From));
        Assert.Equal(["CC 20(2)"], overlay.References);
        Assert.Empty(derived.RequiredConfiguration);
        Assert.True(derived.InForce(Today, ProfileAcknowledgement.None).IsPermitted);
        Assert.Null(futian.TrainOnSampledAndMaskedOnly);
        Assert.Equal(futian.ExportApprovers, derived.ExportApprovers);
    }

    [Fact]
    public void An_overlay_may_only_be_stricter_and_must_say_something()
    {
        var futian = Profile.Load("futian").OrThrow();
        var changchun = Profile.Load("changchun").OrThrow();
        Assert.IsType<ProfileResult.Refused>(futian.Derive("x", changchun, ProfileSwitch.LogRetention));
        Assert.IsType<ProfileResult.Refused>(changchun.Derive("x", futian, ProfileSwitch.TrainOnSampledAndMaskedOnly));
        Assert.IsType<ProfileResult.Refused>(changchun.Derive("x", futian, ProfileSwitch.ExportApprovers));
        Assert.IsType<ProfileResult.Refused>(changchun.Derive("x", futian, ProfileSwitch.RawVisibility));
        Assert.IsType<ProfileResult.Refused>(futian.Derive("x", changchun, ProfileSwitch.Unknown));
        Assert.IsType<ProfileResult.Loaded>(futian.Derive("x", changchun, ProfileSwitch.ExportApprovers, ProfileSwitch.RawVisibility));
        Assert.IsType<ProfileResult.Loaded>(changchun.Derive("x", futian, ProfileSwitch.LogRetention));
        foreach (var name in new[] { "", "futian", "Futian", "a b", "../x", new string('a', 41) })
        {
            Assert.IsType<ProfileResult.Refused>(futian.Derive(name, changchun, ProfileSwitch.TrainOnSampledAndMaskedOnly));
        }
    }

    [Fact]
    public void All_faults_of_a_data_file_are_reported_with_their_paths_and_nothing_is_loaded()
    {
        var profile = Resource("profiles/futian.json")
            .Replace("\"version\": 1", "\"version\": 0", StringComparison.Ordinal)
            .Replace("\"prefix\": \"FT\"", "\"prefix\": \"FT\", \"surprise\": 1", StringComparison.Ordinal)
            .Replace("\"value\": 3, \"ref\": [\"FT 42\"]", "\"value\": 3, \"ref\": []", StringComparison.Ordinal)
            .Replace("2024-01-30", "2024-02-30", StringComparison.Ordinal)
            .Replace("\"raw_export_barred\": { \"value\": true", "\"raw_export_barred\": { \"value\": false", StringComparison.Ordinal);
        var refused = Assert.IsType<ProfileResult.Refused>(ProfileReader.Read(Encoding.UTF8.GetBytes(profile), Encoding.UTF8.GetBytes(Resource("profiles/floor.json"))));
        foreach (var path in new[] { "$.version", "$.surprise", "$.validity_years.ref", "$.effective_from.value", "$.raw_export_barred.value" })
        {
            Assert.Contains(refused.Reasons, reason => reason.Why.Contains(path + ".", StringComparison.Ordinal));
        }

        Assert.Equal(5, refused.Reasons.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"name\":")]
    public void A_broken_data_file_is_refused(string text) =>
        Assert.IsType<ProfileResult.Refused>(ProfileReader.Read(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Resource("profiles/floor.json"))));

    [Fact]
    public void Every_line_of_a_data_file_matters()
    {
        // Dropping any single line (that keeps the JSON well formed) must be noticed.
        var lines = Resource("profiles/changchun.json").Split('\n');
        var checkedLines = 0;
        for (var at = 0; at < lines.Length; at++)
        {
            if (!lines[at].StartsWith("  \"", StringComparison.Ordinal) || !lines[at].EndsWith(','))
            {
                continue;
            }

            var shorter = string.Join('\n', lines.Where((_, index) => index != at));
            Assert.IsType<ProfileResult.Refused>(ProfileReader.Read(Encoding.UTF8.GetBytes(shorter), Encoding.UTF8.GetBytes(Resource("profiles/floor.json"))));
            checkedLines++;
        }

        Assert.True(checkedLines > 10);
    }

    [Fact]
    public void The_floor_can_be_no_looser_than_the_product_allows()
    {
        foreach (var (from, to) in new[] { ("\"first_reviews\": { \"value\": 2", "\"first_reviews\": { \"value\": 1"), ("\"author_barred\": { \"value\": true", "\"author_barred\": { \"value\": false"), ("\"display_rows\": { \"value\": 200", "\"display_rows\": { \"value\": 201") })
        {
            var floor = Resource("profiles/floor.json");
            Assert.Contains(from, floor, StringComparison.Ordinal);
            Assert.IsType<ProfileResult.Refused>(ProfileReader.Read(Encoding.UTF8.GetBytes(Resource("profiles/futian.json")), Encoding.UTF8.GetBytes(floor.Replace(from, to, StringComparison.Ordinal))));
        }
    }

    private static IEnumerable<IReadOnlyList<string>> References(Profile profile) =>
        new[]
        {
            profile.Title.References, profile.TitleZh.References, profile.Status.References, profile.EffectiveFrom?.References, profile.ValidityYears?.References, profile.OperatorRequestSteps.References,
            profile.PartnerRequestSteps?.References, profile.TrainOnSampledAndMaskedOnly?.References, profile.RawVisibility?.References, profile.ExportApprovers?.References, profile.RawExportBarred.References,
            profile.ReversibleExportBarred.References, profile.AgreementTerm?.References, profile.LogRetention?.References, profile.ProtectionLevel?.References, profile.OneScenarioOneGrant.References, profile.NeverAuthorised.References,
            profile.ProductForms.References,
        }.OfType<IReadOnlyList<string>>();

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Profile).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
