using System.Text.RegularExpressions;
using Sandbox.Fixtures;

namespace Sandbox.Policy.Tests.Requirements;

/// <summary>
/// What counts as a user's door in a test's source: a call of the program, a call of a use case of the host (a static method that gives an <c>Answer</c>), or of a helper of the
/// tests that does either.
/// </summary>
internal sealed partial class Doors
{
    private readonly Regex _calls;

    private Doors(Regex calls) => _calls = calls;

    public static Doors Of(IReadOnlyList<SourceMember> tests)
    {
        var useCases = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "Sandbox"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestSource.Members(file, File.ReadAllText(file)))
            .Where(member => !member.File.Contains("/Answers/", StringComparison.Ordinal) && UseCase().IsMatch(member.Text))
            .Select(member => $"{member.Class}.{member.Name}");
        var direct = new Regex($@"\bSandboxProgram\.\w+\(|\b(?:{string.Join('|', useCases.Distinct(StringComparer.Ordinal).Select(Regex.Escape))})\(");
        var helpers = tests.Where(member => !member.Text.Contains("[Fact", StringComparison.Ordinal) && !member.Text.Contains("[Theory", StringComparison.Ordinal) && member.Name != member.Class && direct.IsMatch(member.Text))
            .Select(member => $@"\w\.{member.Name}\(").Append(@"\bFinishedDemo\.Events\b").Distinct(StringComparer.Ordinal);
        return new(new Regex($"{direct}|{string.Join('|', helpers)}"));
    }

    /// <summary>What is wrong with a claiming test; null for one that goes through a door and asserts.</summary>
    public string? Fault(Claim claim, IReadOnlyList<SourceMember> members)
    {
        var text = TestSource.Reach(claim.Test, members);
        var name = $"{claim.Test.Class}.{claim.Test.Name}";
        return !claim.Test.Text.Contains("[Fact", StringComparison.Ordinal) && !claim.Test.Text.Contains("Theory", StringComparison.Ordinal) && !claim.Test.Text.Contains("Fact]", StringComparison.Ordinal) ? $"{name} claims {claim.Id} and is no test"
            : Policy.Requirements.Find(claim.Id) is not { } demand ? $"{name} claims {claim.Id}, which is no demand"
            : demand.Kind == RequirementKind.Organisational ? $"{name} claims {claim.Id}, which asks nothing of software"
            : claim.Profiles.Except(Policy.Requirements.Profiles.Select(item => item.Profile), StringComparer.Ordinal).FirstOrDefault() is { } unknown ? $"{name} names the profile {unknown}, which is none"
            : claim.Profiles.FirstOrDefault(profile => !demand.Profiles.Contains(profile)) is { } foreign ? $"{name} shows {claim.Id} under {foreign}, whose text does not ask for it"
            : claim.Profiles.FirstOrDefault(profile => !Unclaimed(text).Contains($"\"{profile}\"", StringComparison.Ordinal)) is { } silent ? $"{name} claims {claim.Id} under {silent} and never uses that profile"
            : !_calls.IsMatch(text) ? $"{name} claims {claim.Id} and goes through no door"
            : !Asserts().IsMatch(text) ? $"{name} claims {claim.Id} and asserts nothing"
            : null;
    }

    private static string Unclaimed(string text) => ClaimLine().Replace(text, "");

    [GeneratedRegex(@"static (?:async )?(?:Task<)?Answer\b")]
    private static partial Regex UseCase();

    [GeneratedRegex(@"\bAssert\.\w+\(|\bAssert\.\w+<|\.RefusedBy\(|\.Ends\(|\bDone\(")]
    private static partial Regex Asserts();

    [GeneratedRegex(@"^\s*\[Requirement\(.*$", RegexOptions.Multiline)]
    private static partial Regex ClaimLine();
}
