using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>The rows of a request as SQL: d0, d1 … its dimensions, v the value (missing where it is no number), p the place of the row in the epoch.</summary>
internal sealed class EvidenceRows
{
    private readonly string[] _dimensions;
    private readonly string _value;
    private readonly string _from;
    private readonly string _place;

    private EvidenceRows(string[] dimensions, string value, string from, string place, SubjectNumbers? subjects) =>
        (_dimensions, _value, _from, _place, Subjects) = (dimensions, value, from, place, subjects);

    /// <summary>Its subjects; null where it has none.</summary>
    public SubjectNumbers? Subjects { get; }

    /// <summary>How many dimensions there are.</summary>
    public int Dimensions => _dimensions.Length;

    /// <summary>The names of the dimensions.</summary>
    public string Names => string.Join(", ", _dimensions.Select((_, at) => FormattableString.Invariant($"d{at}")));

    /// <summary>Their texts.</summary>
    public string Texts => string.Join(", ", _dimensions.Select((_, at) => FormattableString.Invariant($"CAST(d{at} AS VARCHAR)")));

    /// <exception cref="WorkerRefusedException">A column, rule, measure or condition that does not fit.</exception>
    public static EvidenceRows Open(DuckDbConnection connection, EvidenceRequest message, PermissionFilter? permissions)
    {
        var source = SourceTable.Open(connection, message.Segments, null);
        var masks = new MaskFunctions(connection, null);
        string[] dimensions = [.. message.Dimensions.Select(dimension => DimensionSql.Of(connection, source, masks, dimension))];
        var needed = message.Dimensions.Select(dimension => dimension.Column).Concat(message.Filters.SelectMany(filter => filter.Columns)).ToList();
        if (message.Measure is { } measure)
        {
            needed.Add(measure);
        }

        if (message.SubjectColumn is { } subject)
        {
            _ = source.TypeOf(subject);
            if (permissions is not null)
            {
                needed.Add(subject);
            }
        }

        var value = message.Measure is { } column ? ValueOf(source, column) : "NULL::DOUBLE";
        var from = $"{source.Rows(needed)} WHERE {PermissionFilter.Condition(permissions, source, message.SubjectColumn, message.Permission)}{source.Conditions(message.Filters)}";
        var places = new RowPlaces(connection, message.Segments);
        return new EvidenceRows(dimensions, value, from, places.Sql, SubjectNumbers.Open(message.SubjectColumn, message.Subjects, places.Rows));
    }

    /// <summary>The rows.</summary>
    /// <param name="places">Whether their places are wanted.</param>
    public string Sql(bool places) => $"SELECT {string.Concat(_dimensions.Select((sql, at) => FormattableString.Invariant($"{sql} AS d{at}, ")))}{(places ? $"{_place} AS p, " : "")}{_value} AS v FROM {_from}";

    // Floating numbers that are none (NaN, infinities) are missing, as the masks see them.
    private static string ValueOf(SourceTable source, string column)
    {
        var value = $"CAST({DuckDbConnection.Quote(column)} AS DOUBLE)";
        return MaskedColumn.InputOf(source.TypeOf(column)) switch
        {
            MaskInput.Floating => $"CASE WHEN isfinite({value}) THEN {value} END",
            MaskInput.Whole or MaskInput.Exact or MaskInput.Flag => value,
            _ => throw new WorkerRefusedException(EvidenceRefusals.MeasureRule),
        };
    }
}
