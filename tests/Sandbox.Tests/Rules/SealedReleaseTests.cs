using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>A release that is sealed to its recipient, from the recipient's key to the opened package, through the command line.</summary>
public sealed class SealedReleaseTests(FinishedDemo demo) : IClassFixture<FinishedDemo>, IDisposable
{
    private readonly TemporaryFolder _home = new();

    [Fact]
    public void Only_the_recipient_reads_what_left()
    {
        const string name = "people-sealed";
        var (file, line, id) = Key("company");
        Ask(name, line).Ends(Ran.Done);
        var shown = demo.As("qian", "export", "show", name).Ends(Ran.Done);
        Assert.Equal(id, shown.Json["sealed_to"]!.GetValue<string>());
        demo.As("qian", "export", "approve", name).Ends(Ran.Done);
        demo.As("sun", "export", "approve", name).Ends(Ran.Done);
        Assert.Contains(id, SandboxProgram.Run("export", "sheet", name, "--dir", demo.Folder, "--as", "qian").Ends(Ran.Done).Output, StringComparison.Ordinal);
        var package = demo.As("zhao", "export", "release", name).Ends(Ran.Done).Json["package"]!.GetValue<string>();

        // On the disk it is nowhere in clear.
        Assert.EndsWith(name + ".sandbox.sealed", package, StringComparison.Ordinal);
        Assert.Equal([package, package + ".receipt"], Directory.GetFiles(Path.Combine(demo.Folder, "releases"), "*" + name + "*").Order(StringComparer.Ordinal));
        Assert.Equal(-1, File.ReadAllBytes(package).AsSpan().IndexOf("division"u8));

        // The recipient, at home, has the package, its receipt, the domain's public key and the own key.
        foreach (var part in new[] { "", ".receipt" })
        {
            File.Copy(package + part, _home.File("got.sealed" + part));
        }

        var (got, opened) = (_home.File("got.sealed"), _home.File("got.tar"));
        SandboxProgram.Json("verify", got, "--key", demo.KeyFile).RefusedBy("sealed");
        SandboxProgram.Json("verify", got, "--key", demo.KeyFile, "--recipient-key", Key("stranger").File, "--out", opened).RefusedBy("sealed-key");
        Assert.False(File.Exists(opened));
        var verified = SandboxProgram.Json("verify", got, "--key", demo.KeyFile, "--recipient-key", file, "--out", opened).Ends(Ran.Done);
        Assert.True(verified.Json["in_ledger"]!.GetValue<bool>());
        File.Copy(package + ".receipt", opened + ".receipt");
        Assert.True(SandboxProgram.Json("verify", opened, "--key", demo.KeyFile).Ends(Ran.Done).Json["in_ledger"]!.GetValue<bool>());
        Assert.Contains("division", Encoding.UTF8.GetString(File.ReadAllBytes(opened)), StringComparison.Ordinal);
        SandboxProgram.Json("verify", opened, "--key", demo.KeyFile, "--recipient-key", file).RefusedBy("not-sealed");

        // One flipped bit, and another domain's key.
        var bytes = File.ReadAllBytes(got);
        bytes[^9] ^= 1;
        File.WriteAllBytes(_home.File("forged.sealed"), bytes);
        SandboxProgram.Json("verify", _home.File("forged.sealed"), "--key", demo.KeyFile, "--recipient-key", file, "--out", _home.File("forged.tar")).RefusedBy("sealed-key");
        Assert.False(File.Exists(_home.File("forged.tar")));
        Books.Check(demo.Folder);

        // Called back like any other.
        demo.As("zhao", "export", "revoke", name).Ends(Ran.Done);
    }

    [Fact]
    public void A_changed_key_is_other_content()
    {
        const string name = "people-swapped";
        Ask(name, Key("first").Line).Ends(Ran.Done);
        demo.As("qian", "export", "approve", name).Ends(Ran.Done);

        // The author puts in a key of somebody else after the first vote: that vote is gone.
        Ask(name, Key("second").Line).Ends(Ran.Done);
        demo.As("sun", "export", "approve", name).Ends(Ran.Done);
        demo.As("zhao", "export", "release", name).Ends(Ran.Refused);
        Assert.Empty(Directory.GetFiles(Path.Combine(demo.Folder, "releases"), name + "*"));
    }

    [Fact]
    public void What_is_no_recipients_key_of_the_domains_suite_is_refused()
    {
        var line = Key("right").Line;
        Ask("bad-1", line[..^3]).RefusedBy("TRUST-SEAL-1");
        Ask("bad-2", File.ReadAllText(demo.KeyFile).Trim()).RefusedBy("TRUST-SEAL-1");
        Ask("bad-3", "").RefusedBy("TRUST-SEAL-1");

        // A blank would stand in the manifest, and the recipient would take the package for another's.
        Ask("bad-5", line + "\n").RefusedBy("TRUST-SEAL-1");
        Ask("bad-6", " " + line).RefusedBy("TRUST-SEAL-1");
        var other = SandboxProgram.Json("export", "keygen", "--suite", line.Contains(":sm:", StringComparison.Ordinal) ? "nist" : "sm", "--out", _home.File("other.key")).Ends(Ran.Done);
        Ask("bad-4", other.Json["recipient_key"]!.GetValue<string>()).RefusedBy("TRUST-SEAL-1");
    }

    public void Dispose() => _home.Dispose();

    private (string File, string Line, string Id) Key(string name)
    {
        var suite = File.ReadAllText(demo.KeyFile).Contains(":nist:", StringComparison.Ordinal) ? "nist" : "sm";
        var made = SandboxProgram.Json("export", "keygen", "--suite", suite, "--out", _home.File(name + ".key")).Ends(Ran.Done).Json;
        return (_home.File(name + ".key"), made["recipient_key"]!.GetValue<string>(), made["key_id"]!.GetValue<string>());
    }

    private Ran Ask(string name, string key)
    {
        var request = new JsonObject
        {
            ["name"] = name,
            ["scenario"] = "night-bus",
            ["purpose"] = "Plan night buses between airports and districts: delays by airport, incomes by city",
            ["recipient"] = new JsonObject { ["id"] = "bus-company", ["name"] = "City bus company", ["country"] = "CN", ["key"] = key },
            ["tables"] = new JsonArray(new JsonObject
            {
                ["name"] = "income", ["source"] = "register", ["run"] = null, ["round"] = null, ["dimensions"] = new JsonArray("division"),
                ["measures"] = new JsonArray(new JsonObject { ["name"] = "people", ["kind"] = "count", ["column"] = null, ["digits"] = 15 }),
            }),
        };
        return demo.As("li", "export", "request", _home.Write(name + ".json", request.ToJsonString()));
    }
}
