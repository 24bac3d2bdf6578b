using System.Globalization;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>The plain text of a number, truth value or day; used by every form so that they can't disagree.</summary>
internal static class CellForm
{
    /// <summary>How a margin is written; no category may have this text.</summary>
    public const string TotalMark = "(all)";

    /// <summary>The text of any value, for forms that people read.</summary>
    public static string Shown(Cell cell, ArtefactColumn column) => cell switch
    {
        Cell.Missing => "–",
        Cell.Withheld => "x",
        Cell.Total => TotalMark,
        Cell.Text text => text.Value,
        _ => Plain(cell, column),
    };

    public static string Plain(Cell cell, ArtefactColumn column) => (cell, column) switch
    {
        (Cell.Whole whole, MeasureColumn { Measure: not MeasureKind.Count } measure) => NumberForm.Rounded((decimal)whole.Value, measure.SignificantDigits),
        (Cell.Whole whole, _) => NumberForm.Whole(whole.Value),
        (Cell.Exact exact, MeasureColumn measure) => NumberForm.Rounded(exact.Value, measure.SignificantDigits),
        (Cell.Exact exact, _) => NumberForm.Rounded(exact.Value, NumberForm.MaxDigits),
        (Cell.Real real, MeasureColumn measure) => NumberForm.Rounded(real.Value, measure.SignificantDigits),
        (Cell.Real real, _) => NumberForm.Rounded(real.Value, NumberForm.MaxDigits),
        (Cell.Flag flag, _) => flag.Value ? "true" : "false",
        (Cell.Day day, _) => day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => throw new ArgumentException("This sort of value has no plain form.", nameof(cell)),
    };
}
