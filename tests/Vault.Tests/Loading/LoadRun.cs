using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Runs the load role in this process over files of a temporary folder, without a jail: for what it reads and refuses.</summary>
internal sealed class LoadRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("load-").FullName;

    private LoadRun() => Files = new LoadFiles(At("source"), At("main.parquet"), At("identifiers.parquet"), At("quarantine.parquet"), At("temp"));

    internal LoadFiles Files { get; }

    internal LoadReport? Report { get; private set; }

    internal WorkerFault? Fault { get; private set; }

    internal static LoadRun OfText(string text, params DeclaredColumn[] declared) => Of(Encoding.UTF8.GetBytes(text), declared: declared);

    internal static LoadRun Of(byte[] source, LoadFormat format = LoadFormat.Auto, bool header = true, string[]? identifiers = null, string? sheet = null, params DeclaredColumn[] declared)
    {
        var run = new LoadRun();
        File.WriteAllBytes(run.Files.Source, source);
        Directory.CreateDirectory(run.Files.Temp);
        using var input = new MemoryStream();
        using var output = new MemoryStream();
        new FrameWriter(input).Json(FrameKind.Request, new LoadWork(format, identifiers ?? [], declared, header, 512 << 20, 512 << 20, 2, Sheet: sheet), LoadJson.Default.LoadWork);
        input.Position = 0;
        WorkerLoop.Run(new LoadRole(run.Files), input, output);
        output.Position = 0;
        var reader = new FrameReader(output);
        while (reader.Read() is { } frame)
        {
            if (frame.Kind == FrameKind.Result)
            {
                run.Report = frame.Json(LoadJson.Default.LoadReport);
            }
            else if (frame.Kind == FrameKind.Fault)
            {
                run.Fault = frame.Json(WorkerJson.Default.WorkerFault);
            }
        }

        Assert.True(run.Report is null != run.Fault is null);
        return run;
    }

    /// <summary>All rows of one of the written files, values as text, in file order.</summary>
    internal static string[] Rows(string path, string select = "*")
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Query($"SELECT {select} FROM read_parquet({DuckDbConnection.Literal(path)})");
        var columns = string.Join(" || '|' || ", Enumerable.Range(0, result.ColumnCount).Select(i => $"coalesce({DuckDbConnection.Quote(result.ColumnName(i))}::VARCHAR, '∅')"));
        using var texts = connection.Query($"SELECT {columns} FROM (SELECT {select} FROM read_parquet({DuckDbConnection.Literal(path)}))");
        var rows = new List<string>();
        while (texts.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    rows.Add(chunk[0].Text(row));
                }
            }
        }

        return [.. rows];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);
}
