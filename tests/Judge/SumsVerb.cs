using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Jail;

namespace Sandbox.Judge;

/// <summary>
/// Sums under encryption, by the project's own scheme or by SEAL: each party encrypts its column of a CSV file, the ciphertexts are added, the total is decrypted.
/// A party packs 8192 rows into a ciphertext and the places that hold a value into one more, so that the count is a sum as well.
/// </summary>
internal static class SumsVerb
{
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase) { "", "NA", "N/A", "NaN", "null", "None", ".", "?", "-" };

    public static void Run(JudgeArguments arguments, CaseOutput output) => RunAsync(arguments, output).GetAwaiter().GetResult();

    private static async Task RunAsync(JudgeArguments arguments, CaseOutput output)
    {
        HomomorphicBackend backend = arguments.Backend == "seal" ? new SealBackend(new Jailer(EnginePaths.Locate(), new JailOptions()), EnginePaths.Locate()) : new ManagedBackend();
        using var keys = await backend.GenerateKeysAsync();
        var cases = JsonNode.Parse(await File.ReadAllTextAsync(arguments.File))!.AsArray().Select(item => item!.AsObject());

        // Several cases share one process of each kind; their ciphertexts never meet.
        foreach (var batch in cases.Chunk(16))
        {
            var columns = batch.Select(one => Try(() => CaseColumns.Read(one, Path.Combine(arguments.Data, "real")))).ToArray();
            var vectors = columns.SelectMany(found => found.Columns?.Vectors ?? []).ToArray();
            var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [.. vectors.Select(vector => vector.Values)]);
            var groups = vectors.Zip(ciphertexts).GroupBy(pair => (pair.First.Case, pair.First.Part)).ToArray();
            var sums = await backend.SumGroupsAsync([.. groups.Select(group => (IReadOnlyList<byte[]>)[.. group.Select(pair => pair.Second)])]);
            if (sums.Any(sum => sum.Sum is null || sum.Taken.Contains(false)))
            {
                throw new InvalidOperationException("The engine did not take a ciphertext that it made itself.");
            }

            var opened = await backend.DecryptAsync(keys.SecretKey, [.. sums.Select(sum => sum.Sum!)]);
            var totals = groups.Zip(opened).ToDictionary(pair => pair.First.Key, pair => pair.Second.Aggregate((Int128)0, (at, value) => at + value));
            foreach (var (one, found) in batch.Zip(columns))
            {
                var actual = found.Columns is { } own
                    ? own.Answer(part => totals.GetValueOrDefault((own, part)))
                    : new JsonObject { ["error"] = found.Error };
                output.Case(one["id"]!.GetValue<string>(), actual, Holds(one, actual));
            }
        }
    }

    private static (CaseColumns? Columns, string? Error) Try(Func<CaseColumns> read)
    {
        try
        {
            return (read(), null);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return (null, error is InvalidDataException ? error.Message : "a file of the case could not be read");
        }
    }

    private sealed record CaseVector(CaseColumns Case, int Part, long[] Values);

    /// <summary>The columns of one case, cut into vectors: part 0 counts the values, the other parts are the limbs of the numbers.</summary>
    private sealed class CaseColumns
    {
        private const long LimbBase = 1_000_000_000_000;

        private readonly string _column;
        private readonly (string File, ExactDecimal?[] Values)[] _parties;
        private readonly int _decimals;
        private readonly int _limbs;

        private CaseColumns(string column, (string File, ExactDecimal?[] Values)[] parties)
        {
            (_column, _parties) = (column, parties);
            _decimals = parties.Max(party => Decimals(party.Values));
            var scaled = parties.Select(party => party.Values.Select(value => Units(value, _decimals)).ToArray()).ToArray();
            var largest = scaled.SelectMany(values => values).Select(Int128.Abs).DefaultIfEmpty().Max();
            var chunks = scaled.Sum(values => (values.Length + ParameterSetA.Slots - 1) / ParameterSetA.Slots);

            // One number a value where the sums can't wrap, else limbs of twelve digits.
            _limbs = largest <= ParameterSetA.LargestMagnitude / Math.Max(chunks, 1) ? 1 : largest < (Int128)LimbBase * LimbBase ? 2 : 4;
            Vectors = [.. parties.Zip(scaled).SelectMany(pair => VectorsOf(pair.First.Values, pair.Second))];
        }

        public IReadOnlyList<CaseVector> Vectors { get; }

        public static CaseColumns Read(JsonObject one, string data)
        {
            var column = one["column"]!.GetValue<string>();
            return new(column, [.. one["parties"]!.AsArray().Select(party => party!["file"]!.GetValue<string>()).Select(file => (file, ReadColumn(Path.Combine(data, file), column)))]);
        }

        /// <summary>What a party knows of itself needs no encryption; it is given for comparison only.</summary>
        public JsonObject Answer(Func<int, Int128> total)
        {
            Int128 sum = 0;
            for (var limb = _limbs; limb > 0; limb--)
            {
                sum = (sum * LimbBase) + total(limb);
            }

            return new JsonObject
            {
                ["column"] = _column,
                ["parties"] = new JsonArray([.. _parties.Select(party => (JsonNode)new JsonObject
                {
                    ["file"] = party.File,
                    ["n"] = party.Values.Count(value => value is not null),
                    ["sum"] = OwnSum(party.Values).ToString(),
                })]),
                ["n"] = (long)total(0),
                ["sum"] = new ExactDecimal(sum, _decimals).ToString(),
            };
        }

        private IEnumerable<CaseVector> VectorsOf(ExactDecimal?[] values, Int128[] scaled)
        {
            var present = new long[ParameterSetA.Slots];
            for (var i = 0; i < values.Length; i++)
            {
                present[i % ParameterSetA.Slots] += values[i] is null ? 0 : 1;
            }

            yield return new(this, 0, present);
            foreach (var chunk in scaled.Chunk(ParameterSetA.Slots))
            {
                var rest = chunk;
                for (var limb = 1; limb <= _limbs; limb++)
                {
                    var last = limb == _limbs;
                    yield return new(this, limb, [.. rest.Select(value => (long)(last ? value : value % LimbBase))]);
                    rest = [.. rest.Select(value => value / LimbBase)];
                }
            }
        }
    }

    private static Int128 Units(ExactDecimal? value, int decimals) =>
        value is not { } exact ? 0 : exact.TryScale(decimals, out Int128 units) ? units : throw new InvalidDataException("a value is too long");

    private static int Decimals(ExactDecimal?[] values) => values.Max(value => value?.Decimals) ?? 0;

    private static ExactDecimal OwnSum(ExactDecimal?[] values)
    {
        var decimals = Decimals(values);
        Int128 sum = 0;
        foreach (var value in values)
        {
            sum += Units(value, decimals);
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
