using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Zones;

/// <summary>Numbers the rows of an epoch from 0 on, in the order of its segments.</summary>
internal sealed class RowPlaces
{
    private readonly long[] _offsets;

    /// <param name="connection">An engine that may read the segments.</param>
    /// <param name="segments">All of the epoch, in order.</param>
    public RowPlaces(DuckDbConnection connection, IReadOnlyList<SourceSegment> segments)
    {
        _offsets = new long[segments.Count];
        foreach (var (at, segment) in segments.Index())
        {
            _offsets[at] = Rows;
            Rows += connection.ScalarInt64($"SELECT count(*) FROM read_parquet({DuckDbConnection.Literal(segment.Main)})") ?? 0;
        }
    }

    /// <summary>Rows of the epoch.</summary>
    public long Rows { get; }

    /// <summary>SQL of a row's number, over what <see cref="SourceTable.Rows"/> gives.</summary>
    public string Sql => _offsets.Length == 1
        ? SourceTable.PlaceColumn
        : string.Create(CultureInfo.InvariantCulture, $"(CASE{string.Concat(_offsets.Select((offset, at) => string.Create(CultureInfo.InvariantCulture, $" WHEN {SourceTable.SegmentColumn} = {at} THEN {offset}")))} END + {SourceTable.PlaceColumn})::BIGINT");
}
