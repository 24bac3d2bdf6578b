using Sandbox.Jail;

namespace Sandbox.Vault.Queries;

/// <summary>How this assembly starts itself as a jailed worker.</summary>
internal static class WorkerProgram
{
    /// <summary>The worker's program: this very assembly, in the folder of the running application.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Sandbox.Vault.dll");

    /// <summary>A command for one role. The memory files become descriptors 3, 4, … of the child.</summary>
    public static JailCommand Command(JailPolicy policy, string role, params IEnumerable<SealedMemory> files) => new()
    {
        Policy = policy,
        Program = Path,
        Arguments = [role],
        Environment = Late,
        Inherit = [.. files.Select((file, index) => InheritedFile.Of(file, FirstFile + index))],
    };

    /// <summary>Where the child finds memory file number <paramref name="index"/>.</summary>
    public static string FilePath(int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{FirstFile + index}");

    private const int FirstFile = 3;

    // Code that comes compiled is improved in the background from the child's first second on (in hexadecimal) and not, as by default, while it still starts: most are done by then.
    private static readonly IReadOnlyDictionary<string, string> Late = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_TC_CallCountingDelayMs"] = "3E8" };
}
