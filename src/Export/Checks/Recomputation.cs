using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>Makes the table that leaves from the vault's evidence, so that a model can choose nothing of it: no row, no order, no digit.</summary>
internal static class Recomputation
{
    /// <summary>Key by which evidence names the class of rows without a value in a dimension.</summary>
    private const string MissingKey = "(missing)";

    public static ArtefactResult Build(RequestedTable request, ArtefactLimits limits)
    {
        DimensionColumn[] dimensions = [.. request.Columns.OfType<DimensionColumn>()];
        MeasureColumn[] measures = [.. request.Columns.OfType<MeasureColumn>()];
        var rows = new Dictionary<Key, Cell[]>();
        var withheld = (request.Mending?.Withheld ?? []).Select(key => new Key(key)).ToHashSet();
        for (var at = 0; at < measures.Length; at++)
        {
            if (request.Evidence.SingleOrDefault(item => item.Measure == measures[at].Name) is not { } evidence
                || (at > 0 && evidence.Cells.Count != rows.Count))
            {
                return new ArtefactResult.Refused([CheckWords.NoEvidence]);
            }

            foreach (var cell in evidence.Cells)
            {
                if (cell.Key.Count != dimensions.Length || Row(rows, cell, dimensions, measures.Length, at == 0) is not { } row
                    || Value(cell, measures[at]) is not { } value)
                {
                    return new ArtefactResult.Refused([CheckWords.NoEvidence]);
                }

                row[dimensions.Length + at] = withheld.Contains(new Key(cell.Key)) ? Cell.Withheld.Value : value;
            }
        }

        return TableArtefact.Create(request.Name, [.. dimensions, .. measures], rows.Values, limits);
    }

    private static Cell[]? Row(Dictionary<Key, Cell[]> rows, CellEvidence cell, DimensionColumn[] dimensions, int measures, bool first)
    {
        var key = new Key(cell.Key);
        if (!first)
        {
            return rows.GetValueOrDefault(key);
        }

        var row = new Cell[dimensions.Length + measures];
        for (var at = 0; at < dimensions.Length; at++)
        {
            if (Dimension(cell.Key[at], dimensions[at].Kind) is not { } value)
            {
                return null;
            }

            row[at] = value;
        }

        return rows.TryAdd(key, row) ? row : null;
    }

    private static Cell? Dimension(string? text, ValueKind kind) => (text, kind) switch
    {
        (null, _) => Cell.Total.Value,
        (MissingKey, _) => Cell.Missing.Value,
        (_, ValueKind.Text) => new Cell.Text(text),
        (_, ValueKind.Whole) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => new Cell.Whole(whole),
        (_, ValueKind.Exact) when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) => new Cell.Exact(exact),
        (_, ValueKind.Real) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => new Cell.Real(real),
        (_, ValueKind.Flag) when bool.TryParse(text, out var flag) => new Cell.Flag(flag),
        (_, ValueKind.Day) when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => new Cell.Day(day),
        _ => null,
    };

    private static Cell? Value(CellEvidence cell, MeasureColumn column) => column.Measure switch
    {
        MeasureKind.Count => new Cell.Whole(Rounded(column.Source is null ? cell.Rows : cell.NonNull, column.RoundedTo)),
        MeasureKind.Sum => cell.NonNull == 0 ? Cell.Missing.Value : Number(cell.Sum, column.Kind),
        MeasureKind.Mean => cell.NonNull == 0 ? Cell.Missing.Value : Number(cell.Sum / cell.NonNull, column.Kind),
        MeasureKind.Deviation or MeasureKind.Coefficient => cell.Statistic is { } statistic && double.IsFinite(statistic) ? Number(statistic, column.Kind) : null,
        _ => null,
    };

    // Ties away from zero; margins are rounded by themselves.
    private static long Rounded(long count, int? multiple) => multiple is { } to and > 1 ? (count + (to / 2)) / to * to : count;

    private static Cell? Number(double value, ValueKind kind) => kind switch
    {
        ValueKind.Real => new Cell.Real(value),
        ValueKind.Whole when value is > -9.0e15 and < 9.0e15 && Math.Round(value) == value => new Cell.Whole((long)value),
        ValueKind.Exact when value is > -7.9e27 and < 7.9e27 => new Cell.Exact((decimal)value),
        _ => null,
    };

    /// <summary>A cell key that compares by its parts.</summary>
    private readonly record struct Key(IReadOnlyList<string?> Parts)
    {
        public bool Equals(Key other) => Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var part in Parts)
            {
                hash.Add(part, StringComparer.Ordinal);
            }

            return hash.ToHashCode();
        }
    }
}
