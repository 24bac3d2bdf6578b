using System.Text.Json;

namespace Sandbox.Policy.Profiles;

/// <summary>
/// A deployment's own profile as a file: a shipped profile with stricter switches of others over it. <c>{"name":"city","base":"futian","overlays":[{"switch":"training","from":"changchun"}]}</c>.
/// </summary>
/// <param name="Name">The deployment's name for it.</param>
/// <param name="Base">A shipped profile.</param>
/// <param name="Overlays">Each <c>profile:switch</c>, in order.</param>
/// <param name="Profile">What comes of it.</param>
public sealed record DerivedProfile(string Name, string Base, IReadOnlyList<string> Overlays, Profile Profile)
{
    private static readonly string[] Members = ["name", "base", "overlays"];
    private static readonly string[] OverlayMembers = ["switch", "from"];

    private static readonly (string Word, ProfileSwitch Switch)[] Words =
    [
        ("training", ProfileSwitch.TrainOnSampledAndMaskedOnly), ("visibility", ProfileSwitch.RawVisibility), ("approvers", ProfileSwitch.ExportApprovers), ("retention", ProfileSwitch.LogRetention),
    ];

    /// <summary>Words by which people name the switches.</summary>
    public static IReadOnlyList<string> SwitchWords { get; } = [.. Words.Select(item => item.Word)];

    /// <summary>The switch of a word; null for an unknown one.</summary>
    public static ProfileSwitch? Switch(string word) => Words.FirstOrDefault(item => item.Word == word) is { Word: not null } found ? found.Switch : null;

    /// <summary>Reads a file; every fault of it is a refusal that names its path, all in one pass.</summary>
    public static (DerivedProfile? Derived, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json)
    {
        var paths = new List<string>();
        using var document = StrictJson.Parse(json, "$", paths);
        if (document is null)
        {
            return (null, [ProfileReader.Faulty("$")]);
        }

        var root = document.RootElement;
        var file = new StrictJson(root, "$", Members, paths);
        var name = file.Text("name");
        var basis = file.Text("base");
        if (basis.Length > 0 && !ProfileData.Names.Contains(basis))
        {
            paths.Add("$.base");
        }

        var refusals = new List<Refusal>();
        var derived = Profile.Load(basis) is ProfileResult.Loaded { Profile: var loaded } ? loaded : null;
        var overlays = new List<string>();
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("overlays", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var (at, item) in list.EnumerateArray().Index())
            {
                derived = Overlay(item, $"$.overlays[{at}]", name, derived, overlays, paths, refusals);
            }
        }
        else
        {
            paths.Add("$.overlays");
        }

        // With no overlay to take it, the name is tried on its own.
        if (derived is not null && overlays.Count == 0 && name.Length > 0 && derived.Derive(name, derived) is ProfileResult.Refused unnamed)
        {
            refusals.AddRange(unnamed.Reasons.Select(reason => At("$.name", reason)));
        }

        IReadOnlyList<Refusal> faults = [.. paths.Distinct(StringComparer.Ordinal).Select(ProfileReader.Faulty), .. refusals];
        return faults.Count == 0 ? (new(name, basis, overlays, derived! with { Name = name }), []) : (null, faults);
    }

    private static Profile? Overlay(JsonElement item, string path, string name, Profile? derived, List<string> overlays, List<string> paths, List<Refusal> refusals)
    {
        var json = new StrictJson(item, path, OverlayMembers, paths);
        if (item.ValueKind != JsonValueKind.Object)
        {
            return derived;
        }

        var (word, from) = (json.Text("switch"), json.Text("from"));
        var known = Switch(word);
        if (word.Length > 0 && known is null)
        {
            paths.Add(path + ".switch");
        }

        if (from.Length > 0 && !ProfileData.Names.Contains(from))
        {
            paths.Add(path + ".from");
            return derived;
        }

        if (known is null || from.Length == 0)
        {
            return derived;
        }

        if (overlays.Any(earlier => earlier.EndsWith(":" + word, StringComparison.Ordinal)))
        {
            paths.Add(path + ".switch");
            return derived;
        }

        overlays.Add($"{from}:{word}");
        switch (derived?.Derive(name.Length > 0 ? name : "unnamed", Profile.Load(from).OrThrow(), known.Value))
        {
            case ProfileResult.Loaded loaded:
                return loaded.Profile;
            case ProfileResult.Refused refused:
                refusals.AddRange(refused.Reasons.Select(reason => At(path, reason)));
                return derived;
            default:
                return null;
        }
    }

    private static Refusal At(string path, Refusal reason) => reason with { Why = $"{path}: {reason.Why}", WhyZh = $"{path}：{reason.WhyZh}" };
}
