using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Atoms;

/// <summary>SQL over the rows of the epoch: the place of a row, the atom it was in, and its cell in each fresh stream.</summary>
internal sealed class AtomSql : IDisposable
{
    /// <summary>Function that tells a row's atom in the index.</summary>
    private const string AtomFunction = "sandbox_atom";

    private readonly DuckDbConnection _connection;
    private readonly SourceTable _source;
    private readonly MaskFunctions _masks;
    private readonly string? _subject;
    private readonly PermissionFilter? _permissions;
    private readonly long[] _offsets;
    private readonly bool _indexed;

    public AtomSql(DuckDbConnection connection, AtomRequest request)
    {
        _connection = connection;
        _source = SourceTable.Open(connection, request.Segments, null);
        _masks = new MaskFunctions(connection, null);
        _subject = request.SubjectColumn;
        _permissions = PermissionFilter.Open(connection, request.Marks);
        _indexed = request.Index is not null;
        _offsets = new long[request.Segments.Count];
        foreach (var (at, segment) in request.Segments.Index())
        {
            _offsets[at] = RowCount;
            RowCount += connection.ScalarInt64($"SELECT count(*) FROM read_parquet({DuckDbConnection.Literal(segment.Main)})") ?? 0;
        }
    }

    /// <summary>Rows of the epoch.</summary>
    public long RowCount { get; private set; }

    public void Dispose() => _permissions?.Dispose();

    /// <summary>Lets <see cref="Rows"/> see the atoms of an index.</summary>
    public void UseIndex(int[] atoms) => ScalarFunctionHost.Register(_connection, new ScalarFunction
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

    /// <summary>Rows as (place, a, k0 …, s): the atom of the index, the key of each stream, the subject.</summary>
    /// <param name="streams">The fresh streams.</param>
    /// <param name="present">Column that must have a value, or null.</param>
    public string Rows(IReadOnlyList<AtomStream> streams, string? present)
    {
        var columns = streams.SelectMany(stream => stream.Form.Dimensions.Select(dimension => dimension.Column)
            .Concat(stream.Form.Filters.SelectMany(filter => filter.Columns)).Concat(stream.Present is { } column ? [column] : [])).ToList();
        columns.AddRange(new[] { _subject, present }.OfType<string>());
        var place = $"({string.Concat(_offsets.Select((offset, at) => string.Create(CultureInfo.InvariantCulture, $"{(at == 0 ? "CASE" : "")} WHEN {SourceTable.SegmentColumn} = {at} THEN {offset}")))} END + {SourceTable.PlaceColumn})::BIGINT";
        var keys = string.Concat(streams.Select((stream, at) => $", {Key(stream)} AS k{at}"));
        var subject = _subject is null ? "NULL::VARCHAR" : $"CAST({DuckDbConnection.Quote(Known(_subject))} AS VARCHAR)";
        var atom = _indexed ? $"system.main.{AtomFunction}({place})" : "0";
        return $"SELECT {place} AS place, {atom} AS a{keys}, {subject} AS s FROM {_source.Rows(columns)}{(present is null ? "" : $" WHERE {IsPresent(present)}")}";
    }

    private string Key(AtomStream stream)
    {
        var parts = string.Concat(stream.Form.Dimensions.Select(dimension => $" || coalesce(strlen({Part(dimension)})::VARCHAR || ':' || {Part(dimension)}, '-')"));
        var present = stream.Present is { } column ? $" AND {IsPresent(column)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {SourceTable.SegmentColumn} < {stream.Form.Segments} AND {PermissionFilter.Condition(_permissions, _source, _subject, stream.Form.Permission)}{_source.Conditions(stream.Form.Filters)}{present} THEN 'c'{parts} ELSE '' END");
    }

    private string Part(WireDimension dimension) => DimensionSql.Of(_connection, _source, _masks, dimension);

    // As the evidence counts values: a number that is none is missing.
    private string IsPresent(string column)
    {
        var quoted = DuckDbConnection.Quote(column);
        return MaskedColumn.InputOf(_source.TypeOf(column)) is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact or MaskInput.Flag
            ? $"coalesce(isfinite(CAST({quoted} AS DOUBLE)), false)"
            : $"{quoted} IS NOT NULL";
    }

    private string Known(string column)
    {
        _ = _source.TypeOf(column);
        return column;
    }
}
