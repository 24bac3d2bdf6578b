using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.Queries;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Workers;

/// <summary>A child that was taken over sends what it likes. The host answers with a refusal or a failure, in time, and never with the child's words.</summary>
public sealed class HostileChildAttackTests
{
    private const string Sql = "SELECT read_csv('x') FROM share.person";
    private static readonly QueryLimits Limits = new();
    private static readonly ZoneTableInfo[] Tables = [new("share", "person", [new QueryColumn("age", CellType.Whole)])];

    public static TheoryData<string> Replies => new()
    {
        """{"Rows":{"Columns":[null],"Rows":[["1"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Text"}],"Rows":[null],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Text"}],"Rows":[[]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Text"}],"Rows":[["1","2"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":99}],"Rows":[["1"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":null,"Type":"Text"}],"Rows":[["1"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Whole"}],"Rows":[["99999999999999999999"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Whole"}],"Rows":[["x"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[{"Name":"a","Type":"Floating"}],"Rows":[["0x1"]],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[],"Rows":[],"Truncated":false,"Tables":["share.person","PLANTED"]},"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[],"Rows":[],"Truncated":false,"Tables":[null]},"Refused":null,"Failed":null}""",
        """{"Rows":null,"Refused":{"Refusal":{"Rule":"SB-QUERY-6","Why":"PLANTED","Remedy":"","WhyZh":"","RemedyZh":""},"Position":null},"Failed":null}""",
        """{"Rows":null,"Refused":{"Refusal":{"Rule":"SB-QUERY-7","Why":"The function PLANTED is refused: it is no source of rows here.","Remedy":"Write the expression with listed functions.","WhyZh":"函数 PLANTED 不允许使用。","RemedyZh":"请改用清单中的函数。"},"Position":null},"Failed":null}""",
        """{"Rows":null,"Refused":{"Refusal":{"Rule":"SB-QUERY-1","Why":"There is no statement.","Remedy":"Write one SELECT.","WhyZh":"没有语句。","RemedyZh":"请写一条 SELECT 语句。"},"Position":{"Offset":-1,"Line":-5,"Column":2147483647}},"Failed":null}""",
        """{"Rows":null,"Refused":null,"Failed":null}""",
        """{"Rows":{"Columns":[],"Rows":[],"Truncated":false,"Tables":[]},"Refused":null,"Failed":"Binding"}""",
        """{"Rows":{"Columns":[{"Name":"\ud800","Type":"Text"}],"Rows":[],"Truncated":false,"Tables":[]},"Refused":null,"Failed":null}""",
        "{\"Rows\":" + new string('[', 4000),
        """{"Rows":null,"Refused":null,"Failed":1e999}""",
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_that_our_child_would_not_give_ends_the_child(string json)
    {
        var frame = new Frame(FrameKind.Result, Encoding.UTF8.GetBytes(json));
        var error = Record.Exception(() => ReplyReading.Answer(frame.Json(QueryJson.Default.QueryReply), Sql, Tables, Limits));
        Assert.True(error is FrameException or QueryChildException, error?.ToString() ?? "taken");
    }

    [Fact]
    public void Replies_that_were_bent_anywhere_are_taken_or_refused_and_never_throw_otherwise()
    {
        var seeds = ((IEnumerable<object[]>)Replies).Select(row => (string)row[0]).Where(text => text.Length < 1000).Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(20260511);
        string[] pieces = ["null", "[]", "{}", "-1", "1e999", "\"\"", "[null]", "99999999999999999999999", "true", "\"\\u0000\"", "\"Text\""];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(8), bytes.Count - at - 1));
                        break;
                    default:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                }
            }

            var frame = new Frame(FrameKind.Result, bytes.ToArray());
            var error = Record.Exception(() => ReplyReading.Answer(frame.Json(QueryJson.Default.QueryReply), Sql, Tables, Limits));
            Assert.True(error is null or FrameException or QueryChildException, $"{Encoding.UTF8.GetString([.. bytes])}: {error}");
        }
    }

    [Fact]
    public void Too_many_rows_and_bytes_are_cut_again_by_the_host()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => (IReadOnlyList<string?>)[i.ToString(CultureInfo.InvariantCulture)]).ToList();
        var reply = new QueryReply(new RowsReply([new QueryColumn("a", CellType.Whole)], rows, false, []), null, null);
        Assert.True(ReplyReading.Answer(reply, Sql, Tables, Limits) is QueryAnswer.Rows { Truncated: true, Values.Count: 200 });
        var wide = new QueryReply(new RowsReply([new QueryColumn("a", CellType.Text)], [[new string('x', Limits.Bytes)]], false, []), null, null);
        Assert.True(ReplyReading.Answer(wide, Sql, Tables, Limits) is QueryAnswer.Rows { Truncated: true, Values.Count: 0 });
    }

    [Theory]
    [InlineData("""{"Tables":[null]}""")]
    [InlineData("""{"Tables":[{"Schema":"main","Name":"t","Columns":[null]}]}""")]
    [InlineData("""{"Tables":[{"Schema":"main","Name":"t","Columns":[{"Name":"a","Type":77}]}]}""")]
    public void An_opening_with_holes_is_refused(string json) =>
        Assert.False(ReplyReading.Holds(new Frame(FrameKind.Result, Encoding.UTF8.GetBytes(json)).Json(QueryJson.Default.ZoneOpened)));

    [Theory]
    [InlineData("""{"Tables":[null]}""", false)]
    [InlineData("""{"Tables":[]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[]},{"Name":"t","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"PLANTED","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":9223372036854775807,"SmallestClass":null,"LeftOut":0,"Columns":[]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":10,"SmallestClass":-1,"LeftOut":0,"Columns":[]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[null]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[{"Name":"a","Rule":"PLANTED","Type":"VARCHAR","Present":1,"Distinct":1}]}]}""", false)]
    [InlineData("""{"Tables":[{"Name":"t","Rows":10,"SmallestClass":null,"LeftOut":0,"Columns":[]}]}""", true)]
    public void A_build_report_must_fit_its_request(string json, bool holds)
    {
        var request = new ZoneRequest
        {
            ZoneId = "z",
            Kind = ZoneKind.Workbench,
            K = 1,
            ZoneKey = null!,
            Tables = [new ZoneTable { Name = "t", Segments = [], DataKey = null!, Columns = [new ZoneColumn("a", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.Ungraded)] }],
        };
        Assert.Equal(holds, BuildReplyCheck.Holds(new Frame(FrameKind.Result, Encoding.UTF8.GetBytes(json)).Json(BuildJson.Default.BuildReply), request));
    }

    [Theory]
    [InlineData(2, 1L, 1, 1.0, 1.0, 0, true)]
    [InlineData(1, 1L, 1, 1.0, 1.0, 0, true)] // the missing values
    [InlineData(0, -1L, 1, 1.0, 1.0, 0, true)] // the margin, no subjects
    [InlineData(3, 1L, 1, 1.0, 1.0, 0, false)] // a text that is not there
    [InlineData(0x10002, 1L, 1, 1.0, 1.0, 0, false)] // a second dimension
    [InlineData(2, 9L, 1, 1.0, 1.0, 0, false)] // more subjects than rows
    [InlineData(2, -2L, 1, 1.0, 1.0, 0, false)]
    [InlineData(2, -1L, 9, 1.0, 1.0, 0, false)] // more values than rows
    [InlineData(2, -1L, 1, double.PositiveInfinity, 1.0, 0, false)]
    [InlineData(2, -1L, 1, 1.0, double.NaN, 0, false)]
    [InlineData(2, -1L, 1, 1.0, 1.0, -1, false)]
    public void A_cell_of_evidence_must_be_possible(ulong key, long subjects, long present, double sum, double largest, long negatives, bool holds) =>
        Assert.Equal(holds, new WireCell(key, 5, subjects, present, sum, largest, 0, 0, negatives, Math.Max(0, Math.Min(negatives, 5))).Holds([["text"]]));

    /// <summary>The whole way with a hostile program in the jail in the place of the worker.</summary>
    [Theory]
    [InlineData("out(Buffer.alloc(0))")]
    [InlineData("out(Buffer.from([1,2]))")]
    [InlineData("out(Buffer.from([255,255,255,255,4]))")]
    [InlineData("out(Buffer.from([0,0,0,0,0]))")]
    [InlineData("out(Buffer.from([0,0,0,0,9]))")]
    [InlineData("out(Buffer.from([9,0,0,0,4,1,2]))")]
    [InlineData("frame(4, '')")]
    [InlineData("frame(4, 'null')")]
    [InlineData("frame(4, '{\"Tables\":[],\"More\":1}')")]
    [InlineData("frame(4, '['.repeat(4000000))")]
    [InlineData("frame(4, '{\"Tables\":' + '['.repeat(63) + ']'.repeat(63) + '}')")]
    [InlineData("frame(5, '{\"Kind\":\"Refused\",\"Rule\":\"' + 'x'.repeat(100000) + '\"}')")]
    [InlineData("frame(5, '{\"Kind\":77}')")]
    [InlineData("fs.closeSync(0); fs.closeSync(1); for (;;);")]
    [InlineData("for (;;) frame(2, '{\"Stage\":\"x\",\"Table\":1,\"Tables\":1}')")]
    [InlineData("for (;;) frame(3, 'x'.repeat(1000000))")]
    [InlineData("for (;;) fs.writeSync(2, 'x'.repeat(1000000))")]
    [InlineData("for (;;);")]
    [InlineData("process.abort()")]
    public async Task A_hostile_program_in_the_place_of_a_worker_is_outlived(string script)
    {
        var folder = Directory.CreateTempSubdirectory("hostile-").FullName;
        try
        {
            var program = Path.Combine(folder, "hostile.cjs");
            await File.WriteAllTextAsync(program, $$"""
                const fs = require('node:fs');
                const out = bytes => { for (let at = 0; at < bytes.length;) at += fs.writeSync(1, bytes, at); };
                const frame = (kind, text) => { const body = Buffer.from(text), head = Buffer.alloc(5); head.writeUInt32LE(body.length); head[4] = kind; out(head); out(body); };
                {{script}}
                """);
            var policy = JailPolicies.Homomorphic with { WallLimit = TimeSpan.FromSeconds(3), MaxOutputBytes = 64 << 20 };
            var outcome = await ChildCall.RunAsync(
                TestZone.Jailer, new JailCommand { Policy = policy, Program = program }, (new ZoneProgress("x", 1, 1), (JsonTypeInfo<ZoneProgress>)BuildJson.Default.ZoneProgress),
                BuildJson.Default.BuildReply, (_, _) => ValueTask.CompletedTask, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.False(outcome is ChildOutcome<BuildReply>.Done);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
