namespace Sandbox.Fixtures;

/// <summary>Folders of the checkout that tests read; found by walking up from the test binary.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Engines => Path.Combine(Root, "engines", "node_modules");

    /// <summary>The outside data folder beside the checkout, or null in a clone that has none.</summary>
    public static string? SharedData
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("SANDBOX_SHARED_DATA") ?? Path.Combine(Root, "..", "shared", "data");
            return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sandbox.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must run from inside a checkout of the project.");
    }
}
