using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Subjects;

/// <summary>Request to the child that numbers subjects.</summary>
internal sealed record SubjectNumberRequest(IReadOnlyList<SourceSegment> Segments, string Column, string About, int Threads);

/// <summary>That the numbers follow in the data frames.</summary>
internal sealed record SubjectNumberReply(int Subjects);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(SubjectNumberRequest))]
[JsonSerializable(typeof(SubjectNumberReply))]
internal sealed partial class SubjectNumberJson : JsonSerializerContext;

/// <summary>The child that numbers the subjects of an epoch.</summary>
internal sealed class SubjectNumberRole : IWorkerRole
{
    public const string Name = "number-subjects";

    private const long EngineBytes = 1L << 30;

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(SubjectNumberJson.Default.SubjectNumberRequest);
        using var connection = SegmentEngine.Open(EngineBytes, message.Threads);
        var numbers = Number(connection, message);
        using (var target = new BufferedStream(new FrameDataStream(output), 1 << 20))
        {
            numbers.Write(target);
        }

        output.Json(FrameKind.Result, new SubjectNumberReply(numbers.Subjects), SubjectNumberJson.Default.SubjectNumberReply);
    }

    public void Dispose()
    {
    }

    // Subjects are told apart by 128-bit digests of their texts: that two of a hundred million have one has a chance of 1 in 10²², and holding all texts at once would take many times the memory.
    private static SubjectNumbers Number(DuckDbConnection connection, SubjectNumberRequest message)
    {
        var source = SourceTable.Open(connection, message.Segments, null);
        _ = source.TypeOf(message.Column);
        var places = new RowPlaces(connection, message.Segments);
        if (places.Rows > Array.MaxLength)
        {
            throw new WorkerRefusedException(SubjectNumbering.TooManyRule);
        }

        var numbers = new int[places.Rows];
        var known = new Dictionary<UInt128, int>();
        var (nobody, last) = (0L, -1L);
        using var result = connection.Stream($"SELECT {places.Sql}, md5_number(CAST({DuckDbConnection.Quote(message.Column)} AS VARCHAR)) FROM {source.Rows([message.Column])}");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                var place = chunk[0].Values<long>();
                var digests = chunk[1];
                var digest = digests.Values<UInt128>();
                for (var row = 0; row < chunk.Rows; row++)
                {
                    if (digests.IsNull(row))
                    {
                        (nobody, last) = (nobody + 1, place[row]);
                        continue;
                    }

                    ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(known, digest[row], out var exists);
                    number = exists ? number : known.Count;
                    numbers[place[row]] = number;
                }
            }
        }

        var oneEach = nobody <= 1 && known.Count + nobody == places.Rows;
        return oneEach
            ? new SubjectNumbers { About = message.About, Rows = places.Rows, OneEach = true, Nobody = last, Subjects = known.Count, Starts = [], Slots = [] }
            : SubjectNumbers.Of(message.About, numbers, known.Count);
    }
}
