using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Atoms;

/// <summary>Counts rows by the bits of a few streams alone, in a place a combination on each of the engine's threads: the engine's own grouping of so small a number takes many times as long.</summary>
internal static class AtomTally
{
    private const int MostBits = 8;

    /// <summary>Whether the rows are grouped by nothing but at most 8 bits.</summary>
    public static bool Fits(AtomSql sql, AtomStream[] streams) => streams.Length <= MostBits && sql.Groups(streams) is ["w0"];

    /// <summary>Counts them.</summary>
    /// <returns>SQL of the groups: w0 and their number of rows n.</returns>
    public static string Count(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, string? present, int number)
    {
        var parts = new List<long[]>();
        var function = string.Create(CultureInfo.InvariantCulture, $"sandbox_tally{number}");
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = function,
            Parameters = [DuckDbTypeId.UTinyInt],
            Result = DuckDbTypeId.Boolean,
            Volatile = true,
            ThreadState = () =>
            {
                var own = new long[Lanes << MostBits];
                lock (parts)
                {
                    parts.Add(own);
                }

                return own;
            },
            Body = (input, output, own) =>
            {
                Add((long[])own!, input[0].Values<byte>());
                output.Writable<byte>().Clear();
            },
        });
        connection.Execute($"SELECT bool_or(system.main.{function}(w0)) FROM ({sql.Rows(streams, present)})");
        var groups = Enumerable.Range(0, 1 << MostBits).Select(bits => (Bits: bits, Rows: parts.Sum(own => Enumerable.Range(0, Lanes).Sum(lane => own[(lane << MostBits) + bits])))).Where(group => group.Rows > 0).ToArray();
        return groups.Length == 0
            ? "SELECT 0::UTINYINT AS w0, 0::BIGINT AS n WHERE false"
            : $"SELECT w0::UTINYINT AS w0, n::BIGINT AS n FROM (VALUES {string.Join(", ", groups.Select(group => string.Create(CultureInfo.InvariantCulture, $"({group.Bits}, {group.Rows})")))}) t(w0, n)";
    }

    // Rows of one group often follow one another: counts of four rows side by side don't wait for one another.
    private const int Lanes = 4;

    private static void Add(long[] counts, ReadOnlySpan<byte> bits)
    {
        unchecked
        {
            var at = 0;
            foreach (var word in MemoryMarshal.Cast<byte, uint>(bits))
            {
                counts[word & 0xff]++;
                counts[(1 << MostBits) + (int)((word >> 8) & 0xff)]++;
                counts[(2 << MostBits) + (int)((word >> 16) & 0xff)]++;
                counts[(3 << MostBits) + (int)(word >> 24)]++;
                at += Lanes;
            }

            foreach (var one in bits[at..])
            {
                counts[one]++;
            }
        }
    }
}
