using System.Globalization;
using System.Text;
using System.Xml;

namespace Sandbox.Vault.Loading;

/// <summary>What a cell is.</summary>
internal enum XlsxCellKind
{
    /// <summary>Nothing in it.</summary>
    Empty = 0,

    /// <summary>Text that somebody typed in or a formula gave.</summary>
    Text,

    /// <summary>A number, date, time or truth value, written out.</summary>
    Value,

    /// <summary>An error such as #N/A, a formula without a stored result, or a value that has no form.</summary>
    Broken,

    /// <summary>A whole number of which the spreadsheet has lost digits.</summary>
    Lost,
}

/// <summary>Rows of one sheet, streamed. Formulas are never computed: their stored results count.</summary>
internal sealed class XlsxSheet(XlsxWorkbook workbook, string part)
{
    private const int MostColumns = 16_384;

    /// <summary>First and last row (from 1) and column (from 0) of every merged range.</summary>
    internal List<(long FromRow, long ToRow)> Merged()
    {
        var merged = new List<(long, long)>();
        using var xml = workbook.Read(part);
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sheetData" })
            {
                xml.Skip();
            }

            if (xml is { NodeType: XmlNodeType.Element, LocalName: "mergeCell" } && xml.GetAttribute("ref") is { } range)
            {
                var ends = range.Split(':');
                merged.Add((Row(ends[0]), Row(ends[^1])));
            }
        }

        return merged;
    }

    /// <summary>Rows that have cells: number from 1 and cells by column. The list is used again.</summary>
    internal IEnumerable<(long Number, List<(XlsxCellKind Kind, string Text)> Cells)> Rows()
    {
        using var xml = workbook.Read(part);
        var cells = new List<(XlsxCellKind, string)>();
        long number = 0;
        var open = false;
        while (xml.Read())
        {
            if (xml.LocalName == "row" && xml.NodeType == XmlNodeType.Element)
            {
                number = xml.GetAttribute("r") is { } given ? long.Parse(given, CultureInfo.InvariantCulture) : number + 1;
                cells.Clear();
                open = !xml.IsEmptyElement;
            }
            else if (open && xml.LocalName == "c" && xml.NodeType == XmlNodeType.Element)
            {
                var column = xml.GetAttribute("r") is { } place ? Column(place) : cells.Count;
                if (column < cells.Count || column >= MostColumns)
                {
                    throw new InvalidDataException();
                }

                while (cells.Count < column)
                {
                    cells.Add((XlsxCellKind.Empty, ""));
                }

                cells.Add(Cell(xml));
            }
            else if (xml.LocalName == "row" && xml.NodeType == XmlNodeType.EndElement)
            {
                open = false;
                yield return (number, cells);
            }
        }
    }

    /// <summary>The text of an element with runs, without readings set above characters; the reader ends on its end.</summary>
    internal static string Text(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (depth, text, reading) = (xml.Depth, new StringBuilder(), false);
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.LocalName == "rPh" && !xml.IsEmptyElement)
            {
                reading = xml.NodeType == XmlNodeType.Element;
            }
            else if (!reading && xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace or XmlNodeType.CDATA && xml.Depth > depth + 1)
            {
                text.Append(xml.Value);
            }
        }

        return Unescape(text.ToString());
    }

    private (XlsxCellKind, string) Cell(XmlReader xml)
    {
        var (type, style) = (xml.GetAttribute("t") ?? "n", xml.GetAttribute("s"));
        var (value, formula, inline) = ((string?)null, false, (string?)null);
        if (!xml.IsEmptyElement)
        {
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType != XmlNodeType.Element || xml.Depth != depth + 1)
                {
                    continue;
                }

                switch (xml.LocalName)
                {
                    case "f":
                        formula = true;
                        break;
                    case "v":
                        value = Raw(xml);
                        break;
                    case "is":
                        inline = Text(xml);
                        break;
                }
            }
        }

        if (type == "inlineStr")
        {
            return inline is null ? (XlsxCellKind.Empty, "") : (XlsxCellKind.Text, inline);
        }

        if (value is null)
        {
            return formula ? (XlsxCellKind.Broken, "") : (XlsxCellKind.Empty, "");
        }

        switch (type)
        {
            case "s":
                return (XlsxCellKind.Text, workbook.Texts[int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)]);
            case "str":
                return (XlsxCellKind.Text, Unescape(value));
            case "b":
                return value is "0" or "1" ? (XlsxCellKind.Value, value == "1" ? "true" : "false") : (XlsxCellKind.Broken, value);
            case "d":
                return (XlsxCellKind.Value, value);
            case "n":
                var dated = style is not null && int.Parse(style, NumberStyles.None, CultureInfo.InvariantCulture) is var at && at < workbook.DateStyles.Count && workbook.DateStyles[at];
                return dated
                    ? XlsxNumbers.Date(value, workbook.From1904) is { } date ? (XlsxCellKind.Value, date) : (XlsxCellKind.Broken, value)
                    : XlsxNumbers.Number(value) is { } number ? (XlsxCellKind.Value, number) : (XlsxCellKind.Lost, value);
            default:
                return (XlsxCellKind.Broken, value);
        }
    }

    private static string Raw(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (depth, text) = (xml.Depth, new StringBuilder());
        while (xml.Read() && xml.Depth > depth)
        {
            text.Append(xml.Value);
        }

        return text.ToString();
    }

    // _x000D_ stands for a character that XML can't hold.
    private static string Unescape(string text)
    {
        for (var at = text.IndexOf("_x", StringComparison.Ordinal); at >= 0; at = text.IndexOf("_x", at + 1, StringComparison.Ordinal))
        {
            if (at + 6 < text.Length && text[at + 6] == '_' && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && !char.IsSurrogate((char)code))
            {
                text = string.Concat(text.AsSpan(0, at), [(char)code], text.AsSpan(at + 7));
            }
        }

        return text;
    }

    private static int Column(string place)
    {
        var column = 0;
        foreach (var letter in place)
        {
            if (!char.IsAsciiLetterUpper(letter))
            {
                break;
            }

            column = checked((column * 26) + letter - 'A' + 1);
        }

        return column - 1 >= 0 ? column - 1 : throw new InvalidDataException();
    }

    private static long Row(string place) => long.Parse(place.AsSpan().TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ$"), NumberStyles.None, CultureInfo.InvariantCulture);
}
