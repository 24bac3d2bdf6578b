using System.Globalization;
using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Revising;

/// <summary>The revising child: writes the segments of one batch again without the rows of some subjects. The segments are Parquet that came out of a jail, so they are read in one.</summary>
internal sealed class ReviseRole(Func<int, string> pathOf, string temp) : IWorkerRole
{
    internal const string Name = "revise";
    internal const int FirstFile = 3;
    internal const int Main = 0, Identifiers = 1, Keys = 2, NewMain = 3, NewIdentifiers = 4;
    internal const int Files = 5;
    private const string Kept = "sandbox_kept";

    internal static string Inherited(int index) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{FirstFile + index}");

    public void Handle(Frame request, FrameWriter output)
    {
        var work = request.Json(ReviseJson.Default.ReviseWork);
        var keys = ReadKeys();
        using var connection = Open(work);
        var found = new bool[keys.Count];
        var (gone, rows) = Find(connection, work, keys, found);
        var removed = gone.Count;
        if (removed > 0 && removed < rows)
        {
            Register(connection, gone);
            Write(connection, work.HasMain, Main, NewMain);
            Write(connection, work.HasIdentifiers, Identifiers, NewIdentifiers);
        }

        output.Json(FrameKind.Result, new ReviseReport(rows - removed, removed, found), ReviseJson.Default.ReviseReport);
    }

    public void Dispose()
    {
    }

    private Dictionary<string, int> ReadKeys()
    {
        using var reader = new StreamReader(pathOf(Keys), new UTF8Encoding(false, throwOnInvalidBytes: true));
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            keys.TryAdd(line, keys.Count);
        }

        return keys;
    }

    private DuckDbConnection Open(ReviseWork work)
    {
        using var database = DuckDbDatabase.Open(
            ":memory:", ("temp_directory", temp), ("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false"), ("allow_community_extensions", "false"));
        var connection = database.Connect();
        var paths = string.Join(", ", new[] { Main, Identifiers, NewMain, NewIdentifiers }.Select(file => DuckDbConnection.Literal(pathOf(file))));
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET threads = {work.Threads};
            SET memory_limit = '{work.MemoryBytes / 1024}KiB';
            SET max_temp_directory_size = '{work.TempBytes / 1024}KiB';
            SET preserve_insertion_order = true;
            SET allowed_paths = [{paths}];
            SET allowed_directories = [{DuckDbConnection.Literal(temp)}];
            SET enable_external_access = false;
            SET lock_configuration = true
            """));
        return connection;
    }

    // Places by row number: both files hold the same rows in the same order.
    private (HashSet<long> Gone, long Rows) Find(DuckDbConnection connection, ReviseWork work, Dictionary<string, int> keys, bool[] found)
    {
        var gone = new HashSet<long>();
        long rows = 0;
        using var result = connection.Stream($"SELECT ({DuckDbConnection.Quote(work.Subject)})::VARCHAR, file_row_number FROM {Parquet(work.SubjectApart ? Identifiers : Main)}");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                rows += chunk.Rows;
                var places = chunk[1].Values<long>();
                for (var row = 0; row < chunk.Rows; row++)
                {
                    if (!chunk[0].IsNull(row) && keys.TryGetValue(chunk[0].Text(row), out var key))
                    {
                        found[key] = true;
                        gone.Add(places[row]);
                    }
                }
            }
        }

        return (gone, rows);
    }

    private static void Register(DuckDbConnection connection, HashSet<long> gone) => ScalarFunctionHost.Register(connection, new ScalarFunction
    {
        Name = Kept,
        Parameters = [DuckDbTypeId.BigInt],
        Result = DuckDbTypeId.Boolean,
        Body = (input, output, _) =>
        {
            var places = input[0].Values<long>();
            var kept = output.Writable<byte>();
            for (var row = 0; row < places.Length; row++)
            {
                kept[row] = gone.Contains(places[row]) ? (byte)0 : (byte)1;
            }
        },
    });

    private void Write(DuckDbConnection connection, bool wanted, int from, int to)
    {
        if (wanted)
        {
            connection.Execute($"""
                COPY (SELECT * EXCLUDE (file_row_number) FROM {Parquet(from)} WHERE system.main.{Kept}(file_row_number))
                TO {DuckDbConnection.Literal(pathOf(to))} (FORMAT parquet, COMPRESSION {SegmentWriting.Codec}, USE_TMP_FILE false)
                """);
        }
    }

    private string Parquet(int file) => $"read_parquet({DuckDbConnection.Literal(pathOf(file))}, file_row_number = true)";
}
