using System.Globalization;
using System.Text;

namespace Sandbox.Policy.Tests.Requirements;

/// <summary>Writes docs/reference/requirements.md from the demands and the claims of the tests.</summary>
internal static class RequirementMatrix
{
    public static string Write(IEnumerable<Claim> claims)
    {
        var shown = claims.ToLookup(claim => claim.Id, StringComparer.Ordinal);
        var text = new StringBuilder(
            """
            # Requirements

            Made from the demands (`src/Policy/Requirements/Data`) and the `[Requirement]` attributes of the tests. A test fails when this page is not what they give; `./sandbox test --matrix` writes it anew.

            A demand is *shown* when a test that goes through a user's door (the command line or a use case) claims it; every claiming test must assert. What a test does not reach of a demand is said in [regulations.md](../regulations.md).
            Under each profile: **●** shown under that profile by name, **○** shown by a test for which the profile does not matter or that runs under another one, **–** not shown yet, blank where the text does not ask for it.


            """);
        Summary(text, shown);
        foreach (var group in Policy.Requirements.All.GroupBy(item => item.Capability, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {(group.Key == "none" ? "Duties of offices, without a part for software" : Title(group.Key))}\n\n");
            text.Append("| id | demand | articles | room | CC | CT | FT | YB | YN23 | YN25 | shown by |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
            foreach (var item in group)
            {
                var marks = Policy.Requirements.Profiles.Select(profile => Mark(item, profile.Profile, shown[item.Id]));
                var tests = shown[item.Id].Select(claim => $"`{claim.Test.Class}.{claim.Test.Name}`").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"| {item.Id} | {item.Demand} | {string.Join(", ", item.Articles)} | {item.Room} | {string.Join(" | ", marks)} | {string.Join(" ", tests)} |\n");
            }
        }

        return text.ToString();
    }

    private static void Summary(StringBuilder text, ILookup<string, Claim> shown)
    {
        text.Append("| profile | demands | shown | not shown yet |\n|---|---|---|---|\n");
        foreach (var (name, of) in Policy.Requirements.Profiles.Select(profile => (profile.Profile, Policy.Requirements.Of(profile.Profile))).Append(("all", Policy.Requirements.All)))
        {
            var asked = of.Where(item => item.Kind != RequirementKind.Organisational).ToArray();
            var done = asked.Count(item => shown[item.Id].Any());
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {asked.Length} | {done} | {asked.Length - done} |\n");
        }
    }

    private static string Mark(Requirement item, string profile, IEnumerable<Claim> claims) =>
        !item.Profiles.Contains(profile) || item.Kind == RequirementKind.Organisational ? ""
        : claims.Any(claim => claim.Profiles.Contains(profile)) ? "●"
        : claims.Any() ? "○"
        : "–";

    private static string Title(string capability) => char.ToUpperInvariant(capability[0]) + capability[1..].Replace('_', ' ');
}
