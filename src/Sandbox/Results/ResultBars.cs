using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Sandbox.Host.Zones;

namespace Sandbox.Host.Results;

/// <summary>Bars of rows that a screen may show anyway: words and a number each. Drawn by us, as characters or as SVG without script or link.</summary>
internal sealed class ResultBars
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private const int Wide = 40;
    private const int RowHeight = 20;
    private const int Left = 180;
    private const int Span = 400;

    private readonly (string Words, double? Value, string Shown)[] _rows;
    private readonly double _least;
    private readonly double _greatest;

    private ResultBars((string Words, double? Value, string Shown)[] rows)
    {
        _rows = rows;
        _least = Math.Min(0, rows.Min(row => row.Value) ?? 0);
        _greatest = Math.Max(0, rows.Max(row => row.Value) ?? 0);
    }

    /// <summary>Null when a value is no number.</summary>
    /// <param name="rows">Rows of two cells.</param>
    public static ResultBars? Of(IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        var read = rows.Select(row => (Words: Plain(ShownRows.Words(row[0])), Value: Number(row[1]), Shown: ShownRows.Words(row[1]), Row: row)).ToArray();
        return read.Length == 0 || read.Any(row => row.Row[1] is not null && row.Value is null) ? null : new ResultBars([.. read.Select(row => (row.Words, row.Value, row.Shown))]);
    }

    public string Text()
    {
        var text = new StringBuilder();
        var width = Math.Min(Wide, _rows.Max(row => row.Words.Length));
        foreach (var (words, value, shown) in _rows)
        {
            var name = words.Length > width ? words[..width] : words.PadRight(width);
            text.Append(name).Append(" │").Append(' ', Cells(Math.Min(0, value ?? 0) - _least)).Append('█', Cells(Math.Abs(value ?? 0))).Append(' ').Append(shown).Append('\n');
        }

        return text.ToString();
    }

    /// <param name="heading">Above the bars.</param>
    public string Svg(string heading)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Span + 120}\" height=\"{((_rows.Length + 1) * RowHeight) + 10}\" font-family=\"sans-serif\" font-size=\"12\">\n<text x=\"{Left}\" y=\"14\">{Html.Encode(Plain(heading))}</text>\n");
        foreach (var (at, (words, value, shown)) in _rows.Index())
        {
            var y = (at + 1) * RowHeight;
            var (from, length) = (Left + (Share(Math.Min(0, value ?? 0) - _least) * Span), Share(Math.Abs(value ?? 0)) * Span);
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 14}\" text-anchor=\"end\">{Html.Encode(words)}</text><rect x=\"{from:0.#}\" y=\"{y + 3}\" width=\"{length:0.#}\" height=\"{RowHeight - 6}\" fill=\"#4a6fa5\"/><text x=\"{from + length + 6:0.#}\" y=\"{y + 14}\">{Html.Encode(shown)}</text>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    private int Cells(double length) => (int)Math.Round(Share(length) * Wide);

    private double Share(double length) => _greatest > _least ? length / (_greatest - _least) : 0;

    private static double? Number(object? cell) => cell switch
    {
        long whole => whole,
        decimal exact => (double)exact,
        double real when double.IsFinite(real) && Math.Abs(real) < 1e300 => real,
        _ => null,
    };

    // A cell may hold steering characters; beside a bar it is one line of plain words.
    private static string Plain(string words) => string.Concat(words.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '·' : c));
}
