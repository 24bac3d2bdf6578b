using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>Wrong keys, wrong people, wrong places.</summary>
public sealed class BadKeyTests(SmallCity city) : IClassFixture<SmallCity>
{
    [Fact]
    public void Another_master_key_does_not_open_the_domain()
    {
        using var folder = new TemporaryFolder();
        SandboxProgram.Json("init", "--dir", folder.File("other"), "--profile", "futian", "--suite", "nist").Ends(Ran.Done);
        var before = city.State();
        city.Call("data", "list", "--key-file", folder.File("other/keys/master.key")).Ends(Ran.Refused);
        city.Call("data", "list", "--key-file", folder.File("none.key")).Ends(Ran.Refused);
        city.Call("data", "list", "--key-file", folder.Write("text.key", $"not a key {Planted.Document}")).Ends(Ran.Refused);
        city.Call("data", "list", "--key-file", folder.Write("empty.key", "")).Ends(Ran.Refused);
        city.Call("data", "list", "--passphrase-file", folder.Write("pass", Planted.Document)).Ends(Ran.Refused);
        Assert.Equal(before, city.State());
        city.Call("data", "list").Ends(Ran.Done);
    }

    [Fact]
    public void A_domain_with_a_passphrase_opens_with_it_alone()
    {
        using var folder = new TemporaryFolder();
        var dir = folder.File("city");
        var right = folder.Write("right", "correct horse battery staple\n");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "futian", "--passphrase-file", right).Ends(Ran.Done);
        SandboxProgram.Json("person", "list", "--dir", dir, "--passphrase-file", right).Ends(Ran.Done);
        SandboxProgram.Json("person", "list", "--dir", dir, "--passphrase-file", folder.Write("wrong", Planted.Document)).Ends(Ran.Refused);
        SandboxProgram.Json("person", "list", "--dir", dir).Ends(Ran.Refused);
        Assert.False(File.Exists(Path.Combine(dir, "keys", "master.key")));
    }

    [Fact]
    public void Nobody_acts_without_that_persons_key()
    {
        using var folder = new TemporaryFolder();
        var keys = Path.Combine(city.Folder, "keys");
        var before = city.State();
        string[] act = ["data", "confirm", "none"];
        city.As("chen", [.. act, "--person-key", Path.Combine(keys, "li.key")]).RefusedBy("SB-HOST-4");
        city.As("chen", [.. act, "--person-key", Path.Combine(keys, "master.key")]).Ends(Ran.Refused);
        city.As("chen", [.. act, "--person-key", folder.File("none.key")]).RefusedBy("SB-HOST-4");
        city.As("chen", [.. act, "--person-key", folder.Write("bad.key", $"sandbox {Planted.Document}")]).Ends(Ran.Refused);
        city.As("nobody", act).RefusedBy("SB-HOST-4");
        city.As("../../etc/passwd", act).RefusedBy("SB-HOST-4");
        city.Call(act).RefusedBy("SB-HOST-4");
        Assert.Equal(before, city.State());
    }

    /// <summary>Killed between key file and entry, a registration can be made again; nothing else that lies there is taken for a key file of ours.</summary>
    [Fact]
    public void A_registration_that_was_cut_off_behind_its_key_file_is_made_again()
    {
        using var folder = new TemporaryFolder();
        var dir = folder.File("city");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "futian").Ends(Ran.Done);
        Ran Add(string name, params string[] more) =>
            SandboxProgram.Json(["person", "add", name, "--org", "night-bus", "--role", "operator", "--dir", dir, "--as", "bureau-admin", .. more]);
        string Key(string name) => Path.Combine(dir, "keys", name + ".key");

        var made = SandboxProgram.Json("person", "keygen", "--suite", "sm", "--out", Key("li")).Ends(Ran.Done).Json["public_key"]!.GetValue<string>();
        Assert.Equal(made, Add("li").Ends(Ran.Done).Json["public_key"]!.GetValue<string>());
        Add("li").RefusedBy("SB-HOST-2");

        File.Copy(Key("li"), Key("somebody-elses"));
        File.Copy(Key("master"), Key("no-persons"));
        File.WriteAllText(Key("text"), Planted.Document);
        SandboxProgram.Json("person", "keygen", "--suite", "nist", "--out", Key("other-suite")).Ends(Ran.Done);
        foreach (var name in new[] { "somebody-elses", "no-persons", "text", "other-suite" })
        {
            var before = File.ReadAllBytes(Key(name));
            Add(name).RefusedBy("SB-PERSON-1");
            Assert.Equal(before, File.ReadAllBytes(Key(name)));
        }

        var elsewhere = folder.File("wu.key");
        SandboxProgram.Json("person", "keygen", "--suite", "sm", "--out", elsewhere).Ends(Ran.Done);
        Add("wu", "--key-out", elsewhere).RefusedBy("SB-PERSON-1");
        Assert.Empty(Directory.GetFiles(Path.Combine(dir, "keys"), "*.new"));
    }

    [Fact]
    public void A_new_domain_takes_only_an_empty_place()
    {
        var before = city.State();
        SandboxProgram.Json("init", "--dir", city.Folder, "--profile", "futian").RefusedBy("SB-HOST-8");
        Assert.Equal(before, city.State());

        using var folder = new TemporaryFolder();
        folder.Write("mine", "a file of my own");
        SandboxProgram.Json("init", "--dir", folder.Path, "--profile", "futian").RefusedBy("SB-HOST-8");
        Assert.Equal([folder.File("mine")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("SB-", "--profile", "atlantis")]
    [InlineData("YB-27-1", "--profile", "yibin")]
    [InlineData("SB-HOST-9", "--profile", "futian", "--overlay", "changchun:nonsense")]
    [InlineData("SB-", "--profile", "futian", "--overlay", "atlantis:training")]
    [InlineData("SB-HOST-3", "--profile", "futian", "--name", "a123456")]
    [InlineData("SB-HOST-3", "--profile", "futian", "--admin", "110101199003070013")]
    public void A_domain_that_may_not_be_is_not_begun(string rule, params string[] words)
    {
        using var folder = new TemporaryFolder();
        var ran = SandboxProgram.Json(["init", "--dir", folder.File("city"), .. words]).Ends(Ran.Refused);
        Assert.True(rule == "SB-" || ran.Rules.Contains(rule), ran.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    [Requirement("YB-27-1")]
    public void A_draft_is_taken_when_it_is_acknowledged_and_the_ledger_says_so()
    {
        using var folder = new TemporaryFolder();
        var dir = folder.File("city");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "yibin", "--acknowledge-draft").Ends(Ran.Done);
        var first = SandboxProgram.Json("ledger", "show", "--dir", dir).Ends(Ran.Done).Json["entries"]![0]!;
        Assert.Equal(1, first["facts"]!["draft_acknowledged"]!.GetValue<int>());
    }

    [Fact]
    public void A_registry_that_is_no_database_or_is_gone_is_told_plainly()
    {
        using var folder = new TemporaryFolder();
        var dir = folder.File("city");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "futian").Ends(Ran.Done);
        var registry = Path.Combine(dir, "registry.db");
        var sound = File.ReadAllBytes(registry);
        foreach (var damaged in new[] { "no database at all"u8.ToArray(), sound[..5000], [] })
        {
            File.WriteAllBytes(registry, damaged);
            Assert.NotEqual(Ran.Done, SandboxProgram.Json("person", "list", "--dir", dir).Code);
            Assert.NotEqual(Ran.Done, SandboxProgram.Json("ledger", "verify", "--dir", dir).Code);
        }

        File.WriteAllBytes(registry, sound);
        SandboxProgram.Json("person", "list", "--dir", dir).Ends(Ran.Done);
    }
}
