using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Subjects;
using Sandbox.Export.SubjectCopies;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>A person gets, corrects and deletes its own records and nobody else's, and lets one party fetch them until it ends that.</summary>
public sealed class SubjectTests : IDisposable
{
    private readonly PermissionTown _town = new(record: false);
    private readonly string _me = PermissionTown.Person("valid", 3);
    private readonly string _other = PermissionTown.Person("valid", 4);

    public SubjectTests()
    {
        foreach (var (name, identifier) in new[] { ("zhang", _me), ("gao", _other) })
        {
            _town.As("zhao", "person", "add", name, "--org", "public", "--role", "subject").Ends(Ran.Done);
            Verify(name, identifier).Ends(Ran.Done);
        }
    }

    [Fact]
    [Requirement("YN23-24-1", "futian")]
    public void The_copy_holds_all_and_only_the_subjects_own_records()
    {
        Assert.Equal("futian", _town.Profile);

        // More of them in a second delivery, some in one that is withdrawn again, and a second data set.
        Append("more.csv", $"{_me},120101,5,3333\n{_other},120101,6,4444\n{_me},,,\n").Ends(Ran.Done);
        var batch = Append("gone.csv", $"{_me},130101,7,5555\n").Ends(Ran.Done).Json["batches"]!.AsArray()[^1]!["batch"]!.GetValue<string>();
        _town.As("chen", "data", "withdraw", "register", "--batch", batch).Ends(Ran.Done);
        _town.As("he", "data", "add", "passes", "--file", _town.Write("passes.csv", $"holder,line\n{_other},1\n{_me},7\n{_me},9\n"), "--source", "a test", "--acquired", "2026-01-02", "--subject", "holder").Ends(Ran.Done);
        Ask("zhang", "copy-1", "copy", _me).Ends(Ran.Done);
        Copy("zhang", "copy-1", _me).RefusedBy("YN23-24-1");
        _town.As("chen", "subject", "approve", "copy-1").Ends(Ran.Done);
        Copy("zhang", "copy-1", _me).RefusedBy("YN23-24-1");
        _town.As("he", "subject", "approve", "copy-1").Ends(Ran.Done);
        Copy("zhang", "copy-1", _me).Ends(Ran.Done);
        Assert.Equal(
            ["passes: holder=" + _me + " line=7", "passes: holder=" + _me + " line=9", $"register: person={_me} division=120101 score={Row()} monthly_income={3000 + (Row() * 7919 % 6000)}", $"register: person={_me} division=120101 score=5 monthly_income=3333", $"register: person={_me}"],
            Records());

        // Nobody else takes it, nobody takes another's, whatever identifier is given.
        foreach (var who in new[] { "gao", "chen", "he", "li", "zhao", "sun" })
        {
            Copy(who, "copy-1", _me).RefusedBy("YN23-24-1");
            Copy(who, "copy-1", _other).RefusedBy("YN23-24-1");
        }

        Copy("zhang", "copy-1", _other).RefusedBy("YN23-24-1");
        Ask("zhang", "copy-2", "copy", _other).RefusedBy("YN23-24-1");
        Ask("li", "copy-3", "copy", _me).RefusedBy("SB-HOST-5");
        Verify("zhang", _other).RefusedBy("SB-HOST-2");
        _town.As("zhao", "person", "add", "twin", "--org", "public", "--role", "subject").Ends(Ran.Done);
        Verify("twin", _me).RefusedBy("SB-HOST-2");
        Ask("twin", "copy-4", "copy", _me).RefusedBy("YN23-24-1");
        Ask("gao", "copy-5", "copy", _other).Ends(Ran.Done);
        _town.As("chen", "subject", "reject", "copy-5").Ends(Ran.Refused);
        _town.As("li", "subject", "approve", "copy-5").RefusedBy("SB-HOST-5");
        _town.As("chen", "subject", "reject", "copy-5", "--grounds", "an inquiry is under way").Ends(Ran.Done);
        Copy("gao", "copy-5", _other).RefusedBy("YN23-24-1");
        Books.Check(_town.Folder);
        Assert.All(Books.Documents(_town.Folder), document => Assert.DoesNotContain(_me, document.Body.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("YN23-24-1", "futian")]
    public void A_deletion_and_a_correction_spread_to_zones_runs_and_services()
    {
        Assert.Equal("futian", _town.Profile);
        var people = Enumerable.Range(0, PermissionTown.Each).Select(number => PermissionTown.Person("valid", number)).ToArray();
        _town.Give("chen", "buses", PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), people)).Ends(Ran.Done);
        _town.Open("buses", "workbench", "bench").Ends(Ran.Done);
        _town.Open("buses", "production", "prod").Ends(Ran.Done);
        var run = _town.Run("prod", "buses").Ends(Ran.Done).Json["run"]!.GetValue<string>();
        Ask("zhang", "fix-1", "correct", _me, "register", "the income is wrong").Ends(Ran.Done);
        Ask("zhang", "fix-2", "correct", _me, "register").Ends(Ran.Refused);
        Carry("fix-1", _me, $"{_me},120101,5,9999\n").RefusedBy("YN23-24-1");
        _town.As("chen", "subject", "approve", "fix-1").Ends(Ran.Done);
        _town.As("he", "subject", "carry-out", "fix-1", "--identifier", _town.Write("id.txt", _me)).RefusedBy("SB-HOST-5");
        Carry("fix-1", _other, $"{_other},120101,5,9999\n").RefusedBy("YN23-24-1");
        Carry("fix-1", _me, null).Ends(Ran.Refused);
        Carry("fix-1", _me, $"{_me},120101,5,9999\n{_other},120101,5,9999\n").RefusedBy("YN23-24-1");
        Assert.Contains("monthly_income=" + (3000 + (Row() * 7919 % 6000)), Assert.Single(Fresh("zhang", "look-1", _me)), StringComparison.Ordinal);

        // However the data are supplied, one person's corrected records come as a file.
        _town.As("chen", "data", "supply", "register", "--mode", "interface").Ends(Ran.Done);
        Carry("fix-1", _me, $"{_me},120101,5,9999\n").Ends(Ran.Done);
        Assert.Equal($"register: person={_me} division=120101 score=5 monthly_income=9999", Assert.Single(Fresh("zhang", "look-2", _me)));
        Assert.Single(Fresh("gao", "look-3", _other));

        // What was made of the old records is shut.
        _town.Query("bench").RefusedBy("ZONE-EPOCH");
        _town.Query("prod").RefusedBy("ZONE-EPOCH");
        _town.Export("made", "buses", run).RefusedBy("ZONE-EPOCH");
        _town.Open("buses", "production", "prod-2").Ends(Ran.Done);
        Assert.Equal(200, Rows("prod-2"));

        Ask("zhang", "drop-1", "delete", _me, "register", "no basis any more").Ends(Ran.Done);
        _town.As("chen", "subject", "approve", "drop-1").Ends(Ran.Done);
        Carry("drop-1", _me, $"{_me},120101,5,9999\n").Ends(Ran.Refused);
        Carry("drop-1", _me, null).Ends(Ran.Done);
        Carry("drop-1", _me, null).RefusedBy("YN23-24-1");
        _town.Query("prod-2").RefusedBy("ZONE-EPOCH");
        _town.Open("buses", "production", "prod-3").Ends(Ran.Done);
        Assert.Equal(199, Rows("prod-3"));
        Assert.Empty(Fresh("zhang", "look-4", _me));
        Assert.Single(Fresh("gao", "look-5", _other));
        Assert.Equal(2, Books.Documents(_town.Folder).Count(document => document.Kind == "notice" && document.Body["act"]!.GetValue<string>() == "subject.carried-out" && document.Body["to"]!.GetValue<string>() == "data-company"));
        Books.Check(_town.Folder);
        Books.CheckSwept(_town.Folder);
    }

