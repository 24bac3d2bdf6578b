using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Policy;

namespace Sandbox.Host.Pages;

/// <summary>What every page knows: who reads it, in which language, and how the last act ended.</summary>
/// <param name="Zh">Chinese, else English.</param>
/// <param name="Path">Path and query of this page, to come back to.</param>
public sealed record PageContext(bool Zh, string Path)
{
    public string Domain { get; init; } = "";

    /// <summary>Name of whoever is signed in; null for nobody.</summary>
    public string? Person { get; init; }

    public string Organisation { get; init; } = "";

    public Role Role { get; init; }

    /// <summary>For whom the person acts; null for nobody.</summary>
    public string? Principal { get; init; }

    /// <summary>What forms carry, so that no page of another site can send one.</summary>
    public string FormToken { get; init; } = "";

    /// <summary>How the last act ended, told once.</summary>
    public Answer? Last { get; init; }

    public bool Supervises => Tenancy.Sight.Supervises(Role);

    public string L(string english, string chinese) => Zh ? chinese : english;

    /// <summary>A rule's reason or remedy in the reader's language.</summary>
    public string Why(Refusal refusal) => Zh ? refusal.WhyZh : refusal.Why;

    public string Remedy(Refusal refusal) => Zh ? refusal.RemedyZh : refusal.Remedy;

    /// <summary>A closed word of the domain, such as a state, in the reader's language.</summary>
    public string W(JsonNode? word) => word is null ? "" : PageWords.Of(word.ToString(), Zh);

    /// <summary>A moment to the minute, UTC.</summary>
    public static string At(JsonNode? moment) =>
        DateTimeOffset.TryParse(moment?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Number(JsonNode? number) =>
        decimal.TryParse(number?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value.ToString(value == Math.Truncate(value) ? "#,0" : "#,0.####", CultureInfo.InvariantCulture) : number?.ToString() ?? "";

    public static bool IsNumber(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    public static IEnumerable<JsonNode> Items(JsonNode? array) => array is JsonArray items ? items.OfType<JsonNode>() : [];
}
