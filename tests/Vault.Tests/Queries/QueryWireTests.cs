using System.Text.Json;
using Sandbox.Policy;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>What the child reads and writes by hand is what the host's strict serializer writes and reads.</summary>
public sealed class QueryWireTests
{
    private static readonly QueryColumn[] Columns = [new("a \"b\" 欧阳\u0001", CellType.Exact), new("", CellType.Text)];

    [Fact]
    public void Requests_arrive_as_they_were_sent()
    {
        QueryRequest[] sent =
        [
            new("/proc/self/fd/3", new QueryCaps(1, 2, 3, 4, 5, 6, 1L << 40, 8), null, null, [new("r", "/proc/self/fd/4"), new("s", "/proc/self/fd/5")]),
            new(null, null, "SELECT '欧阳\n\"' -- \u0001", [new("x", ParameterKind.Number, "1.5"), new("y", ParameterKind.Flag, "true"), new("z", ParameterKind.Whole, "-3"), new("t", ParameterKind.Text, "")]),
            new(null, null, "FROM t", [], null, new KeepRequest("kept", 1_000_000)),
        ];
        foreach (var request in sent)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(request, QueryJson.Default.QueryRequest);
            Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(QueryWire.Read(bytes), QueryJson.Default.QueryRequest));
        }
    }

    [Fact]
    public void Replies_are_those_of_the_serializer()
    {
        QueryReply[] replies =
        [
            new(new RowsReply(Columns, [["1", null], ["欧阳 <>&'+", ""]], true, ["main.t"]), null, null),
            new(null, new RefusedReply(new Refusal("R", "why", "remedy", "因", "法"), new TextPosition(1, 2, 3)), null),
            new(null, new RefusedReply(new Refusal("R", "why", "remedy", "因", "法"), null), null),
            new(null, null, EngineFault.OutOfMemory),
            new(null, null, null, new KeptReply(5, 2, ["main.t", "results.r"])),
        ];
        foreach (var reply in replies)
        {
            Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(reply, QueryJson.Default.QueryReply), QueryWire.Write(reply));
        }

        var opened = new ZoneOpened([new("main", "t", Columns), new("results", "r", [])]);
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(opened, QueryJson.Default.ZoneOpened), QueryWire.Write(opened));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Sql\":1}")]
    [InlineData("{\"Caps\":{}}")]
    [InlineData("{\"Sql\":\"x\",\"Parameters\":[{\"Name\":\"a\",\"Kind\":\"None\",\"Value\":\"\"}]}")]
    [InlineData("{\"Keep\":{\"Name\":null,\"Rows\":1}}")]
    public void What_is_no_request_is_refused(string json) => Assert.Throws<FrameException>(() => QueryWire.Read(System.Text.Encoding.UTF8.GetBytes(json)));
}
