using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Subjects;

/// <summary>
/// The subjects of one epoch as whole numbers, so that nothing compares their texts again. As bytes, little-endian: the words "SBSUBJ2\n", the text of what it is about
/// (<see cref="About"/>), the number of rows, whether each subject has one row, the place of the row of nobody (−1 = none), the number of subjects; then, where a subject has several rows,
/// <see cref="Starts"/> and <see cref="Slots"/>: the rows with those of a subject one after the other. Subjects count 1, 2, … by first appearance; 0 is nobody.
/// </summary>
internal sealed class SubjectNumbers
{
    private static readonly byte[] Magic = "SBSUBJ2\n"u8.ToArray();

    /// <summary>Column and sealed segments; whoever opens it says what they must be.</summary>
    public required string About { get; init; }

    /// <summary>Rows of the epoch.</summary>
    public required long Rows { get; init; }

    /// <summary>Whether each subject has one row and at most one row is nobody's: rows then are contributions.</summary>
    public required bool OneEach { get; init; }

    /// <summary>Where <see cref="OneEach"/>: the place of the row of nobody; −1 where there is none.</summary>
    public required long Nobody { get; init; }

    /// <summary>Number of subjects, nobody not among them.</summary>
    public required int Subjects { get; init; }

    /// <summary>The rows of subject s lie in the slots <c>Starts[s] … Starts[s + 1] − 1</c>; empty where <see cref="OneEach"/>.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Slot of each row; the rows of a subject keep their order. Empty where <see cref="OneEach"/>.</summary>
    public required int[] Slots { get; init; }

    /// <summary>Of numbers of the subjects of all rows.</summary>
    /// <param name="about">What they are about.</param>
    /// <param name="ofRows">Subject of each row; is made into the slots.</param>
    /// <param name="subjects">Number of subjects.</param>
    public static SubjectNumbers Of(string about, int[] ofRows, int subjects)
    {
        var starts = new int[subjects + 2];
        unchecked
        {
            foreach (var subject in ofRows)
            {
                starts[subject + 1]++;
            }

            for (var at = 1; at < starts.Length; at++)
            {
                starts[at] += starts[at - 1];
            }

            // Each start is moved over its rows; afterwards it is the start of the next.
            foreach (ref var row in ofRows.AsSpan())
            {
                row = starts[row]++;
            }
        }

        starts.AsSpan(0, starts.Length - 1).CopyTo(starts.AsSpan(1));
        starts[0] = 0;
        return new SubjectNumbers { About = about, Rows = ofRows.Length, OneEach = false, Nobody = -1, Subjects = subjects, Starts = starts, Slots = ofRows };
    }

    /// <summary>The numbers that came with a request.</summary>
    /// <param name="column">The request's subject column; null where there is none.</param>
    /// <param name="numbers">Where they are; must be there when there is a column.</param>
    /// <param name="rows">Rows of the epoch.</param>
    /// <returns>Null without a column.</returns>
    /// <exception cref="FrameException">None came, or not those of these rows.</exception>
    public static SubjectNumbers? Open(string? column, WireNumbers? numbers, long rows)
    {
        if (column is null)
        {
            return null;
        }

        using var file = File.OpenRead((numbers ?? throw new FrameException("The numbers of subjects are missing.")).Path);
        return Read(file, numbers.About, rows);
    }

    /// <exception cref="FrameException">Not numbers of these rows.</exception>
    public static SubjectNumbers Read(Stream source, string about, long rows)
    {
        try
        {
            using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.ReadString() != about || reader.ReadInt64() != rows)
            {
                throw Broken();
            }

            var (oneEach, nobody, subjects) = (reader.ReadBoolean(), reader.ReadInt64(), reader.ReadInt32());
            if (subjects < 0 || subjects > rows || nobody < -1 || nobody >= rows || (oneEach && subjects + (nobody < 0 ? 0 : 1) != rows))
            {
                throw Broken();
            }

            if (oneEach)
            {
                return new SubjectNumbers { About = about, Rows = rows, OneEach = true, Nobody = nobody, Subjects = subjects, Starts = [], Slots = [] };
            }

            var (starts, slots) = (new int[subjects + 2], new int[rows]);
            source.ReadExactly(MemoryMarshal.AsBytes(starts.AsSpan()));
            source.ReadExactly(MemoryMarshal.AsBytes(slots.AsSpan()));
            return starts[0] != 0 || starts[^1] != rows || !IsAscending(starts) || slots.AsSpan().ContainsAnyExceptInRange(0, (int)rows - 1)
                ? throw Broken()
                : new SubjectNumbers { About = about, Rows = rows, OneEach = false, Nobody = nobody, Subjects = subjects, Starts = starts, Slots = slots };
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
            writer.Write(About);
            writer.Write(Rows);
            writer.Write(OneEach);
            writer.Write(Nobody);
            writer.Write(Subjects);
        }

        target.Write(MemoryMarshal.AsBytes(Starts.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(Slots.AsSpan()));
    }

    private static bool IsAscending(ReadOnlySpan<int> numbers)
    {
        for (var at = 1; at < numbers.Length; at++)
        {
            if (numbers[at] < numbers[at - 1])
            {
                return false;
            }
        }

        return true;
    }

    private static FrameException Broken() => new("The numbers of subjects are not what was agreed.");
}
