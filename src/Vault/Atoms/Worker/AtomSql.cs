using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Atoms;

/// <summary>
/// SQL over the rows of the epoch: the place of a row (p), the atom it was in (a), a bit for each fresh stream that has it in its range (w0, w1 …) and the values of the streams' dimensions
/// (d0_0, d0_1 …). Bits and numbers are grouped many times faster than the texts of cells, which are made of the groups.
/// </summary>
internal sealed class AtomSql : IDisposable
{
    /// <summary>Function that tells a row's atom in the index.</summary>
    private const string AtomFunction = "sandbox_atom";

    private const int WordBits = 32;

    private readonly DuckDbConnection _connection;
    private readonly SourceTable _source;
    private readonly MaskFunctions _masks;
    private readonly string? _subject;
    private readonly PermissionFilter? _permissions;
    private readonly RowPlaces _places;
    private readonly bool _indexed;

    public AtomSql(DuckDbConnection connection, AtomRequest request)
    {
        _connection = connection;
        _source = SourceTable.Open(connection, request.Segments, null);
        _masks = new MaskFunctions(connection, null);
        _subject = request.SubjectColumn;
        _permissions = PermissionFilter.Open(connection, request.Marks);
        _indexed = request.Index is not null;
        _places = new RowPlaces(connection, request.Segments);
        _ = _subject is null ? null : _source.TypeOf(_subject);
    }

    /// <summary>Rows of the epoch.</summary>
    public long RowCount => _places.Rows;

    public void Dispose() => _permissions?.Dispose();

    /// <summary>Atom of each row in the index; empty without one.</summary>
    public int[] Atoms { get; private set; } = [];

    /// <summary>Lets <see cref="Rows"/> see the atoms of an index.</summary>
    public void UseIndex(int[] atoms)
    {
        Atoms = atoms;
        ScalarFunctionHost.Register(_connection, new ScalarFunction
        {
            Name = AtomFunction,
            Parameters = [DuckDbTypeId.BigInt],
            Result = DuckDbTypeId.Integer,
            Body = (input, output, _) =>
            {
                var places = input[0].Values<long>();
                var result = output.Writable<int>();
                for (var row = 0; row < input.Rows; row++)
                {
                    result[row] = atoms[places[row]];
                }
            },
        });
    }

    /// <summary>The columns that rows are grouped by.</summary>
    public string[] Groups(IReadOnlyList<AtomStream> streams) =>
    [
        .. _indexed ? ["a"] : Array.Empty<string>(),
        .. streams.Chunk(WordBits).Select((_, word) => string.Create(CultureInfo.InvariantCulture, $"w{word}")),
        .. streams.SelectMany((stream, at) => stream.Form.Dimensions.Select((_, of) => Value(at, of))),
    ];

    /// <summary>Of a group: the atom of the index and the key of each stream, as <see cref="AtomStream.Parts"/> reads it.</summary>
    public string Keys(IReadOnlyList<AtomStream> streams) =>
        (_indexed ? "a" : "0") + string.Concat(streams.Select((stream, at) =>
        {
            var parts = string.Concat(stream.Form.Dimensions.Select((_, of) => $"CAST({Value(at, of)} AS VARCHAR)").Select(text => $" || coalesce(strlen({text})::VARCHAR || ':' || {text}, '-')"));
            return string.Create(CultureInfo.InvariantCulture, $", CASE WHEN (w{at / WordBits} & {1L << (at % WordBits)}) <> 0 THEN 'c'{parts} ELSE '' END AS k{at}");
        }));

    /// <summary>The rows.</summary>
    /// <param name="streams">The fresh streams.</param>
    /// <param name="present">Column that must have a value, or null.</param>
    public string Rows(IReadOnlyList<AtomStream> streams, string? present)
    {
        var columns = streams.SelectMany(stream => stream.Form.Dimensions.Select(dimension => dimension.Column)
            .Concat(stream.Form.Filters.SelectMany(filter => filter.Columns)).Concat(stream.Present is { } column ? [column] : [])).ToList();
        columns.AddRange(new[] { _permissions is null ? null : _subject, present }.OfType<string>());
        string[] ranges = [.. streams.Select(Range)];
        var words = string.Concat(ranges.Chunk(WordBits).Select((chunk, word) => string.Create(CultureInfo.InvariantCulture, $", {Word(chunk)} AS w{word}")));
        var values = string.Concat(streams.SelectMany((stream, at) => stream.Form.Dimensions.Select((dimension, of) => $", CASE WHEN {ranges[at]} THEN {DimensionSql.Of(_connection, _source, _masks, dimension)} END AS {Value(at, of)}")));
        var atom = _indexed ? $", system.main.{AtomFunction}({_places.Sql}) AS a" : "";
        return $"SELECT {_places.Sql} AS p{atom}{words}{values} FROM {_source.Rows(columns)}{(present is null ? "" : $" WHERE {IsPresent(present)}")}";
    }

    private static string Value(int stream, int dimension) => string.Create(CultureInfo.InvariantCulture, $"d{stream}_{dimension}");

    // As narrow as the bits allow: a narrow number is counted in an array.
    private static string Word(string[] ranges)
    {
        var type = ranges.Length <= 8 ? "UTINYINT" : ranges.Length <= 16 ? "USMALLINT" : "UINTEGER";
        return $"({string.Join(" | ", ranges.Select((range, bit) => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {range} THEN {1L << bit}::{type} ELSE 0::{type} END")))})";
    }

    private string Range(AtomStream stream)
    {
        var present = stream.Present is { } column ? $" AND {IsPresent(column)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{SourceTable.SegmentColumn} < {stream.Form.Segments} AND {PermissionFilter.Condition(_permissions, _source, _subject, stream.Form.Permission)}{_source.Conditions(stream.Form.Filters)}{present}");
    }

    // As the evidence counts values: a number that is none is missing.
    private string IsPresent(string column)
    {
        var quoted = DuckDbConnection.Quote(column);
        return MaskedColumn.InputOf(_source.TypeOf(column)) is MaskInput.Floating ? $"coalesce(isfinite(CAST({quoted} AS DOUBLE)), false)" : $"{quoted} IS NOT NULL";
    }
}
