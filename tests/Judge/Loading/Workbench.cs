using System.Diagnostics;
using System.Text.Json.Nodes;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;
using Sandbox.Vault.Workers;

namespace Sandbox.Judge.Loading;

/// <summary>A vault of its own for cases: files go in by the product's load and come out by its scan, each in a jail.</summary>
internal sealed class Workbench : IDisposable
{
    private static readonly TimeSpan MostForRefusal = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("judge-").FullName;
    private readonly Jailer _jailer = new(EnginePaths.Locate(), new JailOptions());
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "judge");

    /// <summary>Runs every case, two at a time, and answers in order.</summary>
    internal static void Each(IReadOnlyList<string> files, CaseOutput output, Func<string, Task<(string Id, JsonObject Actual, bool? Pass)>> run)
    {
        var answers = new (string Id, JsonObject Actual, bool? Pass)[files.Count];
        Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 4) },
            async (at, _) => answers[at] = await run(files[at]).ConfigureAwait(false)).GetAwaiter().GetResult();
        foreach (var (id, actual, pass) in answers)
        {
            output.Case(id, actual, pass);
        }
    }

    /// <summary>The files below a folder in a fixed order, or the one file; with their names from the folder on.</summary>
    internal static (string Root, List<string> Files) FilesOf(string path, Func<string, bool> wanted)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(full)
            ? (full, [.. Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories).Where(wanted).Order(StringComparer.Ordinal)])
            : (Path.GetDirectoryName(full)!, [full]);
    }

    /// <summary>Looks for a file of that name beside the case or in a folder above it.</summary>
    internal static string? Above(string folder, string name)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, name)))
            {
                return Path.Combine(at, name);
            }
        }

        return null;
    }

    /// <summary>Loads a file and reads it back; a refusal comes as the rule with the time it took and what was left in the store.</summary>
    internal async Task<(LoadResult Result, ArrowTable? Back, JsonObject Actual)> LoadAsync(string path)
    {
        var clock = Stopwatch.StartNew();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        var store = new ObjectStore(folder, Suite.Nist);
        var result = await new DataLoader(_jailer, store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key, AcceptEmpty = true }).ConfigureAwait(false);
        var actual = new JsonObject();
        if (result is not LoadResult.Loaded loaded)
        {
            var refusal = ((LoadResult.Refused)result).Refusal;
            actual["status"] = "refused";
            actual["rule"] = refusal.Rule;
            actual["within_5_s"] = clock.Elapsed <= MostForRefusal;
            actual["registered"] = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any();
            return (result, null, actual);
        }

        loaded.Dispose();
        actual["status"] = "loaded";
        actual["rows"] = loaded.Rows;
        actual["columns"] = loaded.Columns.Count;
        using var stream = new MemoryStream();
        var scan = await new ScanService(_jailer, store).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, _key), [.. loaded.Columns.Select(column => column.Name)], stream).ConfigureAwait(false);
        if (scan is not ScanResult.Streamed)
        {
            actual["read_back"] = ((ScanResult.Refused)scan).Refusal.Rule;
            return (result, null, actual);
        }

        return (result, ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default), actual);
    }

    /// <summary>A clean error: refused in time, nothing kept.</summary>
    internal static bool Clean(JsonObject actual) => (string?)actual["status"] == "refused" && (bool)actual["within_5_s"]! && !(bool)actual["registered"]!;

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
