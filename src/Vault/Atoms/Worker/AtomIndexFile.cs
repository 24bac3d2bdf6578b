using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>
/// The index as bytes, little-endian: the words "SBATOM1\n", the number of tables, of atoms and of rows, then for each atom one cell number a table (−1 = in none), then for each row
/// of the epoch, in the order of the segments, the number of its atom; for each table before that the texts of its cells' keys.
/// </summary>
internal sealed class AtomIndexFile
{
    private static readonly byte[] Magic = "SBATOM1\n"u8.ToArray();

    private const int MostAtoms = 4_000_000;
    private const int MostTables = 10_000;

    /// <summary>Key texts of the cells of each table, by number.</summary>
    public required IReadOnlyList<string[]> Cells { get; init; }

    /// <summary>Cell numbers of atom a: <c>Signatures[a * tables] …</c>.</summary>
    public required int[] Signatures { get; init; }

    /// <summary>Atom of each row.</summary>
    public required int[] Rows { get; init; }

    public int Tables => Cells.Count;

    public int Atoms => Tables == 0 ? 1 : Signatures.Length / Tables;

    /// <summary>An index of nothing: all rows are one atom.</summary>
    public static AtomIndexFile Empty { get; } = new() { Cells = [], Signatures = [], Rows = [] };

    /// <exception cref="FrameException">Not an index over this many tables and rows.</exception>
    public static AtomIndexFile Read(Stream source, int tables, long rows)
    {
        try
        {
            using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.ReadInt32() != tables || tables > MostTables || reader.ReadInt32() is var atoms && atoms is < 1 or > MostAtoms || reader.ReadInt64() != rows)
            {
                throw Broken();
            }

            var cells = new string[tables][];
            for (var at = 0; at < tables; at++)
            {
                cells[at] = new string[reader.ReadInt32() is var count and >= 0 and <= MostAtoms ? count : throw Broken()];
                for (var cell = 0; cell < cells[at].Length; cell++)
                {
                    cells[at][cell] = reader.ReadString();
                }
            }

            var signatures = Numbers(source, (long)atoms * tables);
            var places = Numbers(source, rows);
            return signatures.AsSpan().ContainsAnyExceptInRange(-1, MostAtoms) || places.AsSpan().ContainsAnyExceptInRange(0, atoms - 1)
                ? throw Broken()
                : new AtomIndexFile { Cells = cells, Signatures = signatures, Rows = places };
        }
        catch (EndOfStreamException)
        {
            throw Broken();
        }
    }

    public void Write(Stream target)
    {
        using (var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Tables);
            writer.Write(Atoms);
            writer.Write((long)Rows.Length);
            foreach (var table in Cells)
            {
                writer.Write(table.Length);
                foreach (var key in table)
                {
                    writer.Write(key);
                }
            }
        }

        target.Write(MemoryMarshal.AsBytes(Signatures.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(Rows.AsSpan()));
    }

    private static int[] Numbers(Stream source, long count)
    {
        var numbers = new int[count];
        source.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    private static FrameException Broken() => new("The index is not what was agreed.");
}
