using System.Globalization;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>The build child: masks the granted rows into a fresh database file in its private memory, sends the file out and ends.</summary>
internal sealed class BuildRole : IWorkerRole
{
    private const int PieceLength = 1 << 20;

    private readonly string _path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"zone-{Environment.ProcessId}.duckdb"));

    // Rows that are being put in order and do not fit into the engine's memory wait here: in the child's private memory, never on a disk.
    private readonly string _waiting = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"zone-{Environment.ProcessId}-waiting"));

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(BuildJson.Default.BuildRequest);
        if (message.Kind is not (nameof(ZoneKind.Workbench) or nameof(ZoneKind.Production)) || message.Tables.Count == 0)
        {
            throw new FrameException("The request names no zone.");
        }

        var tables = Build(message, output);
        Send(output);
        output.Json(FrameKind.Result, new BuildReply(tables), BuildJson.Default.BuildReply);
    }

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".wal");
        if (Directory.Exists(_waiting))
        {
            Directory.Delete(_waiting, recursive: true);
        }
    }

    private List<BuiltTable> Build(BuildRequest message, FrameWriter output)
    {
        using var keys = new KeyReader(message.KeysPath);
        using var database = DuckDbDatabase.Open(":memory:");
        using var connection = database.Connect();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET memory_limit = '{message.MemoryBytes}B';
            SET threads = {message.Threads};
            SET temp_directory = {DuckDbConnection.Literal(_waiting)};
            SET enable_progress_bar = true;
            SET enable_progress_bar_print = false;
            SET preserve_insertion_order = true;
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET TimeZone = 'UTC';
            ATTACH {DuckDbConnection.Literal(_path)} AS {GrantedTable.Catalog};
            CREATE SCHEMA {GrantedTable.Catalog}.{LockedEngine.FactsSchema};
            CREATE TABLE {GrantedTable.Catalog}.{LockedEngine.FactsSchema}.zone AS SELECT '{message.Kind}' AS kind, 1 AS version;
            """));
        if (message.OwnerScript is { } script)
        {
            connection.Execute(script);
        }

        using var keyed = new KeyedFunctions(connection, Suite.ByName(message.Suite), message.TokenKey is { } token ? keys[token] : []);
        if (message.FormatKey is { } format)
        {
            keyed.AddFormatTokens(keys[format]);
        }

        keyed.AddOrder(TableBuild.OrderFunction, keys[message.OrderKey]);
        var masks = new MaskFunctions(connection, keyed);
        var built = new List<BuiltTable>();
        foreach (var table in message.Tables)
        {
            var at = built.Count + 1;
            void Tell(double fraction) => output.Json(FrameKind.Progress, new ZoneProgress("build", at, message.Tables.Count, fraction), BuildJson.Default.ZoneProgress);
            Tell(0);
            using var ticker = new ProgressTicker(connection, Tell);
            built.Add(new TableBuild(connection, masks, keyed, keys, message, table, built.Count).Run());
        }

        connection.Execute($"CHECKPOINT {GrantedTable.Catalog}; DETACH {GrantedTable.Catalog}");
        return built;
    }

    private void Send(FrameWriter output)
    {
        using var file = File.OpenRead(_path);
        var piece = new byte[PieceLength];
        for (int got; (got = file.Read(piece)) > 0;)
        {
            output.Data(piece.AsSpan(0, got));
        }
    }
}
