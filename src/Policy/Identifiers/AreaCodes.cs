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
/// in force for everybody born before; see <c>Data/README.md</c> for where the data come from.
/// </summary>
public static class AreaCodes
{
    private static readonly Lazy<FrozenDictionary<int, (int From, int To)[]>> Table = new(Read);

    /// <summary>How many codes are known.</summary>
    public static int Count => Table.Value.Count;

    /// <summary>Looks up a six-digit code.</summary>
    public static AreaCodeMatch Check(int code, int birthYear)
    {
        if (!Table.Value.TryGetValue(code, out var spans))
        {
            return AreaCodeMatch.Unknown;
        }

        foreach (var (from, to) in spans)
        {
            if (birthYear >= from && birthYear <= to)
            {
                return AreaCodeMatch.InForce;
            }
        }

        return AreaCodeMatch.Known;
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
