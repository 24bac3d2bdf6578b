using System.Text.Json.Nodes;

namespace Sandbox.Sandbox.Tests.Door;

/// <summary>How a call of the program ended.</summary>
internal sealed record Ran(string Command, int Code, string Output, string Errors)
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int Usage = 2;
    public const int Failed = 3;

    /// <summary>The one object that <c>--json</c> prints.</summary>
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    /// <summary>Rules of the refusals, from <c>--json</c>.</summary>
    public string[] Rules => [.. (Json["refusals"]?.AsArray() ?? []).Select(item => item!["rule"]!.GetValue<string>())];

    public Ran Ends(int code)
    {
        Assert.True(Code == code, $"expected exit code {code}: {this}");
        return this;
    }

    /// <summary>A refusal by one of the rules, with reason and remedy in both languages.</summary>
    public Ran RefusedBy(params string[] rules)
    {
        Ends(Refused);
        Assert.True(Rules.Intersect(rules).Any(), $"expected a refusal by {string.Join(" or ", rules)}: {this}");
        foreach (var refusal in Json["refusals"]!.AsArray())
        {
            Assert.All(new[] { "why", "remedy", "why_zh", "remedy_zh" }, part => Assert.False(string.IsNullOrWhiteSpace(refusal![part]!.GetValue<string>())));
        }

        return this;
    }

    public override string ToString() => $"`sandbox {Command}` ended with {Code}\n{Output}\n{Errors}";
}
