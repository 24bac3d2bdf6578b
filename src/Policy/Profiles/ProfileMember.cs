using System.Text.Json;

namespace Sandbox.Policy.Profiles;

/// <summary>One member of a profile as its data file has it, so that texts can be laid side by side.</summary>
/// <param name="Name">For example <c>log_retention</c>.</param>
/// <param name="Value">The value as JSON; null where the text is silent.</param>
/// <param name="References">Its articles; empty where the text is silent.</param>
public sealed record ProfileMember(string Name, JsonElement? Value, IReadOnlyList<string> References)
{
    private static readonly string[] Plain = ["name", "prefix", "version"];

    /// <summary>The members of a shipped profile that rest on articles, in the order of its data file; null for an unknown name.</summary>
    public static IReadOnlyList<ProfileMember>? Of(string profile)
    {
        if (!ProfileData.Names.Contains(profile))
        {
            return null;
        }

        using var document = JsonDocument.Parse(ProfileData.Text(profile));
        return [.. document.RootElement.EnumerateObject().Where(member => !Plain.Contains(member.Name)).Select(One)];
    }

    /// <summary>The value in a line: lists joined, a limit as count and unit.</summary>
    public string Words => Value is { } value ? Line(value) : "–";

    /// <summary>Whether two texts say the same here, whatever their articles.</summary>
    public bool SaysTheSameAs(ProfileMember? other) =>
        other is not null && (Value is { } mine ? other.Value is { } theirs && JsonElement.DeepEquals(mine, theirs) : other.Value is null);

    private static ProfileMember One(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty("value", out var value) && member.Value.TryGetProperty("ref", out var references)
            ? new(member.Name, value.Clone(), [.. references.EnumerateArray().Select(item => item.GetString()!)])
            : new(member.Name, null, []);

    private static string Line(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Null => "no limit given",
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(Line)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Where(member => member.Name != "order").Select(member => Line(member.Value).Replace('_', ' '))),
        _ => value.GetRawText(),
    };
}
