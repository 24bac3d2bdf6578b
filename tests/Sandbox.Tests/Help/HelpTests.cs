using System.Text.RegularExpressions;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Help;

/// <summary>Walks the whole tree of verbs by its own help: each has words, examples and <c>--json</c>.</summary>
public sealed partial class HelpTests
{
    /// <summary>A well-formed public key that is nobody's here.</summary>
    private const string SomeKey = "sandbox-key:nist:gPR-QW0h9m5uBJh-wJZ3OD2twi_0X2Yy3bajel4Q8nxUz9D1YanjYOElLjaggZKGotn268wIjWawkOJJpgBCSg";

    /// <summary>Words that make each verb go as far as the door of a domain. A verb that is missing here fails the walk.</summary>
    internal static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["person add"] = ["somebody", "--org", "city-lab", "--role", "scientist", "--as", "bureau-admin"],
        ["person list"] = [],
        ["person deputy"] = ["wu", "--from", "2099-01-01", "--until", "2099-01-09", "--as", "zhao"],
        ["person deputy-end"] = ["wu", "--as", "zhao"],
        ["person sign-in"] = ["--issuer", "https://login.example", "--key", "none.pem", "--as", "zhao"],
        ["person record"] = ["wu", "--kind", "filing", "--from", "2026-01-01", "--until", "2026-12-31", "--file", "none.pdf", "--as", "zhao"],
        ["party add"] = ["city-lab", "--kind", "developer", "--credit-code", "91350100M000100Y43", "--as", "li"],
        ["party evidence"] = ["city-lab", "--paper", "credit_record", "--from", "2026-01-01", "--until", "2026-12-31", "--file", "none.pdf", "--as", "zhao"],
        ["party admit"] = ["city-lab", "--rules", "rules-v3", "--as", "li"],
        ["party leave"] = ["city-lab", "--rules", "rules-v3", "--as", "li"],
        ["party measure"] = ["city-lab", "--measure", "warn", "--grounds", "passed data on", "--as", "li"],
        ["party bind"] = ["--as", "zhao"],
        ["party list"] = [],
        ["party show"] = ["city-lab"],
        ["agreement forms"] = [],
        ["agreement file"] = ["none.json", "--paper", "none.pdf", "--as", "zhao"],
        ["agreement sign"] = ["op-2026", "--as", "li"],
        ["agreement withdraw"] = ["op-2026", "--as", "li"],
        ["agreement end"] = ["op-2026", "--grounds", "no demand", "--as", "zhao"],
        ["agreement keep"] = ["op-2026", "--grounds", "goes on", "--as", "zhao"],
        ["agreement list"] = [],
        ["agreement show"] = ["op-2026"],
        ["agreement fetch"] = ["op-2026", "--out", "none.pdf", "--as", "zhao"],
        ["order open"] = ["leak-1", "--party", "data-company", "--trigger", "breach", "--due", "2099-12-31", "--grounds", "passed on", "--as", "zhao"],
        ["order report"] = ["leak-1", "--words", "done", "--as", "li"],
        ["order accept"] = ["leak-1", "--as", "zhao"],
        ["order return"] = ["leak-1", "--words", "not done", "--as", "zhao"],
        ["order terminate"] = ["leak-1", "--words", "no answer", "--as", "zhao"],
        ["order list"] = [],
        ["evaluation list"] = [],
        ["evaluation figures"] = ["civil-affairs", "--year", "2026", "--as", "zhao"],
        ["evaluation save"] = ["data-company", "--year", "2026", "--outcome", "pass", "--words", "good", "--as", "zhao"],
        ["evaluation plan"] = ["data-company", "--year", "2026", "--words", "plan", "--as", "li"],
        ["evaluation finish"] = ["data-company", "--year", "2026", "--words", "done", "--as", "li"],
        ["evaluation answer"] = ["data-company", "--year", "2026", "--words", "answer", "--as", "li"],
        ["notice list"] = ["--as", "li"],
        ["data add"] = ["flights", "--file", "none.csv", "--source", "nowhere", "--acquired", "2026-01-01", "--as", "chen"],
        ["data confirm"] = ["flights", "--as", "chen"],
        ["data look"] = ["--file", "none.csv"],
        ["data supply"] = ["flights", "--mode", "interface", "--as", "chen"],
        ["source add"] = ["permits-api", "--url", "https://data.example.gov.cn/permits.csv", "--as", "chen"],
        ["source approve"] = ["permits-api", "--as", "zhao"],
        ["source pull"] = ["permits-api", "--as", "chen"],
        ["source list"] = [],
        ["source stop"] = ["permits-api", "--as", "chen"],
        ["data append"] = ["flights", "--file", "none.csv", "--acquired", "2026-01-01", "--as", "chen"],
        ["data replace"] = ["flights", "--batch", "b1", "--file", "none.csv", "--acquired", "2026-01-01", "--as", "chen"],
        ["data withdraw"] = ["flights", "--batch", "b1", "--as", "chen"],
        ["data quarantine"] = ["flights", "--as", "chen"],
        ["data standard"] = ["flights", "none.json", "--as", "chen"],
        ["data quality"] = ["flights", "--as", "chen"],
        ["data risk"] = ["flights", "--columns", "origin", "--as", "chen"],
        ["data list"] = [],
        ["data show"] = ["flights"],
        ["scenario request"] = ["none.json", "--as", "li"],
        ["scenario confirm"] = ["shuttle", "--as", "zhao"],
        ["scenario consent"] = ["shuttle", "--as", "chen"],
        ["scenario reject"] = ["shuttle", "--as", "chen", "--grounds", "too wide"],
        ["scenario end"] = ["shuttle", "--grounds", "closed", "--as", "chen"],
        ["scenario leftovers"] = [],
        ["scenario list"] = [],
        ["scenario show"] = ["shuttle"],
        ["zone open"] = ["shuttle", "--as", "li"],
        ["zone refresh"] = ["shuttle-wb", "--as", "li"],
        ["zone destroy"] = ["shuttle-wb", "--as", "li"],
        ["zone list"] = [],
        ["zone show"] = ["shuttle-wb"],
        ["query"] = ["--zone", "shuttle-wb", "--as", "wu", "SELECT 1"],
        ["result list"] = ["--zone", "shuttle-wb", "--as", "wu"],
        ["result show"] = ["late", "--zone", "shuttle-wb", "--as", "wu"],
        ["result chart"] = ["late", "--zone", "shuttle-wb", "--words", "origin", "--values", "flights", "--as", "wu"],
        ["result drop"] = ["late", "--zone", "shuttle-wb", "--as", "wu"],
        ["model inspect"] = ["none"],
        ["model try"] = ["none"],
        ["model submit"] = ["none", "--scenario", "shuttle", "--as", "li"],
        ["model approve"] = ["delay", "--as", "zhao"],
        ["model block"] = ["delay", "--as", "zhao"],
        ["model list"] = [],
        ["run start"] = ["--model", "delay", "--zone", "shuttle-wb", "--as", "li"],
        ["run report"] = ["run-1", "--as", "qian"],
        ["run replay"] = ["run-1", "--as", "zhou"],
        ["run list"] = [],
        ["he keygen"] = ["none-key", "--contributors", "none.txt", "--witnesses", "none.txt", "--guard", "none.guard", "--person-key", "none.key"],
        ["he round open"] = ["none.json", "--key", "none.hepub", "--as", "li"],
        ["he round invite"] = ["visits", "--out", "none.invitation"],
        ["he round take"] = ["visits", "none.part", "--as", "li"],
        ["he round close"] = ["visits", "--as", "li"],
        ["he round recount"] = ["visits", "--out", "none.recount", "--as", "li"],
        ["he round permit"] = ["visits", "--as", "zhao"],
        ["he round receive"] = ["visits", "none.opened", "--as", "zhao"],
        ["he contribute"] = ["none.invitation", "--csv", "none.csv", "--platform-key", "none.pub", "--holder-key", "none.pub", "--out", "none.part", "--person-key", "none.key"],
        ["he sum"] = ["visits", "--as", "li"],
        ["he witness"] = ["none.recount", "--platform-key", "none.pub", "--holder-key", "none.pub", "--out", "none.witness", "--person-key", "none.key"],
        ["he open"] = ["none.hesum", "--secret", "none.hekey", "--guard", "none.guard", "--platform-key", "none.pub", "--out", "none.opened", "--person-key", "none.key"],
        ["he match open"] = ["none.json", "--out", "none.terms", "--as", "li"],
        ["he match blind"] = ["none.terms", "--ids", "none.txt", "--secret", "none.secret", "--platform-key", "none.pub", "--out", "none.points", "--person-key", "none.key"],
        ["he match reblind"] = ["none.terms", "--points", "none.points", "--secret", "none.secret", "--platform-key", "none.pub", "--out", "none.double", "--person-key", "none.key"],
        ["he match count"] = ["drivers", "none.double", "none.double", "--as", "li"],
        ["he status"] = [],
        ["export request"] = ["none.json", "--as", "li"],
        ["export show"] = ["table", "--as", "qian"],
        ["export approve"] = ["table", "--as", "qian"],
        ["export return"] = ["table", "--as", "qian"],
        ["export reject"] = ["table", "--as", "qian"],
        ["export release"] = ["table", "--as", "zhao"],
        ["export withdraw"] = ["table", "--as", "li"],
        ["export revoke"] = ["table", "--as", "zhao"],
        ["export status"] = ["table", "--as", "li"],
        ["export sheet"] = ["table", "--as", "qian"],
        ["export list"] = [],
        ["verify"] = ["none.tar", "--key", "none.pub"],
        ["ledger verify"] = [],
        ["ledger show"] = [],
        ["ledger prove"] = ["0", "--out", "none.receipt"],
        ["ledger checkpoint"] = [],
        ["ledger export"] = ["none"],
        ["alerts list"] = [],
        ["alerts see"] = ["refusals-1", "--words", "looked at", "--as", "zhao"],
        ["alerts limit"] = ["--export-rows", "500", "--as", "zhao"],
        ["assessment add"] = ["level", "--kind", "level", "--level", "3", "--issuer", "test centre", "--issued", "2026-01-01", "--expires", "2026-12-31", "--paper", "none.pdf", "--as", "zhao"],
        ["assessment list"] = [],
        ["calendar show"] = ["--year", "2026"],
        ["calendar load"] = ["none.json", "--as", "zhao"],
        ["calendar count"] = ["--from", "2026-09-28", "--count", "5", "--unit", "working_day"],
        ["due"] = ["--overdue"],
        ["procedure open"] = ["operator_selection", "selection", "--subject", "data-company", "--as", "zhao"],
        ["procedure close"] = ["selection", "notice", "--file", "none.json", "--as", "zhao"],
        ["procedure amend"] = ["selection", "--as", "zhao"],
        ["procedure list"] = [],
        ["procedure show"] = ["selection"],
        ["procedure require"] = ["operator_selection", "--as", "zhao"],
        ["procedure set-time"] = ["developer_application", "--working-days", "5", "--as", "li"],
        ["catalogue publish"] = ["none.json", "--as", "chen"],
        ["catalogue list"] = [],
        ["demand add"] = ["none.json", "--as", "li"],
        ["demand submit"] = ["autumn", "--as", "li"],
        ["demand list"] = [],
        ["classification set"] = ["flights", "none.json", "--as", "chen"],
        ["classification show"] = ["flights"],
        ["negative-list add"] = ["none.json", "--as", "zhao"],
        ["negative-list review"] = ["n-1", "--decision", "No. 9", "--as", "zhao"],
        ["negative-list end"] = ["n-1", "--decision", "No. 9", "--as", "zhao"],
        ["negative-list list"] = [],
        ["permission give"] = ["residents", "shuttle", "--file", "none.csv", "--evidence", "none.pdf", "--as", "chen"],
        ["permission end"] = ["residents", "shuttle", "--subjects", "none.txt", "--as", "chen"],
        ["permission list"] = [],
        ["subject documents"] = ["none.json", "--as", "zhao"],
        ["subject verify"] = ["zhang", "--document", "identity_document", "--identifier", "none.txt", "--evidence", "none.pdf", "--as", "zhao"],
        ["subject ask"] = ["copy-1", "--wish", "copy", "--identifier", "none.txt", "--as", "zhang"],
        ["subject approve"] = ["copy-1", "--as", "chen"],
        ["subject reject"] = ["copy-1", "--grounds", "not these", "--as", "chen"],
        ["subject copy"] = ["copy-1", "--identifier", "none.txt", "--out", "none.json", "--as", "zhang"],
        ["subject carry-out"] = ["drop-1", "--identifier", "none.txt", "--as", "chen"],
        ["subject delegate"] = ["bank-1", "copy-1", "--to", "city-lab", "--until", "2099-01-01", "--as", "zhang"],
        ["subject delegate-end"] = ["bank-1", "--as", "zhang"],
        ["subject list"] = [],
        ["scenario pass-on"] = ["shuttle", "--as", "li"],
        ["assessment fetch"] = ["level", "--out", "none.pdf", "--as", "zhao"],
        ["case open"] = ["quality-ticket", "ticket", "none.json", "--as", "chen"],
        ["case step"] = ["ticket", "answer", "--as", "chen"],
        ["case show"] = ["ticket", "--as", "chen"],
        ["case list"] = [],
        ["case paper"] = ["ticket", "--step", "0", "--out", "none.pdf", "--as", "zhao"],
        ["audit pack"] = ["--month", "2026-05", "--out", "none.json", "--as", "zhao"],
        ["audit report"] = ["--year", "2025", "--out", "none.json", "--as", "zhao"],
        ["audit status"] = [],
        ["audit verify"] = ["none.json", "--key", "none.pub"],
        ["data retain"] = ["flights", "--years", "10", "--basis", "archives law", "--as", "chen"],
        ["data archive"] = ["flights", "--out", "none.archive", "--as", "chen"],
        ["data archived"] = ["flights-1", "--number", "a-17", "--receipt", "none.pdf", "--as", "chen"],
        ["ledger feed open"] = ["city-platform", "--folder", "none", "--key", SomeKey, "--as", "zhao"],
        ["ledger feed push"] = ["city-platform", "--as", "zhao"],
        ["ledger feed receive"] = ["city-platform", "--folder", "none", "--key", "none.pub", "--receiver-key", "none.key", "--into", "none.store"],
        ["ledger feed check"] = ["none.batch", "--key", "none.pub"],
        ["ledger feed status"] = [],
        ["ledger feed close"] = ["city-platform", "--as", "zhao"],
        ["backup create"] = ["--out", "none.sbx", "--backup-key", "none.key", "--as", "zhao"],
        ["backup keys"] = ["--out", "none.epoch", "--as", "zhao"],
        ["backup verify"] = ["none.sbx", "--backup-key", "none.key", "--key", "none.pub"],
        ["backup restore"] = ["none.sbx", "--backup-key", "none.key", "--epoch-copy", "none.epoch", "--as", "zhao"],
        ["backup drill"] = ["none.sbx", "--backup-key", "none.key", "--as", "zhao"],
        ["ledger witness"] = ["none.txt", "--first", "--key", "none.pub", "--witness-key", "none.key", "--name", "audit-office", "--last", "none.seen", "--out", "none.cosigned"],
        ["ledger watch"] = ["--once", "--last", "none.seen"],
        ["ledger archive"] = ["--as", "zhao"],
        ["ledger expire"] = ["--as", "zhao"],
        ["ledger repair"] = [],
        ["lineage show"] = ["release:table", "--as", "zhao", "--svg", "none.svg"],
        ["lineage impact"] = ["data-set:flights", "--as", "zhao"],
        ["account open"] = ["--password-file", "none.txt", "--as", "li"],
        ["account close"] = ["--as", "li"],
        ["account unlock"] = ["li", "--as", "zhao"],
        ["token create"] = ["nightly", "--scope", "due:read", "--as", "li"],
        ["token end"] = ["nightly", "--as", "li"],
        ["token list"] = ["--as", "li"],
        ["disclosure"] = [],
        ["serve"] = ["--urls", "http://127.0.0.1:0"],
    };

    /// <summary>Verbs that need no domain; their own tests call them.</summary>
    private static readonly string[] Elsewhere = ["init", "demo", "doctor", "person keygen", "export keygen", "jail run", "jail probe", "zone preview", "profile show", "profile compare", "profile check", "case kinds"];

    [Fact]
    public void Every_verb_has_help_with_examples_and_answers_in_json()
    {
        var leaves = new List<string>();
        Walk([], leaves);
        Assert.Equal(Words.Keys.Concat(Elsewhere).Order(StringComparer.Ordinal), leaves.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Without_a_domain_a_verb_refuses_in_json_and_makes_nothing(string verb)
    {
        using var folder = new TemporaryFolder();
        var words = Words[verb].Select(word => word.StartsWith("none", StringComparison.Ordinal) ? folder.File(word) : word);
        var ran = SandboxProgram.Json([.. verb.Split(' '), .. words, "--dir", folder.File("nowhere")]);
        Assert.True(ran.Code is Ran.Refused or Ran.Failed, ran.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    public static TheoryData<string> Leaves() => [.. Words.Keys];

    /// <summary>Every verb that there is.</summary>
    internal static IEnumerable<string> All => Words.Keys.Concat(Elsewhere);

    [Fact]
    public void Doctor_answers_in_json()
    {
        var answer = SandboxProgram.Json("doctor", "--quick").Ends(Ran.Done).Json;
        Assert.InRange(answer["jail_level"]!.GetValue<int>(), 0, 2);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("data")]
    [InlineData("data", "nonsense")]
    [InlineData("data", "add")]
    [InlineData("data", "list", "--nonsense")]
    [InlineData("data", "list", "one", "two")]
    [InlineData("ledger", "show", "--count", "many")]
    [InlineData("init", "--profile")]
    [InlineData("init", "--profile", "futian", "--suite", "rot13", "--dir", "/nonexistent/city")]
    [InlineData("query")]
    public void Words_that_cannot_be_understood_end_with_two(params string[] words) => SandboxProgram.Run(words).Ends(Ran.Usage);

    [Fact]
    public void An_empty_folder_name_is_a_misuse() => SandboxProgram.Json("data", "list", "--dir", "").Ends(Ran.Usage);

    private static void Walk(string[] path, List<string> leaves)
    {
        var help = SandboxProgram.Run([.. path, "--help"]).Ends(Ran.Done).Output;
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("--json", help, StringComparison.Ordinal);
        var below = Below(help).ToArray();
        if (below.Length == 0)
        {
            Assert.Contains("sandbox " + string.Join(' ', path), help, StringComparison.Ordinal);
            leaves.Add(string.Join(' ', path));
        }

        foreach (var verb in below)
        {
            Walk([.. path, verb], leaves);
        }
    }

    private static IEnumerable<string> Below(string help)
    {
        var at = help.IndexOf("\nCommands:", StringComparison.Ordinal);
        return at < 0 ? [] : Verb().Matches(help[at..]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex("^  ([a-z][a-z-]*)(?: <[a-z]+>| \\[<[a-z]+>\\])*(?:  |$)", RegexOptions.Multiline)]
    private static partial Regex Verb();
}
