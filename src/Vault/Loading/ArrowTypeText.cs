using System.Globalization;
using System.Text;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Loading;

/// <summary>An Arrow column's type in words for reports: types, units and sizes only, no field name. What comes from the file (zone, extension) is cut down to plain characters.</summary>
internal static class ArrowTypeText
{
    internal const int Most = 200;

    internal static string Of(ArrowField field)
    {
        var text = new StringBuilder();
        Write(text, field);
        return text.Length <= Most ? text.ToString() : string.Concat(text.ToString().AsSpan(0, Most - 3), "...");
    }

    /// <summary>Whether a text could have come from here; the host asks, since the child is not trusted.</summary>
    internal static bool Plausible(string text) => text.Length is > 0 and <= Most && text.All(Plain);

    private static bool Plain(char c) => char.IsAsciiLetterOrDigit(c) || "_<>,()[] =/+-.:".Contains(c, StringComparison.Ordinal);

    private static void Write(StringBuilder text, ArrowField field)
    {
        if (text.Length > Most)
        {
            return;
        }

        if (field.Dictionary is { } dictionary)
        {
            text.Append("dictionary<").Append(Word(dictionary.Index)).Append(',');
        }

        Name(text, field.Type);
        if (field.Children.Count > 0)
        {
            text.Append('<');
            for (var i = 0; i < field.Children.Count; i++)
            {
                text.Append(i == 0 ? "" : ",");
                Write(text, field.Children[i]);
            }

            text.Append('>');
        }

        text.Append(field.Dictionary is null ? "" : ">");
        if (field.Extension is { } extension)
        {
            text.Append(" extension ").Append(Cut(extension));
        }
    }

    private static void Name(StringBuilder text, ArrowType type)
    {
        text.Append(Word(type.Kind));
        switch (type.Kind)
        {
            case ArrowKind.Time32 or ArrowKind.Time64 or ArrowKind.Duration:
                text.Append('[').Append(Unit(type.Unit)).Append(']');
                break;
            case ArrowKind.Timestamp:
                text.Append('[').Append(Unit(type.Unit)).Append(type.TimeZone is { } zone ? " " + Cut(zone) : "").Append(']');
                break;
            case ArrowKind.Decimal32 or ArrowKind.Decimal64 or ArrowKind.Decimal128 or ArrowKind.Decimal256:
                text.Append(CultureInfo.InvariantCulture, $"({type.Precision},{type.Scale})");
                break;
            case ArrowKind.FixedBinary:
                text.Append(CultureInfo.InvariantCulture, $"({type.ByteWidth})");
                break;
            case ArrowKind.FixedList:
                text.Append(CultureInfo.InvariantCulture, $"({type.ListSize})");
                break;
            default:
                break;
        }
    }

    private static string Unit(ArrowUnit unit) => unit switch { ArrowUnit.Second => "s", ArrowUnit.Millisecond => "ms", ArrowUnit.Microsecond => "us", _ => "ns" };

    private static string Word(ArrowKind kind) => kind.ToString().ToLowerInvariant();

    private static string Cut(string text) => string.Concat(text.Take(60).Select(c => Plain(c) ? c : '?')).Replace('?', '_');
}
