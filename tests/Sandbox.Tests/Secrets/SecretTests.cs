using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Secrets;

/// <summary>
/// Errors and logs are exits. Planted values stand in cells, headers, broken rows and statements; none comes back in an answer, an error, a log line, the ledger or the registry.
/// Every call of every test in this project is held to the same by <see cref="SandboxProgram"/>.
/// </summary>
public sealed class SecretTests(FinishedDemo demo, SmallCity city) : IClassFixture<FinishedDemo>, IClassFixture<SmallCity>
{
    /// <summary>Files that each make another part of the load fail or work.</summary>
    public static TheoryData<string, string> Tables() => new()
    {
        { "cells", $"person,score,remark\n{Planted.Person},{Planted.Number},{Planted.Cell}\nb,2,x\n" },
        { "a phone in the header", $"person,{Planted.Phone},remark\na,1,x\n" },
        { "a number in the header", $"person,{Planted.Number},remark\na,1,x\n" },
        { "broken rows only", $"a,b\n{Planted.BrokenRow}\n{Planted.BrokenRow},1,2\n" },
        { "an open quote", $"a,b\n1,\"{Planted.BrokenRow}\n2,{Planted.Cell}\n" },
        { "bytes that are no text", $"a,b\n1,{Planted.Cell}\u0001\n" },
        { "a number that changes type late", $"a,b\n{string.Concat(Enumerable.Range(0, 30_000).Select(row => $"{row},{row}\n"))}1,{Planted.Cell}\n" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_load_tells_nothing_of_what_it_read(string what, string text)
    {
        var name = "t-" + what.Replace(' ', '-');
        using var folder = new TemporaryFolder();
        var file = folder.Write("table.csv", text);
        var ran = city.Load(name, file);
        Assert.True(ran.Code is Ran.Done or Ran.Refused, $"{what}: {ran}");
        SandboxProgram.Run("data", "add", name + "-2", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--dir", city.Folder, "--as", "chen");
        city.Call("data", "list");
        city.Call("data", "show", name);
        Planted.AssertAbsent("the log", city.Log);
        Planted.AssertAbsent("the registry", city.State());
        city.Call("ledger", "show");
    }

    private static readonly string[] Statements =
    [
        "SELECT CAST('qstatement8846' AS INTEGER)",
        "SELECT qstatement8846 FROM register",
        "SELECT * FROM qstatement8846",
        "SELECT qstatement8846(1)",
        "SELEC qstatement8846",
        "SELECT 'qstatement8846",
        "SELECT error('qstatement8846')",
        "SELECT CAST('qstatement8846' AS DATE)",
        "SELECT date_part('qstatement8846', DATE '2020-01-01')",
        "SELECT strptime('qstatement8846', '%Y')",
        "SELECT 1; DROP TABLE qstatement8846",
        "COPY register TO '/tmp/qstatement8846.csv'",
        "ATTACH '/tmp/qstatement8846.db'",
        "SELECT * FROM read_csv('/tmp/qstatement8846')",
        "SELECT regexp_matches('a', '(qstatement8846')",
        "SELECT CAST(name AS INTEGER) FROM register",
        "SELECT CAST(origin AS DATE) FROM flights",
        "SELECT * FROM '/etc/passwd'",
        "SET threads = 1",
        "PRAGMA database_list",
    ];

    /// <summary>Each in its own session of words and in one of JSON: as a line of a terminal and as an object for a program.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Requirement("CC-20-2")]
    public async Task Statements_that_fail_are_answered_in_our_own_words(bool json)
    {
        string[] words = ["query", "--zone", "night-bus-wb", "--dir", demo.Folder, "--as", "wu"];
        var ran = await SandboxProgram.RunAsync(json ? [.. words, "--json"] : words, string.Concat(Statements.Select(sql => sql + ";\n")) + "SELECT count(*) FROM flights;\n");
        Assert.Contains(json ? "\"answered\": 1" : $"{Statements.Length + 1} statements, 1 answered", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp/", ran.Output + ran.Errors, StringComparison.Ordinal);
        foreach (var path in Directory.GetFiles(Path.Combine(demo.Folder, "logs")))
        {
            Planted.AssertAbsent("the log", File.ReadAllText(path));
        }
    }

    [Theory]
    [InlineData("SELECT CAST('qstatement8846' AS INTEGER)")]
    [InlineData("SELECT qstatement8846 FROM register")]
    [InlineData("SELECT 'qstatement8846")]
    public void A_single_statement_that_fails_ends_with_its_code(string sql)
    {
        var ran = demo.As("wu", "query", "--zone", "night-bus-wb", sql);
        Assert.True(ran.Code is Ran.Refused or Ran.Failed, ran.ToString());
    }

    /// <summary>Values of parameters are bound, and neither they nor their names reach the ledger or the log.</summary>
    [Fact]
    public void Parameters_are_values_and_leave_no_trace()
    {
        string[] words = ["query", "--zone", "night-bus-wb", "SELECT count(*) FROM flights WHERE origin = $qparameter8846"];
        string Count(string value) => demo.As("wu", [.. words, "--set", "qparameter8846=" + value, "--json"]).Ends(Ran.Done).Output;
        Assert.NotEqual(Count("JFK"), Count("qvalue8846' OR origin <> '"));
        demo.As("wu", words).RefusedBy("SB-QUERY-13");
        foreach (var wrong in new[] { "qparameter8846", "=1", "1x=1" })
        {
            demo.As("wu", [.. words, "--set", wrong]).Ends(Ran.Usage);
        }

        demo.As("wu", [.. words, "--set", "a=1", "--set", "a=2"]).Ends(Ran.Usage);
        var ledger = demo.Call("ledger", "show", "--count", "10000").Ends(Ran.Done).Output;
        foreach (var text in Directory.GetFiles(Path.Combine(demo.Folder, "logs")).Select(File.ReadAllText).Append(ledger))
        {
            // Digits alone would be met in a moment's fraction of a second.
            Assert.DoesNotContain("qparameter", text, StringComparison.Ordinal);
            Assert.DoesNotContain("qvalue", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Requirement("CC-20-2")]
    public void The_whole_ledger_and_the_log_tell_no_raw_value()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ledger", demo.Call("ledger", "show", "--count", "10000").Ends(Ran.Done).Output);
        demo.Call("ledger", "export", folder.File("export")).Ends(Ran.Done);
        foreach (var path in Directory.GetFiles(Path.Combine(demo.Folder, "logs")))
        {
            File.Copy(path, folder.File(Path.GetFileName(path)));
        }

        Assert.Empty(RawValues.FindUnder(folder.Path));
    }
}
