using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>What was built before a permission ended is shut; what was told before it is put together with what is asked now; files of all kinds are taken whole or not at all.</summary>
public sealed class PermissionChangeTests : IDisposable
{
    private readonly PermissionTown _town = new(record: false);

    [Fact]
    [Requirement("FT-20-1", "futian")]
    public void A_zone_is_shut_when_a_permission_in_it_ends_and_so_is_what_a_model_made_of_it()
    {
        Assert.Equal("futian", _town.Profile);
        var people = Enumerable.Range(0, PermissionTown.Each).Select(number => PermissionTown.Person("valid", number)).ToArray();
        _town.Open("buses", "production", "nobody").RefusedBy("SB-ZONE-2");
        _town.Give("chen", "buses", PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), people.Concat(Others("none")))).Ends(Ran.Done);
        _town.Open("buses", "workbench", "bench").Ends(Ran.Done);
        _town.Open("buses", "production", "prod").Ends(Ran.Done);
        _town.Query("bench").Ends(Ran.Done);
        _town.Query("prod").Ends(Ran.Done);
        var run = _town.Run("prod", "buses").Ends(Ran.Done).Json["run"]!.GetValue<string>();
        _town.Export("made", "buses", run).Ends(Ran.Done);
        _town.As("qian", "export", "approve", "made").Ends(Ran.Done);
        _town.As("sun", "export", "approve", "made").Ends(Ran.Done);

        // More permissions make an older zone old, not wrong.
        _town.Give("chen", "buses", PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), Others("expired"))).Ends(Ran.Done);
        _town.Query("bench").Ends(Ran.Done);

        var ended = _town.End("chen", "buses", people[7], "nobody-at-all").Ends(Ran.Done).Json;
        Assert.Equal((2, 1), (ended["subjects"]!.GetValue<int>(), ended["ended"]!.GetValue<int>()));
        _town.Query("bench").RefusedBy("FT-20-1");
        _town.Query("prod").RefusedBy("FT-20-1");
        _town.As("li", "run", "start", "--model", "district-income", "--zone", "prod").RefusedBy("FT-20-1");
        _town.As("zhao", "export", "release", "made").RefusedBy("FT-20-1");
        _town.Export("made-again", "buses", run).RefusedBy("FT-20-1");
        _town.Open("buses", "production", "again").Ends(Ran.Done);

        // The group is one person smaller than what was told of it: the difference would be that person.
        _town.Query("again").RefusedBy("SB-PROD-13");
        _town.Query("again", "SELECT count(*) FROM register WHERE division = '11'").Ends(Ran.Refused);

        // Given again, the same group stands as it was told.
        _town.Give("chen", "buses", PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), [people[7]])).Ends(Ran.Done);
        Books.Check(_town.Folder);
        Books.CheckSwept(_town.Folder);
    }

    [Fact]
    public void Only_the_provider_and_the_bureau_record_permissions_and_only_with_a_paper()
    {
        var terms = PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), ["1x0001"]);
        foreach (var who in new[] { "li", "wu", "he", "sun" })
        {
            _town.Give(who, "buses", terms).RefusedBy("SB-HOST-5");
            _town.End(who, "buses", "1x0001").RefusedBy("SB-HOST-5");
        }

        _town.Give("chen", "ships", terms).RefusedBy("SB-HOST-1");
        _town.As("chen", "permission", "give", "none-such", "buses", "--file", _town.Write("t.csv", terms), "--evidence", _town.Write("p.pdf", "signed")).RefusedBy("SB-HOST-1");
        _town.As("chen", "permission", "give", "register", "buses", "--file", _town.Write("t.csv", terms), "--evidence", _town.Write("empty.pdf", "")).RefusedBy("FT-20-1");
        _town.End("chen", "buses", "1x0001").RefusedBy("FT-20-1");
        Assert.Empty(_town.As("li", "permission", "list").Json["permissions"]!.AsArray());
        Assert.Equal(1, _town.Give("zhao", "buses", terms).Ends(Ran.Done).Json["given"]!.GetValue<int>());
        var again = _town.Give("chen", "buses", terms).Ends(Ran.Done).Json;
        Assert.Equal((0, 1), (again["given"]!.GetValue<int>(), again["known"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("subject,from,until\n", 2)]
    [InlineData("subject;from;until\np1;2026-01-01;2026-02-01\n", 1)]
    [InlineData("subject,from,until\np1,2026-01-01\n", 2)]
    [InlineData("subject,from,until\np1,2026-01-01,2026-02-01,more\n", 2)]
    [InlineData("subject,from,until\np1,2026-02-01,2026-01-01\n", 2)]
    [InlineData("subject,from,until\np1,2026-01-01,2026-02-30\n", 2)]
    [InlineData("subject,from,until\np1,2026-01-01,2026-02-01\n\n,2026-01-01,2026-02-01\n", 4)]
    [InlineData("subject,from,until\n\"p1\",2026-01-01,2026-02-01\n", 2)]
    [InlineData("subject,from,until\n p1,2026-01-01,2026-02-01\n", 2)]
    [InlineData("subject,from,until\np\u0001,2026-01-01,2026-02-01\n", 2)]
    [InlineData("LONG", 2)]
    [InlineData("ENDLESS", 1)]
    [InlineData("BYTES", 2)]
    public void A_hostile_file_is_refused_by_its_line_and_nothing_is_kept(string text, int line)
    {
        var bytes = text switch
        {
            "LONG" => Encoding.UTF8.GetBytes($"subject,from,until\n{new string('p', 2000)},2026-01-01,2026-02-01\n"),
            "ENDLESS" => Encoding.UTF8.GetBytes(new string('p', 300_000)),
            "BYTES" => [.. "subject,from,until\n"u8, 0xFF, 0xFE, .. ",2026-01-01,2026-02-01\n"u8],
            _ => Encoding.UTF8.GetBytes(text),
        };
        File.WriteAllBytes(_town.File("hostile.csv"), bytes);
        var before = Objects();
        var ran = _town.As("chen", "permission", "give", "register", "buses", "--file", _town.File("hostile.csv"), "--evidence", _town.Write("paper.pdf", "signed")).RefusedBy("FT-20-1");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"line {line};"), ran.Json["refusals"]![0]!["why"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, Objects());
        Assert.Empty(_town.As("li", "permission", "list").Json["permissions"]!.AsArray());
    }

    public void Dispose() => _town.Dispose();

    private static IEnumerable<string> Others(string standing) => Enumerable.Range(0, PermissionTown.Each).Select(number => PermissionTown.Person(standing, number));

    private string[] Objects() => [.. Directory.GetFiles(Path.Combine(_town.Folder, "objects")).Concat(Directory.GetFiles(Path.Combine(_town.Folder, "staging"))).Order(StringComparer.Ordinal)];
}
