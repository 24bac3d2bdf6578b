using System.Reflection;
using System.Text.RegularExpressions;

namespace Sandbox.Fixtures;

/// <summary>Ids that tests claim to show have the one form, and where the list of demands is at hand, stand in it. Compiled into every test project.</summary>
public sealed partial class RequirementTests
{
    [Fact]
    public void Every_claimed_requirement_has_the_form_of_an_id_and_is_a_known_one()
    {
        var known = Known();
        foreach (var (test, id) in Claims())
        {
            Assert.True(IsId(id), $"{test} claims '{id}', which is no id of a requirement");
            Assert.True(known is null || known.Contains(id), $"{test} claims {id}, which is not in the list of requirements");
        }
    }

    [Theory]
    [InlineData("CC-20-5", true)]
    [InlineData("YN25-25-4", true)]
    [InlineData("CC-20", false)]
    [InlineData("CC20-5", false)]
    [InlineData("XX-20-5", false)]
    [InlineData("cc-20-5", false)]
    [InlineData("CC-20-5 ", false)]
    [InlineData("CC-0-5", false)]
    [InlineData("", false)]
    public void An_id_is_a_text_an_article_and_a_number(string id, bool form) => Assert.Equal(form, IsId(id));

    [Fact]
    public void The_attribute_is_seen_as_a_trait_by_runners()
    {
        var discoverer = Type.GetType($"Sandbox.Fixtures.{nameof(RequirementDiscoverer)}, {TestAssembly.Name}");
        Assert.Equal(typeof(RequirementDiscoverer), discoverer);
    }

    private static bool IsId(string id) => Form().IsMatch(id);

    private static IEnumerable<(string Test, string Id)> Claims()
    {
        foreach (var type in typeof(RequirementTests).Assembly.GetTypes())
        {
            foreach (var member in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Prepend<MemberInfo>(type))
            {
                foreach (var claim in member.GetCustomAttributes<RequirementAttribute>(inherit: false))
                {
                    yield return ($"{type.Name}.{member.Name}", claim.Id);
                }
            }
        }
    }

    private static HashSet<string>? Known()
    {
        var list = Checkout.SharedData is { } data ? Path.Combine(data, "..", "requirements", "requirements.yaml") : null;
        return list is not null && File.Exists(list) ? [.. Line().Matches(File.ReadAllText(list)).Select(match => match.Groups[1].Value)] : null;
    }

    [GeneratedRegex(@"^(CC|CT|FT|YB|YN23|YN25)-([1-9][0-9]?|ORG)-[1-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^\s*-?\s*id:\s*(\S+)\s*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Line();
}
