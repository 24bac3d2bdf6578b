using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Jail;

namespace Sandbox.Judge;

/// <summary>
/// Sums under encryption: each party encrypts its column of a CSV file, the ciphertexts are added, the total is decrypted.
/// A party packs 8192 rows into a ciphertext and the places that hold a value into one more, so that the count is a sum as well.
/// </summary>
internal static class HeVerb
{
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase) { "", "NA", "N/A", "NaN", "null", "None", ".", "?", "-" };

    public static void Run(JudgeArguments arguments, CaseOutput output) => RunAsync(arguments, output).GetAwaiter().GetResult();

    private static async Task RunAsync(JudgeArguments arguments, CaseOutput output)
    {
        var engines = EnginePaths.Locate();
        var backend = new HomomorphicBackend(new Jailer(engines, new JailOptions()), engines);
        using var keys = await backend.GenerateKeysAsync();
        var cases = JsonNode.Parse(await File.ReadAllTextAsync(arguments.File))!.AsArray();
        foreach (var item in cases)
        {
            var one = item!.AsObject();
            var id = one["id"]!.GetValue<string>();
            JsonObject actual;
            try
            {
                actual = await SumAsync(one, Path.Combine(arguments.Data, "real"), backend, keys);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or Enclave.EnclaveException)
            {
                actual = new JsonObject { ["error"] = error is InvalidDataException ? error.Message : "the case could not be computed" };
            }

            output.Case(id, actual, Holds(one, actual));
        }
    }

    private static async Task<JsonObject> SumAsync(JsonObject one, string data, HomomorphicBackend backend, HomomorphicKeys keys)
    {
        var column = one["column"]!.GetValue<string>();
        var parties = one["parties"]!.AsArray().Select(party => party!["file"]!.GetValue<string>())
            .Select(file => (File: file, Values: ReadColumn(Path.Combine(data, file), column))).ToArray();
        var decimals = parties.Max(party => Decimals(party.Values));
        Int128 largest = 0;
        List<long[]> vectors = [];
        var valueVectors = new List<bool>();
        foreach (var (_, values) in parties)
        {
            var scaled = values.Select(value => value is not { } exact ? 0 : exact.TryScale(decimals, out var units) ? units : throw new InvalidDataException("a value does not fit the scale")).ToArray();
            largest += scaled.Length == 0 ? 0 : scaled.Chunk(ParameterSetA.Slots).Sum(chunk => chunk.Max(value => Math.Abs(value)));
            foreach (var chunk in scaled.Chunk(ParameterSetA.Slots))
            {
                vectors.Add(chunk);
                valueVectors.Add(true);
            }

            var present = new long[ParameterSetA.Slots];
            for (var i = 0; i < values.Length; i++)
            {
                present[i % ParameterSetA.Slots] += values[i] is null ? 0 : 1;
            }

            vectors.Add(present);
            valueVectors.Add(false);
        }

        if (largest > ParameterSetA.LargestMagnitude)
        {
            throw new InvalidDataException("the sums could pass what the encryption holds");
        }

        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, vectors);
        var total = await OpenAsync(valueVectors.Index().Where(v => v.Item).Select(v => ciphertexts[v.Index]), backend, keys);
        var count = await OpenAsync(valueVectors.Index().Where(v => !v.Item).Select(v => ciphertexts[v.Index]), backend, keys);

        // What a party knows of itself needs no encryption; it is given for comparison only.
        return new JsonObject
        {
            ["column"] = column,
            ["parties"] = new JsonArray([.. parties.Select(party => (JsonNode)new JsonObject
            {
                ["file"] = party.File,
                ["n"] = party.Values.Count(value => value is not null),
                ["sum"] = OwnSum(party.Values).ToString(),
            })]),
            ["n"] = (long)count,
            ["sum"] = new ExactDecimal(total, decimals).ToString(),
        };
    }

    private static async Task<Int128> OpenAsync(IEnumerable<byte[]> ciphertexts, HomomorphicBackend backend, HomomorphicKeys keys)
    {
        byte[][] all = [.. ciphertexts];
        if (all.Length == 0)
        {
            return 0;
        }

        var (sum, taken) = await backend.SumAsync(all);
        if (sum is null || taken.Contains(false))
        {
            throw new InvalidDataException("a ciphertext was not taken");
        }

        var slots = (await backend.DecryptAsync(keys.SecretKey, [sum]))[0];
        return slots.Aggregate((Int128)0, (at, value) => at + value);
    }

    private static int Decimals(ExactDecimal?[] values) => values.Max(value => value?.Decimals) ?? 0;

    private static ExactDecimal OwnSum(ExactDecimal?[] values)
    {
        var decimals = Decimals(values);
        Int128 sum = 0;
        foreach (var value in values)
        {
            sum += value is { } exact && exact.TryScale(decimals, out var units) ? units : 0;
        }

        return new ExactDecimal(sum, decimals);
    }

    private static bool? Holds(JsonObject one, JsonObject actual)
    {
        if (one["sum"] is null && one["n"] is null)
        {
            return null;
        }

        bool Same(JsonNode? expected, JsonNode? given) => expected is null || given?.ToString() == expected.ToString();
        var parties = one["parties"]!.AsArray();
        var answered = actual["parties"]?.AsArray();
        return Same(one["sum"], actual["sum"]) && Same(one["n"], actual["n"])
            && answered?.Count == parties.Count && parties.Zip(answered).All(pair => Same(pair.First!["n"], pair.Second!["n"]) && Same(pair.First!["sum"], pair.Second!["sum"]));
    }

    /// <summary>One column of a CSV file with a header; null where the value is missing.</summary>
    private static ExactDecimal?[] ReadColumn(string path, string column)
    {
        using var reader = new StreamReader(path);
        var header = reader.ReadLine() ?? throw new InvalidDataException("a file is empty");
        var separator = new[] { ',', ';', '\t', '|' }.MaxBy(mark => Cells(header, mark).Count);
        var at = Cells(header.TrimStart('\uFEFF'), separator).FindIndex(name => name.Trim() == column);
        if (at < 0)
        {
            throw new InvalidDataException("a file does not have the column");
        }

        List<ExactDecimal?> values = [];
        while (ReadRecord(reader) is { } record)
        {
            if (record.Length == 0)
            {
                continue;
            }

            var cells = Cells(record, separator);
            var text = at < cells.Count ? cells[at].Trim() : "";
            values.Add(Missing.Contains(text) ? null : ExactDecimal.TryParse(text, out var value) ? value : throw new InvalidDataException("a value of the column is not a decimal number"));
        }

        return [.. values];
    }

    /// <summary>A record may go over several lines inside quotes.</summary>
    private static string? ReadRecord(StreamReader reader)
    {
        var record = reader.ReadLine();
        while (record is not null && record.Count(c => c == '"') % 2 != 0 && reader.ReadLine() is { } more)
        {
            record += "\n" + more;
        }

        return record;
    }

    private static List<string> Cells(string record, char separator)
    {
        List<string> cells = [];
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < record.Length; i++)
        {
            var c = record[i];
            if (quoted && c == '"' && i + 1 < record.Length && record[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == separator && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
