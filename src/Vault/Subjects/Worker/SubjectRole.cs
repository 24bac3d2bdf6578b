using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Subjects;

/// <summary>Request to the subject child. Whose rows are wanted lies in a sealed file, never in a message.</summary>
internal sealed record SubjectRequest(IReadOnlyList<SourceSegment> Segments, IReadOnlyList<string> Columns, string SubjectColumn, string SubjectPath, int MostRows, int Threads);

/// <summary>How many rows follow in the data frames.</summary>
internal sealed record SubjectReply(long Rows);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(SubjectRequest))]
[JsonSerializable(typeof(SubjectReply))]
internal sealed partial class SubjectJson : JsonSerializerContext;

/// <summary>The subject child: the rows of one subject out of the segments of a data set, every value as text, in the order in which they were loaded.</summary>
internal sealed class SubjectRole : IWorkerRole
{
    public const string Name = "subject";

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(SubjectJson.Default.SubjectRequest);
        using var connection = SegmentEngine.Open(2L << 30, message.Threads);
        var source = SourceTable.Open(connection, message.Segments, null);
        foreach (var column in message.Columns)
        {
            _ = source.TypeOf(column);
        }

        var subject = File.ReadAllText(message.SubjectPath, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var columns = string.Join(", ", message.Columns.Select(column => $"CAST({DuckDbConnection.Quote(column)} AS VARCHAR) AS {DuckDbConnection.Quote(column)}"));
        var sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {columns} FROM {source.Rows(message.Columns.Append(message.SubjectColumn))}
            WHERE CAST({DuckDbConnection.Quote(message.SubjectColumn)} AS VARCHAR) = {DuckDbConnection.Literal(subject)}
            ORDER BY {SourceTable.SegmentColumn}, {SourceTable.PlaceColumn} LIMIT {message.MostRows + 1}
            """);
        using var result = connection.Query(sql);
        using var target = new FrameDataStream(output);
        output.Json(FrameKind.Result, new SubjectReply(ResultEncoder.Write(result, target)), SubjectJson.Default.SubjectReply);
    }

    public void Dispose()
    {
    }
}
