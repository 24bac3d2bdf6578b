using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>The engine of a load child: in memory, spilling to the jail's own tmpfs, locked to the files of this load.</summary>
internal static class LoadEngine
{
    /// <summary>Opens it without limits of its own; nothing foreign may be read before <see cref="Lock"/>.</summary>
    internal static DuckDbConnection Open(LoadFiles files)
    {
        using var database = DuckDbDatabase.Open(
            ":memory:",
            ("temp_directory", files.Temp),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("allow_community_extensions", "false"));
        return database.Connect();
    }

    /// <summary>Sets the limits of one load and locks the engine to its files.</summary>
    internal static void Lock(DuckDbConnection connection, LoadFiles files, LoadWork work)
    {
        var paths = string.Join(", ", new[] { files.Source, files.Main, files.Identifiers, files.Quarantine }.Select(DuckDbConnection.Literal));
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET threads = {work.Threads};
            SET memory_limit = '{work.MemoryBytes / 1024}KiB';
            SET max_temp_directory_size = '{work.TempBytes / 1024}KiB';
            SET enable_progress_bar = true;
            SET enable_progress_bar_print = false;
            SET preserve_insertion_order = true;
            SET allowed_paths = [{paths}];
            SET allowed_directories = [{DuckDbConnection.Literal(files.Temp)}];
            SET enable_external_access = false;
            SET lock_configuration = true;
            """));
    }
}
