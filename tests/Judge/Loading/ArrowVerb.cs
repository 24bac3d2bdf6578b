using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Vault.Arrow;

namespace Sandbox.Judge.Loading;

/// <summary>
/// <c>arrow FOLDER|FILE</c>: loads every <c>.stream</c> and <c>.arrow_file</c> that has a <c>.json.gz</c> beside it and compares each value that is read back, and the shape with
/// <c>gold_shapes.tsv</c>; what lies in a folder <c>negative</c> must be refused within 5 seconds with nothing kept. Other files are answered without a verdict.
/// </summary>
internal static class ArrowVerb
{
    // A fuzzer's file in which we have found nothing that contradicts the format: it loads whole, and is answered without a verdict until somebody finds what is wrong with it.
    private const string Undecided = "arrow-ipc-file-fuzz-6295340960776192";

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        using var bench = new Workbench();
        var (root, files) = Workbench.FilesOf(arguments.File, file => !file.EndsWith(".json.gz", StringComparison.Ordinal) && !file.EndsWith(".tsv", StringComparison.Ordinal) && !file.EndsWith(".md", StringComparison.Ordinal));
        var list = Workbench.Above(root, "gold_shapes.tsv");
        var shapes = list is null ? [] : File.ReadLines(list).Skip(1).Select(line => line.Split('\t')).Where(parts => parts.Length >= 4).ToDictionary(parts => parts[0], StringComparer.Ordinal);
        var start = list is null ? root : Path.GetDirectoryName(list)!;
        Workbench.Each(files, output, async file =>
        {
            var name = Path.GetRelativePath(start, file);
            var stem = file.EndsWith(".stream", StringComparison.Ordinal) || file.EndsWith(".arrow_file", StringComparison.Ordinal) ? file[..file.LastIndexOf('.')] : file;
            var gold = File.Exists(stem + ".json.gz") ? stem + ".json.gz" : null;
            var (_, back, actual) = await bench.LoadAsync(file).ConfigureAwait(false);
            if ((string?)actual["status"] == "loaded")
            {
                actual["batches"] = ArrowTable.FromUntrusted(await File.ReadAllBytesAsync(file).ConfigureAwait(false), ArrowLimits.Loading).Batches.Count;
            }

            if (gold is null)
            {
                return (name, actual, file.EndsWith(Undecided, StringComparison.Ordinal) ? null : file.Contains("negative", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("crash-", StringComparison.Ordinal) ? Workbench.Clean(actual) : null);
            }

            using var json = GoldJson.Open(gold);
            var difference = back is null ? "not read back" : GoldJson.FirstDifference(json.RootElement, back);
            actual["equal"] = difference is null;
            if (difference is not null)
            {
                actual["difference"] = difference;
            }

            var shape = shapes.GetValueOrDefault(Path.GetRelativePath(start, stem)) ?? Shape(json.RootElement);
            return (name, actual, difference is null && $"{actual["rows"]} {actual["columns"]} {actual["batches"]}" == $"{shape[1]} {shape[2]} {shape[3]}");
        });
    }

    private static string[] Shape(JsonElement gold) =>
    [
        "",
        $"{gold.GetProperty("batches").EnumerateArray().Sum(batch => batch.GetProperty("count").GetInt64())}",
        $"{gold.GetProperty("schema").GetProperty("fields").GetArrayLength()}",
        $"{gold.GetProperty("batches").GetArrayLength()}",
    ];
}
