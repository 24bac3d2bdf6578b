using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sandbox.Judge.Microdata;

/// <summary>Values of expressions: comparison, arithmetic, casts and functions; null in, null out.</summary>
internal static class SqlValues
{
    private static readonly Comparer<object?> Order = Comparer<object?>.Create((a, b) => Compare(a, b) ?? 0);

    public static bool Holds(string sign, int order) => sign switch
    {
        "=" or "==" => order == 0,
        "<>" or "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    /// <summary>Null when a side is null. A text beside a number is read as a number.</summary>
    public static int? Compare(object? a, object? b) => (a, b) switch
    {
        (null, _) or (_, null) => null,
        (string x, string y) => Math.Sign(string.CompareOrdinal(x, y)),
        (bool x, bool y) => x.CompareTo(y),
        (long x, long y) => x.CompareTo(y),
        _ => Number(a).CompareTo(Number(b)),
    };

    public static object? Calculate(string sign, object? a, object? b)
    {
        if (a is null || b is null)
        {
            return null;
        }

        if (sign == "||")
        {
            return Text(a) + Text(b);
        }

        if (a is long x && b is long y && sign != "/")
        {
            return sign switch
            {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "//" => y == 0 ? null : x / y,
                _ => y == 0 ? null : x % y,
            };
        }

        var (p, q) = (Number(a), Number(b));
        return sign switch
        {
            "+" => p + q,
            "-" => p - q,
            "*" => p * q,
            "/" => q == 0 ? null : p / q,
            "//" => q == 0 ? null : Math.Truncate(p / q),
            _ => q == 0 ? null : p % q,
        };
    }

    public static object? Cast(object? value, string type) => value is null ? null : type switch
    {
        "INT" or "INTEGER" or "BIGINT" or "SMALLINT" or "TINYINT" or "HUGEINT" or "LONG" =>
            value is long whole ? whole : (long)Math.Round(Number(value), MidpointRounding.ToEven),
        "DOUBLE" or "FLOAT" or "REAL" or "DECIMAL" or "NUMERIC" => Number(value),
        "VARCHAR" or "TEXT" or "STRING" or "CHAR" => Text(value),
        "BOOLEAN" or "BOOL" => value is bool flag ? flag : Number(value) != 0,
        _ => throw new InvalidDataException($"No cast to {type} here."),
    };

    public static object? Call(string name, object?[] arguments) => (name.ToUpperInvariant(), arguments) switch
    {
        ("COALESCE" or "IFNULL", _) => Array.Find(arguments, argument => argument is not null),
        ("IF", [var test, var a, var b]) => test is true ? a : b,
        ("NULLIF", [var a, var b]) => Compare(a, b) == 0 ? null : a,
        (_, _) when arguments.Contains(null) => null,
        ("LOWER" or "LCASE", [{ } a]) => Text(a).ToLowerInvariant(),
        ("UPPER" or "UCASE", [{ } a]) => Text(a).ToUpperInvariant(),
        ("TRIM", [{ } a]) => Text(a).Trim(' '),
        ("LENGTH" or "LEN", [{ } a]) => (long)Text(a).EnumerateRunes().Count(),
        ("LEFT", [{ } a, long n]) => Text(a)[..(int)Math.Clamp(n, 0, Text(a).Length)],
        ("SUBSTR" or "SUBSTRING", [{ } a, long from]) => Substring(Text(a), from, long.MaxValue),
        ("SUBSTR" or "SUBSTRING", [{ } a, long from, long length]) => Substring(Text(a), from, length),
        ("STARTS_WITH" or "PREFIX", [{ } a, { } b]) => Text(a).StartsWith(Text(b), StringComparison.Ordinal),
        ("CONTAINS", [{ } a, { } b]) => Text(a).Contains(Text(b), StringComparison.Ordinal),
        ("ABS", [long a]) => Math.Abs(a),
        ("ABS", [{ } a]) => Math.Abs(Number(a)),
        ("FLOOR", [{ } a]) => Math.Floor(Number(a)),
        ("CEIL" or "CEILING", [{ } a]) => Math.Ceiling(Number(a)),
        ("ROUND", [{ } a]) => Math.Round(Number(a), MidpointRounding.AwayFromZero),
        ("ROUND", [{ } a, long n]) => Math.Round(Number(a), (int)n, MidpointRounding.AwayFromZero),
        ("MOD", [{ } a, { } b]) => Calculate("%", a, b),
        ("CONCAT", _) => string.Concat(arguments.Select(argument => Text(argument!))),
        ("REPLACE", [{ } a, { } b, { } c]) => Text(a).Replace(Text(b), Text(c), StringComparison.Ordinal),
        ("GREATEST", _) => arguments.MaxBy(argument => argument, Order),
        ("LEAST", _) => arguments.MinBy(argument => argument, Order),
        _ => throw new InvalidDataException($"No function {name} here."),
    };

    public static bool Like(string text, string pattern, bool ignoreCase)
    {
        var form = new StringBuilder("^");
        foreach (var c in pattern)
        {
            form.Append(c switch { '%' => ".*", '_' => ".", _ => Regex.Escape(c.ToString()) });
        }

        return Regex.IsMatch(
            text, form.Append("\\z").ToString(),
            RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
    }

    public static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    public static double Number(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        bool flag => flag ? 1 : 0,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new InvalidDataException("A text that is no number stands where a number is needed."),
    };

    private static string Substring(string text, long from, long length)
    {
        var start = Math.Clamp(from - 1, 0, text.Length);
        return text.Substring((int)start, (int)Math.Clamp(length, 0, text.Length - start));
    }
}
