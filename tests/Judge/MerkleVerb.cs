using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Judge;

/// <summary>Inclusion, consistency and subtree proofs (one JSON object a line), or the roots of a reference tree (one JSON file). Answers <c>error</c> and <c>wantErr</c>: true where the proof is refused.</summary>
internal static class MerkleVerb
{
    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var text = File.ReadAllText(arguments.File);
        if (WholeFile(text) is { } whole && whole["leaf_inputs_hex"] is JsonArray leaves)
        {
            ReferenceTree(whole, leaves, output);
            return;
        }

        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            number++;
            JsonObject? vector = null;
            bool error;
            try
            {
                vector = JsonNode.Parse(line)!.AsObject();
                error = !Holds(vector);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
            {
                // What cannot even be read, or counts beyond what a ledger can hold, proves nothing.
                error = true;
            }

            var want = vector?["wantErr"]?.GetValue<bool>();
            var id = string.Join('/', new[] { Text(vector, "suite"), Text(vector, "group"), Text(vector, "name") }.Where(p => p is not null));
            output.Case(id.Length == 0 ? $"line {number}" : id, new JsonObject { ["error"] = error, ["wantErr"] = error }, want is null ? null : want == error);
        }
    }

    private static JsonObject? WholeFile(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void ReferenceTree(JsonObject file, JsonArray leaves, CaseOutput output)
    {
        var inputs = leaves.Select(l => Convert.FromHexString(l!.GetValue<string>())).ToList();
        foreach (var (suite, name) in new[] { (Suite.Nist, "sha256"), (Suite.Sm, "sm3") })
        {
            var field = file.Select(m => m.Key).FirstOrDefault(k => k.StartsWith($"root_{name}_hex", StringComparison.Ordinal));
            if (field is null && name == "sm3")
            {
                continue;
            }

            var expected = field is null ? null : file[field] as JsonArray;
            for (var size = 1; size <= inputs.Count; size++)
            {
                var root = Convert.ToHexStringLower(LedgerVerifier.Root(suite, inputs.Take(size)));
                var want = expected is not null && size <= expected.Count ? expected[size - 1]!.GetValue<string>() : null;
                output.Case($"{name} root of {size}", new JsonObject { ["root"] = root }, want is null ? null : want == root);
            }
        }

        var empty = Convert.ToHexStringLower(LedgerVerifier.Root(Suite.Nist, []));
        output.Case("empty root", new JsonObject { ["empty_root_hex"] = empty }, file["empty_root_hex"]?.GetValue<string>() is { } wanted ? wanted == empty : null);
    }

    private static bool Holds(JsonObject v)
    {
        var proof = (v["proof"] as JsonArray ?? []).Select(p => Convert.FromBase64String(p!.GetValue<string>())).ToList();
        var suite = Suite.Nist;
        if (v.ContainsKey("root1"))
        {
            return v.ContainsKey("start")
                ? LedgerVerifier.VerifySubtreeConsistency(suite, Number(v, "start"), Number(v, "end"), Number(v, "size"), Bytes(v, "root1"), Bytes(v, "root2"), proof)
                : LedgerVerifier.VerifyConsistency(suite, Number(v, "size1"), Number(v, "size2"), Bytes(v, "root1"), Bytes(v, "root2"), proof);
        }

        return v.ContainsKey("start")
            ? LedgerVerifier.VerifySubtreeInclusion(suite, Number(v, "leafIdx"), Number(v, "start"), Number(v, "end"), Bytes(v, "leafHash"), proof, Bytes(v, "root"))
            : LedgerVerifier.VerifyInclusion(suite, Number(v, "leafIdx"), Number(v, "treeSize"), Bytes(v, "leafHash"), proof, Bytes(v, "root"));
    }

    private static long Number(JsonObject v, string name) => checked((long)v[name]!.GetValue<ulong>());

    private static byte[] Bytes(JsonObject v, string name) => v[name] is { } node ? Convert.FromBase64String(node.GetValue<string>()) : [];

    private static string? Text(JsonObject? v, string name) => v?[name]?.ToString();
}
