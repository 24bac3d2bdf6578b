using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace Sandbox.Policy.Identifiers;

/// <summary>What the history of division codes says about a code and a year of birth.</summary>
public enum AreaCodeMatch
{
    /// <summary>No such code ever existed.</summary>
    Unknown = 0,

    /// <summary>The code exists or existed, but not in that year.</summary>
    Known,

    /// <summary>The code was in force in that year.</summary>
    InForce,
}

/// <summary>
/// County-and-above division codes (GB/T 2260) with the years in which they were in force. Codes of the first list (1980) count as
/// in force for everybody born before; the head of <c>Data/area-codes.txt</c> says where the data come from.
/// </summary>
public static class AreaCodes
{
    private static readonly Lazy<FrozenDictionary<int, (int From, int To)[]>> Table = new(Read);
    private static readonly Lazy<FrozenSet<int>> Prefectures = new(() => Table.Value.Keys.Select(code => code / 100).ToFrozenSet());

    /// <summary>How many codes are known.</summary>
    public static int Count => Table.Value.Count;

    /// <summary>Looks up a six-digit code for a year of birth.</summary>
    public static AreaCodeMatch Check(int code, int birthYear)
    {
        if (Table.Value.TryGetValue(code, out var spans))
        {
            return InForce(spans, birthYear) ? AreaCodeMatch.InForce : AreaCodeMatch.Known;
        }

        // Identity numbers carry summary codes that the yearly lists leave out: 01 urban districts, 02 inner city, 11 suburbs,
        // 20 town area. They live as long as their prefecture-level city does.
        var prefecture = code / 100;
        return code % 100 is 1 or 2 or 11 or 20 && Prefectures.Value.Contains(prefecture)
            ? Table.Value.TryGetValue(prefecture * 100, out var city) && InForce(city, birthYear) ? AreaCodeMatch.InForce : AreaCodeMatch.Known
            : AreaCodeMatch.Unknown;
    }

    // Since the identity card act of 2004 a number may be given first to a minor, so a code that came later than that also counts
    // for everybody who was at most 18 years old when it came.
    private static bool InForce((int From, int To)[] spans, int birthYear)
    {
        foreach (var (from, to) in spans)
        {
            var earliest = from >= 2004 ? from - 18 : from;
            if (birthYear >= earliest && birthYear <= to)
            {
                return true;
            }
        }

        return false;
    }

    private static FrozenDictionary<int, (int From, int To)[]> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("identifiers/area-codes.txt")
            ?? throw new InvalidOperationException("A data file is missing from this build.");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<int, (int, int)[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split(' ');
            table.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), [.. parts[1..].Select(Span)]);
        }

        return table.ToFrozenDictionary();
    }

    // "1993-2000", "-1986" (from the beginning), "1997-" (until today).
    private static (int From, int To) Span(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return (
            dash == 0 ? 0 : int.Parse(text.AsSpan(0, dash), CultureInfo.InvariantCulture),
            dash == text.Length - 1 ? int.MaxValue : int.Parse(text.AsSpan(dash + 1), CultureInfo.InvariantCulture));
    }
}
