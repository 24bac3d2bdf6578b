using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Workers;

/// <summary>The engine of a child that computes figures over opened segments: in memory, without a place to spill to, without extensions, in UTC. It runs our SQL alone, so it is not locked further.</summary>
internal static class SegmentEngine
{
    /// <summary>An empty engine that is opened and used once while the child's request is on the way.</summary>
    public static Task<DuckDbConnection> Ahead() => Task.Run(() =>
    {
        var connection = Empty();
        using var result = connection.Stream("SELECT x, count(*) FROM (VALUES ('a', 1.0)) v(x, y) WHERE x IS NOT NULL GROUP BY x ORDER BY x");
        using var chunk = result.Fetch();
        return connection;
    });

    /// <param name="memoryBytes">What the engine may use.</param>
    /// <param name="threads">Its threads.</param>
    /// <param name="ahead">One that is opened already; it is the caller's from now on.</param>
    public static DuckDbConnection Open(long memoryBytes, int threads, Task<DuckDbConnection>? ahead = null)
    {
        var connection = ahead?.GetAwaiter().GetResult() ?? Empty();
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

    private static DuckDbConnection Empty()
    {
        // The connection keeps the database.
        using var database = DuckDbDatabase.Open(":memory:");
        return database.Connect();
    }
}
