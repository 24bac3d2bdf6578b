using System.Security.Cryptography;
using System.Text.Json;

namespace Sandbox.Jail;

/// <summary>One engine file and whether it is the one that was pinned.</summary>
/// <param name="Name">Path below the engines folder.</param>
/// <param name="State">What the comparison found.</param>
public sealed record PinnedFile(string Name, PinState State);

/// <summary>What the comparison of an engine file with its pinned hash found.</summary>
public enum PinState
{
    /// <summary>The file differs from the pinned one.</summary>
    Different = 0,

    /// <summary>The file is absent.</summary>
    Missing,

    /// <summary>The file is the pinned one.</summary>
    Same,
}

/// <summary>Reads <c>engines/pins.json</c>: an object from file path to lower-case SHA-256.</summary>
internal static class EnginePins
{
    public static IReadOnlyList<PinnedFile> Verify(EnginePaths engines)
    {
        if (!File.Exists(engines.PinsFile))
        {
            return [new PinnedFile("pins.json", PinState.Missing)];
        }

        var pins = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(engines.PinsFile), JsonSerializerOptions.Strict) ?? [];
        return [.. pins.OrderBy(pin => pin.Key, StringComparer.Ordinal).Select(pin => new PinnedFile(pin.Key, Compare(Path.Combine(engines.Folder, pin.Key), pin.Value)))];
    }

    private static PinState Compare(string path, string expected)
    {
        if (!File.Exists(path))
        {
            return PinState.Missing;
        }

        using var stream = File.OpenRead(path);
        return string.Equals(Convert.ToHexStringLower(SHA256.HashData(stream)), expected, StringComparison.Ordinal) ? PinState.Same : PinState.Different;
    }
}
