using Sandbox.Export.Serialising;
using Sandbox.Policy;

namespace Sandbox.Export.Artefacts;

/// <summary>What a table has to declare before a single value of it is looked at.</summary>
internal static class ColumnRules
{
    public static IReadOnlyList<Refusal> Check(string name, IReadOnlyList<ArtefactColumn> columns, ArtefactLimits limits)
    {
        var refusals = new List<Refusal>();
        if (!TextRules.IsArtefactName(name))
        {
            refusals.Add(ArtefactRefusals.BadName);
        }

        if (columns.Count > limits.MaxColumns)
        {
            refusals.Add(ArtefactRefusals.TooManyColumns(limits.MaxColumns));
        }

        if (!columns.OfType<MeasureColumn>().Any())
        {
            refusals.Add(ArtefactRefusals.NoMeasure);
        }

        if (columns.Any(column => !TextRules.IsHeading(column.Name)) || columns.DistinctBy(column => column.Name, StringComparer.OrdinalIgnoreCase).Count() != columns.Count)
        {
            refusals.Add(ArtefactRefusals.BadHeading);
        }

        if (columns.Any(column => !IsDeclared(column)))
        {
            refusals.Add(ArtefactRefusals.Undeclared);
        }

        return refusals;
    }

    private const int LeastRounding = 2;
    private const int MostRounding = 1000;

    private static bool IsDeclared(ArtefactColumn column) => column switch
    {
        DimensionColumn dimension => dimension.Kind is ValueKind.Text or ValueKind.Whole or ValueKind.Exact or ValueKind.Real or ValueKind.Flag or ValueKind.Day
            && !string.IsNullOrWhiteSpace(dimension.Source),
        MeasureColumn measure => measure.Kind is ValueKind.Whole or ValueKind.Exact or ValueKind.Real
            && measure.Measure != MeasureKind.Unknown && Enum.IsDefined(measure.Measure)
            && measure.SignificantDigits is >= 1 and <= NumberForm.MaxDigits
            && (measure.Measure != MeasureKind.Count || measure.Kind == ValueKind.Whole)
            && (measure.RoundedTo is not { } multiple || (measure.Measure == MeasureKind.Count && multiple is >= LeastRounding and <= MostRounding))
            && (measure.Measure == MeasureKind.Count || !string.IsNullOrWhiteSpace(measure.Source)),
        _ => false,
    };
}