    [Fact]
    [Requirement("YN23-24-1", "futian")]
    public void A_delegation_lets_only_the_named_party_fetch_until_it_is_withdrawn()
    {
        Assert.Equal("futian", _town.Profile);
        foreach (var (name, organisation, code) in new[] { ("bo", "city-lab", "91350100M000100Y43"), ("du", "other-lab", "91110000600037341L") })
        {
            _town.As("zhao", "person", "add", name, "--org", organisation, "--role", "developer").Ends(Ran.Done);
            _town.As("li", "party", "add", organisation, "--kind", "developer", "--credit-code", code).Ends(Ran.Done);
        }

        Ask("zhang", "copy-1", "copy", _me, "register").Ends(Ran.Done);
        _town.As("chen", "subject", "approve", "copy-1").Ends(Ran.Done);
        Copy("bo", "copy-1", _me).RefusedBy("YN23-24-1");
        var soon = PermissionTown.Today.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Delegate("gao", "lab-1", "copy-1", "city-lab", soon).RefusedBy("SB-HOST-1");
        Delegate("bo", "lab-1", "copy-1", "city-lab", soon).RefusedBy("SB-HOST-1");
        Delegate("zhang", "lab-1", "copy-1", "no-such-lab", soon).RefusedBy("SB-HOST-1");
        Delegate("zhang", "lab-1", "copy-1", "city-lab", "2026-01-01").RefusedBy("SB-HOST-6");
        Delegate("zhang", "lab-1", "copy-1", "city-lab", "2099-01-01").RefusedBy("SB-HOST-6");
        Delegate("zhang", "lab-1", "copy-1", "city-lab", soon).Ends(Ran.Done);
        Copy("bo", "copy-1", _me).Ends(Ran.Done);
        Assert.Single(Records());
        Copy("bo", "copy-1", _other).RefusedBy("YN23-24-1");
        Copy("du", "copy-1", _me).RefusedBy("YN23-24-1");
        _town.As("bo", "subject", "delegate-end", "lab-1").RefusedBy("SB-HOST-1");
        _town.As("zhang", "subject", "delegate-end", "lab-1").Ends(Ran.Done);
        Copy("bo", "copy-1", _me).RefusedBy("YN23-24-1");

        // One that is over, one that somebody else signed.
        Put("lab-2", "zhang", PermissionTown.Today.AddDays(-9), PermissionTown.Today.AddDays(-1));
        Copy("bo", "copy-1", _me).RefusedBy("YN23-24-1");
        Put("lab-3", "gao", PermissionTown.Today, PermissionTown.Today.AddDays(9));
        Copy("bo", "copy-1", _me).RefusedBy("YN23-24-1");
        Put("lab-4", "zhang", PermissionTown.Today, PermissionTown.Today.AddDays(9));
        Copy("bo", "copy-1", _me).Ends(Ran.Done);
        Assert.Equal(2, Books.Documents(_town.Folder).Count(document => document.Kind == "delegation" && document.Body["until"]!.GetValue<string>() == PermissionTown.Today.AddDays(9).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }

    public void Dispose() => _town.Dispose();

    // The register's row of the subject: standings come in turn.
    private static int Row() => (3 * 6) + 1;

    private Ran Verify(string name, string identifier) =>
        _town.As("zhao", "subject", "verify", name, "--document", "identity_document", "--identifier", _town.Write("id.txt", identifier + "\n"), "--evidence", _town.Write("record.pdf", "shown"));

    private Ran Ask(string who, string name, string wish, string identifier, string? set = null, string? grounds = null) =>
        _town.As(who, ["subject", "ask", name, "--wish", wish, "--identifier", _town.Write("id.txt", identifier), .. set is null ? Array.Empty<string>() : ["--data-set", set], .. grounds is null ? Array.Empty<string>() : ["--grounds", grounds]]);

    private Ran Copy(string who, string request, string identifier)
    {
        File.Delete(_town.File("copy.json"));
        var ran = _town.As(who, "subject", "copy", request, "--identifier", _town.Write("id.txt", identifier), "--out", _town.File("copy.json"));
        Assert.Equal(ran.Code == Ran.Done, File.Exists(_town.File("copy.json")));
        return ran;
    }

    private Ran Carry(string request, string identifier, string? rows) =>
        _town.As("chen", ["subject", "carry-out", request, "--identifier", _town.Write("id.txt", identifier), .. rows is null ? Array.Empty<string>() : ["--file", _town.Write("corrected.csv", "person,division,score,monthly_income\n" + rows)]]);

    private Ran Append(string name, string rows) => _town.As("chen", "data", "append", "register", "--file", _town.Write(name, "person,division,score,monthly_income\n" + rows), "--acquired", "2026-01-03");

    private Ran Delegate(string who, string name, string request, string party, string until) => _town.As(who, "subject", "delegate", name, request, "--to", party, "--until", until);

    private int Rows(string zone) => (int)Books.Documents(_town.Folder).Single(document => document.Kind == "zone" && document.Id == zone).Body["rows"]!.GetValue<long>();

    /// <summary>The records of a new copy, asked for and approved.</summary>
    private string[] Fresh(string who, string request, string identifier)
    {
        Ask(who, request, "copy", identifier, "register").Ends(Ran.Done);
        _town.As("chen", "subject", "approve", request).Ends(Ran.Done);
        Copy(who, request, identifier).Ends(Ran.Done);
        return Records();
    }

    /// <summary>The records of the copy that was taken last, after its signature was held against the domain's key.</summary>
    private string[] Records()
    {
        var key = PublicKey.Parse(File.ReadAllText(Path.Combine(_town.Folder, "domain.pub")).Trim());
        var statement = SignedStatement.Verify(File.ReadAllBytes(_town.File("copy.json")), SubjectCopy.Label, key);
        return
        [
            .. statement.Payload["data_sets"]!.AsArray().SelectMany(set => set!["records"]!.AsArray().Select(record =>
                $"{set["data_set"]}: {string.Join(' ', set["columns"]!.AsArray().Where(column => record!.AsObject().ContainsKey(column!.ToString())).Select(column => $"{column}={record![column!.ToString()]}"))}")),
        ];
    }

    /// <summary>A delegation to city-lab that stands in the registry, signed by somebody.</summary>
    private void Put(string id, string signer, DateOnly from, DateOnly until)
    {
        using var domain = OpenDomain.Open(_town.Folder, new Unlocking(), TimeProvider.System, new DomainSettings());
        using var actor = Actor.Authenticate(domain, signer, null);
        var signature = Convert.ToBase64String(actor.Key.Sign(Delegation.Label, Delegation.Payload("town", "zhang", "city-lab", "copy-1", from, until)));
        domain.Commit(new("subject.delegated", signer, new Facts { ["delegation"] = id }), writer => writer.TryAdd(new Delegation(id, "zhang", "city-lab", "copy-1", from, until, signature, DateTimeOffset.UtcNow)));
    }
}
