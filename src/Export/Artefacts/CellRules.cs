using Sandbox.Export.Serialising;
using Sandbox.Policy;

namespace Sandbox.Export.Artefacts;

/// <summary>Whether a value may stand in a column, and its normal form.</summary>
internal static class CellRules
{
    /// <param name="cell">Untrusted.</param>
    /// <param name="normal">The form that is kept; meaningful only without a refusal.</param>
    public static Refusal? Check(Cell? cell, ArtefactColumn column, ArtefactLimits limits, out Cell normal)
    {
        normal = Cell.Withheld.Value;
        switch (cell)
        {
            case Cell.Missing:
                normal = Cell.Missing.Value;
                return null;
            case Cell.Withheld when column is MeasureColumn:
                return null;
            case Cell.Total when column is DimensionColumn:
                normal = Cell.Total.Value;
                return null;
            case Cell.Real { Value: var value } when column.Kind == ValueKind.Real:
                // Every NaN payload and the two zeros would be a channel, so they end here.
                normal = new Cell.Real(value == 0 ? 0.0 : value);
                return double.IsFinite(value) ? null : ArtefactRefusals.NotFinite;
            case Cell.Text { Value: var text } when column.Kind == ValueKind.Text:
                normal = cell;
                return text.Length > limits.MaxTextLength ? ArtefactRefusals.LongText(limits.MaxTextLength)
                    : !TextRules.IsPlain(text) ? ArtefactRefusals.HiddenCharacters
                    : text is CellForm.TotalMark ? ArtefactRefusals.ReservedMark
                    : null;
            case Cell.Exact { Value: var value } when column.Kind == ValueKind.Exact:
                // A decimal remembers trailing zeros: 1.0 and 1.00 are one value here.
                normal = new Cell.Exact(value / 1.000000000000000000000000000000m);
                return null;
            case Cell.Whole when column.Kind == ValueKind.Whole:
            case Cell.Flag when column.Kind == ValueKind.Flag:
            case Cell.Day when column.Kind == ValueKind.Day:
                normal = cell;
                return null;
            default:
                return ArtefactRefusals.WrongKind;
        }
    }
}
