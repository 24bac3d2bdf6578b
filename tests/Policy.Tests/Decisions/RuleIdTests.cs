using System.Text.RegularExpressions;
using Sandbox.Fixtures;

namespace Sandbox.Policy.Tests.Decisions;

/// <summary>Rule ids in refusals must be requirements of the catalogue or rules of the product itself.</summary>
public sealed partial class RuleIdTests
{
    [SharedDataFact]
    public void Every_rule_id_in_this_room_is_in_the_catalogue_or_is_our_own()
    {
        var catalogue = Path.Combine(Checkout.SharedData!, "..", "requirements", "requirements.yaml");
        var known = File.ReadLines(catalogue).Select(line => Entry().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(known.Count > 100);
        var used = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "Policy"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Literal().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();
        Assert.True(used.Count > 15);
        Assert.All(used.Where(id => !id.StartsWith("SB-", StringComparison.Ordinal)), id => Assert.Contains(id, known));
    }

    [GeneratedRegex("^- id: (\\S+)$")]
    private static partial Regex Entry();

    [GeneratedRegex("\"((?:CC|CT|FT|YB|YN23|YN25|SB)-[0-9A-Z-]+)[\" ]")]
    private static partial Regex Literal();
}
