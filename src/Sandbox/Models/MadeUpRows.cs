using Sandbox.Vault.Arrow;

namespace Sandbox.Host.Models;

/// <summary>Rows that nobody ever had, for trying a model: each value follows from seed, column and row alone, and one in sixteen is missing.</summary>
internal sealed class MadeUpRows
{
    private const int Batch = 50_000;
    private const long Year2001 = 978_307_200_000_000, YearMicros = 365L * 86_400_000_000;

    private readonly (string Name, string Kind)[] _columns;
    private readonly ulong _seed;

    private MadeUpRows((string Name, string Kind)[] columns, ulong seed) => (_columns, _seed) = (columns, seed);

    /// <param name="names">The columns in order.</param>
    /// <param name="kinds">NAME=KIND for those that are no plain numbers.</param>
    /// <param name="seed">Decides every value.</param>
    /// <returns>Null where a kind is not understood, or stands for no column or for one twice.</returns>
    public static MadeUpRows? Of(IReadOnlyList<string> names, IReadOnlyList<string> kinds, ulong seed)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var words in kinds.Select(kind => kind.Split('=', 2)))
        {
            if (words is not [var name, var kind] || !names.Contains(name) || !(kind is "number" or "whole" or "text" or "time" or "yes-no" || kind.Contains('|', StringComparison.Ordinal)) || !given.TryAdd(name, kind))
            {
                return null;
            }
        }

        return new([.. names.Select(name => (name, given.GetValueOrDefault(name, "number")))], seed);
    }

    /// <summary>Writes them as one Arrow stream.</summary>
    public void Write(int rows, Stream target)
    {
        var writer = new ArrowStreamWriter(target, new ArrowSchema([.. Columns(0, 0).Select(column => column.Field)]));
        for (var at = 0; at < rows; at += Batch)
        {
            var count = Math.Min(Batch, rows - at);
            writer.Write(new ArrowBatch(writer.Schema, count, Columns(at, count)));
        }

        writer.Complete();
    }

    private ArrowColumn[] Columns(int from, int count) => [.. _columns.Select((column, index) => Column(column.Name, column.Kind, index, from, count))];

    private ArrowColumn Column(string name, string kind, int index, int from, int count)
    {
        T?[] Values<T>(Func<ulong, T> make)
            where T : struct =>
            [.. Enumerable.Range(from, count).Select(row => Draw(index, row) is var drawn && drawn % 16 == 0 ? (T?)null : make(drawn >> 4))];
        string?[] Words(IReadOnlyList<string> words) => [.. Enumerable.Range(from, count).Select(row => Draw(index, row) is var drawn && drawn % 16 == 0 ? null : words[(int)((drawn >> 4) % (ulong)words.Count)])];
        return kind switch
        {
            "number" => ArrowColumns.OfFloat64(name, Values(drawn => (drawn % 2001) / 2.0)),
            "whole" => ArrowColumns.OfInt64(name, Values(drawn => (long)(drawn % 1000))),
            "time" => ArrowColumns.OfTimestamp(name, Values(drawn => Year2001 + (long)(drawn % (ulong)YearMicros))),
            "yes-no" => ArrowColumns.OfBool(name, Values(drawn => drawn % 2 == 1)),
            "text" => ArrowColumns.OfText(name, Words(["a", "b", "c", "d", "e", "f", "g"])),
            _ => ArrowColumns.OfText(name, Words(kind.Split('|'))),
        };
    }

    /// <summary>SplitMix64 over seed, column and row.</summary>
    private ulong Draw(int column, int row)
    {
        unchecked
        {
            var x = _seed + (((ulong)column << 32) | (uint)row) + 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
