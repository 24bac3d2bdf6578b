using System.Text.RegularExpressions;

namespace Sandbox.Policy.Tests.Requirements;

/// <summary>One member of a class as its source has it: attributes, declaration and body.</summary>
internal sealed record SourceMember(string File, string Class, string Name, string Text);

/// <summary>A claim in a test's source.</summary>
internal sealed record Claim(string Id, IReadOnlyList<string> Profiles, SourceMember Test);

/// <summary>
/// Test sources, read as text: the project's layout (members at four spaces, one file-scoped namespace) is all that is known of the language. What a member calls in its
/// own file counts as its own text.
/// </summary>
internal static partial class TestSource
{
    /// <summary>The members of a file, in order.</summary>
    public static IReadOnlyList<SourceMember> Members(string file, string text)
    {
        var members = new List<SourceMember>();
        var (lines, type, declared) = (new List<string>(), "", false);
        foreach (var line in text.Split('\n'))
        {
            if (ClassLine().Match(line) is { Success: true } found)
            {
                Close();
                type = found.Groups[1].Value;
            }
            else if (MemberLine().IsMatch(line))
            {
                var prelude = line.StartsWith("    [", StringComparison.Ordinal) || line.StartsWith("    //", StringComparison.Ordinal);
                if (declared)
                {
                    Close();
                }

                declared = !prelude;
            }

            lines.Add(line);
        }

        Close();
        return members;

        void Close()
        {
            var whole = string.Join('\n', lines);
            if (declared && DeclaredName().Match(Declaration(lines)) is { Success: true } name)
            {
                members.Add(new(file, type, name.Groups[1].Value, whole));
            }

            lines.Clear();
            declared = false;
        }
    }

    public static IEnumerable<Claim> Claims(IEnumerable<SourceMember> members) =>
        from member in members
        from Match match in ClaimText().Matches(member.Text)
        select new Claim(match.Groups[1].Value, [.. Quoted().Matches(match.Groups[2].Value).Select(word => word.Groups[1].Value)], member);

    /// <summary>The member's text with that of everything in the same file that it names as called, so that a test may be written in parts.</summary>
    public static string Reach(SourceMember test, IReadOnlyList<SourceMember> members)
    {
        var here = members.Where(member => member.File == test.File).ToArray();
        var reached = new List<SourceMember> { test };
        for (var at = 0; at < reached.Count; at++)
        {
            reached.AddRange(here.Where(member => !reached.Contains(member) && Regex.IsMatch(reached[at].Text, $@"\b{Regex.Escape(member.Name)}\b")));
        }

        return string.Join('\n', reached.Select(member => Comment().Replace(member.Text, "")));
    }

    private static string Declaration(IEnumerable<string> lines) => lines.FirstOrDefault(line => MemberLine().IsMatch(line) && !line.StartsWith("    [", StringComparison.Ordinal) && !line.StartsWith("    //", StringComparison.Ordinal)) ?? "";

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|record|struct|interface|enum) (?:struct |class )?(\w+)")]
    private static partial Regex ClassLine();

    [GeneratedRegex(@"^    [A-Za-z\[/(]")]
    private static partial Regex MemberLine();

    [GeneratedRegex(@"\b([A-Za-z_]\w*)(?:<[^>(]*>)?\(")]
    private static partial Regex DeclaredName();

    [GeneratedRegex(@"\[Requirement\(""([^""]*)""((?:,\s*""[^""]*"")*)\)\]")]
    private static partial Regex ClaimText();

    [GeneratedRegex(@"""([^""]*)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
