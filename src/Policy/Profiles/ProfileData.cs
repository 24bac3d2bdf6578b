using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Sandbox.Policy.Profiles;

/// <summary>The profiles shipped as embedded data, read once and strictly.</summary>
internal static class ProfileData
{
    private static readonly string[] All = ["futian", "changchun", "yibin", "yunnan-2025", "yunnan-2023", "changchun-trading"];

    private static readonly Lazy<FrozenDictionary<string, ProfileResult>> Shipped = new(() =>
        All.ToFrozenDictionary(name => name, Read, StringComparer.Ordinal));

    public static IReadOnlyList<string> Names => All;

    public static ProfileResult Load(string name) =>
        Shipped.Value.TryGetValue(name ?? "", out var profile) ? profile : new ProfileResult.Refused([Unknown]);

    private static Refusal Unknown => new(
        "YB-27-1",
        "No profile of that name is shipped.",
        $"Choose one of: {string.Join(", ", Names)}.",
        "没有该名称的配置。",
        $"请从以下配置中选择：{string.Join("、", Names)}。");

    private static ProfileResult Read(string name)
    {
        var result = ProfileReader.Read(Resource($"profiles/{name}.json"), Resource("profiles/floor.json"));
        return result is ProfileResult.Loaded loaded && loaded.Profile.Name != name
            ? new ProfileResult.Refused([ProfileReader.Faulty("$.name")])
            : result;
    }

    /// <summary>The data file of a shipped profile, as it stands.</summary>
    internal static byte[] Text(string name) => Resource($"profiles/{name}.json");

    private static byte[] Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException("A data file is missing from this build.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
