using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>The engine of a load child: in memory, spilling to the jail's own tmpfs, locked to the files of this load.</summary>
internal static class LoadEngine
{
    internal static DuckDbConnection Open(LoadFiles files, LoadWork work)
    {
        using var database = DuckDbDatabase.Open(
            ":memory:",
            ("threads", work.Threads.ToString(CultureInfo.InvariantCulture)),
            ("memory_limit", string.Create(CultureInfo.InvariantCulture, $"{work.MemoryBytes / 1024}KiB")),
            ("temp_directory", files.Temp),
            ("max_temp_directory_size", string.Create(CultureInfo.InvariantCulture, $"{work.TempBytes / 1024}KiB")),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("allow_community_extensions", "false"));
        var connection = database.Connect();
        try
        {
            var paths = string.Join(", ", new[] { files.Source, files.Main, files.Identifiers, files.Quarantine }.Select(DuckDbConnection.Literal));
            connection.Execute($"""
                SET enable_progress_bar = true;
                SET enable_progress_bar_print = false;
                SET preserve_insertion_order = true;
                SET allowed_paths = [{paths}];
                SET allowed_directories = [{DuckDbConnection.Literal(files.Temp)}];
                SET enable_external_access = false;
                SET lock_configuration = true;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
