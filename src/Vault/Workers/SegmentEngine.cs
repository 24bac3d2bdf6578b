using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Workers;

/// <summary>The engine of a child that computes figures over opened segments: in memory, without a place to spill to, without extensions, in UTC. It runs our SQL alone, so it is not locked further.</summary>
internal static class SegmentEngine
{
    /// <param name="memoryBytes">What the engine may use.</param>
    /// <param name="threads">Its threads.</param>
    public static DuckDbConnection Open(long memoryBytes, int threads)
    {
        // The connection keeps the database.
        using var database = DuckDbDatabase.Open(":memory:");
        var connection = database.Connect();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET memory_limit = '{memoryBytes}B';
            SET threads = {threads};
            SET temp_directory = '';
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET TimeZone = 'UTC';
            """));
        return connection;
    }
}
