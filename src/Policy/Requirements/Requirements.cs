using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Sandbox.Policy;

/// <summary>All demands of the six texts: which there are, what they ask in a sentence, where they stand and which room owes them. Pure look-up over one data file.</summary>
public static class Requirements
{
    private static readonly (string Prefix, string Profile)[] Texts =
    [
        ("CC", "changchun"), ("CT", "changchun-trading"), ("FT", "futian"), ("YB", "yibin"), ("YN23", "yunnan-2023"), ("YN25", "yunnan-2025"),
    ];

    private static readonly string[] Rooms = ["Policy", "Trust", "Jail", "Vault", "Enclave", "Export", "Sandbox"];

    private static readonly string[] Members = ["id", "kind", "capability", "room", "profiles", "articles", "demand"];

    private static readonly Lazy<IReadOnlyList<Requirement>> Read = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("requirements/requirements.json")
            ?? throw new InvalidOperationException("A data file is missing from this build.");
        using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
        return FromJson(document.RootElement);
    });

    private static readonly Lazy<FrozenDictionary<string, Requirement>> ById = new(() => All.ToFrozenDictionary(item => item.Id, StringComparer.Ordinal));

    /// <summary>Every demand, in the order of the catalogue.</summary>
    public static IReadOnlyList<Requirement> All => Read.Value;

    /// <summary>Names of the profiles that carry the texts, with the prefix of their articles.</summary>
    public static IReadOnlyList<(string Prefix, string Profile)> Profiles => Texts;

    /// <summary>The demand of an id; null for an id that is none.</summary>
    public static Requirement? Find(string id) => ById.Value.GetValueOrDefault(id);

    /// <summary>The demands of one profile's text.</summary>
    public static IEnumerable<Requirement> Of(string profile) => All.Where(item => item.Profiles.Contains(profile));

    /// <exception cref="FormatException">An unknown or missing member, a doubled id, an article of a text that the profiles leave out.</exception>
    internal static IReadOnlyList<Requirement> FromJson(JsonElement json)
    {
        var all = json.EnumerateArray().Select(One).ToArray();
        return all.DistinctBy(item => item.Id, StringComparer.Ordinal).Count() == all.Length ? all : throw new FormatException("A demand stands twice.");
    }

    private static Requirement One(JsonElement json)
    {
        var names = json.EnumerateObject().Select(member => member.Name).ToArray();
        if (!names.Order(StringComparer.Ordinal).SequenceEqual(Members.Order(StringComparer.Ordinal)))
        {
            throw new FormatException("A demand has exactly the members " + string.Join(", ", Members) + ".");
        }

        var read = new Requirement(
            json.GetProperty("id").GetString()!, KindOf(json.GetProperty("kind").GetString()), json.GetProperty("capability").GetString()!, json.GetProperty("room").GetString(),
            Words(json, "profiles"), Words(json, "articles"), json.GetProperty("demand").GetString()!);
        var texts = Texts.Where(text => read.Articles.Any(article => article.Split(' ')[0] == text.Prefix)).Select(text => text.Profile).ToArray();
        var known = read.Articles.All(article => Texts.Any(text => article.StartsWith(text.Prefix + " ", StringComparison.Ordinal)));
        return known && read.Profiles.Count > 0 && read.Profiles.SequenceEqual(texts, StringComparer.Ordinal) && read.Demand.EndsWith('.')
            && (read.Kind == RequirementKind.Organisational ? read.Room is null : Rooms.Contains(read.Room))
            ? read
            : throw new FormatException($"The demand {read.Id} does not agree with itself.");
    }

    private static RequirementKind KindOf(string? word) => word switch
    {
        "must_enforce" => RequirementKind.MustEnforce,
        "must_record" => RequirementKind.MustRecord,
        "must_report" => RequirementKind.MustReport,
        "organisational" => RequirementKind.Organisational,
        _ => throw new FormatException("A demand is of no known kind."),
    };

    private static string[] Words(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
