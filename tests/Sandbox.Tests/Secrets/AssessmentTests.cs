using System.Text;
using System.Text.RegularExpressions;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Secrets;

/// <summary>Papers on the platform's assessments are kept and flagged when they are missing, over or too low; with the national suite on, storage and signatures use that suite alone.</summary>
public sealed class AssessmentTests
{
    [Theory]
    [InlineData("yibin", 3)]
    [InlineData("futian", null)]
    [Requirement("YB-11-1")]
    public void A_missing_expired_or_too_low_assessment_is_flagged(string profile, int? required)
    {
        using var folder = new TemporaryFolder();
        var root = folder.File("city");
        SandboxProgram.Json("init", "--dir", root, "--name", "town", "--profile", profile, "--suite", "sm", "--admin", "zhao", "--acknowledge-draft", "--acknowledge-outside-validity").Ends(Ran.Done);
        var paper = folder.File("report.pdf");
        var bytes = Encoding.UTF8.GetBytes("%PDF-1.7 a report that nobody reads on the disk");
        File.WriteAllBytes(paper, bytes);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);
        Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", root, "--as", who]);
        Ran Add(string name, string kind, string? level, int from, int until) => As("zhao", [
            "assessment", "add", name, "--kind", kind, "--issuer", "Provincial test centre", "--issued", $"{today.AddDays(from):yyyy-MM-dd}", "--expires", $"{today.AddDays(until):yyyy-MM-dd}", "--paper", paper,
            .. level is null ? Array.Empty<string>() : ["--level", level]]);
        (string Level, string Cryptography) States()
        {
            var list = SandboxProgram.Json("assessment", "list", "--dir", root).Ends(Ran.Done).Json;
            var doctor = SandboxProgram.Json("doctor", "--quick", "--dir", root).Ends(Ran.Done).Json;
            Assert.Equal(required, list["required_level"]?.GetValue<int>());
            Assert.Equal(list["states"]!.ToJsonString(), doctor["assessments"]!.ToJsonString());
            var states = list["states"]!.AsArray().ToDictionary(item => item!["kind"]!.GetValue<string>(), item => item!["state"]!.GetValue<string>());
            var advice = doctor["advice"]!.AsArray().Select(item => item!["en"]!.GetValue<string>()).ToArray();
            Assert.Equal(states["level"] != "in force", advice.Any(item => item.Contains("graded protection", StringComparison.Ordinal)));
            Assert.Equal(states["cryptography"] != "in force", advice.Any(item => item.Contains("cryptography assessment", StringComparison.Ordinal)));
            return (states["level"], states["cryptography"]);
        }

        Assert.Equal(("missing", "missing"), States());
        Add("level-2024", "level", "3", -400, -1).Ends(Ran.Done);
        Assert.Equal(("expired", "missing"), States());
        Add("level-2025", "level", "2", -40, 20).Ends(Ran.Done);
        Assert.Equal((required is null ? "in force" : "level too low", "missing"), States());
        Add("level-2026", "level", "3", -10, 0).Ends(Ran.Done);
        Add("crypto-2026", "cryptography", null, -10, 90).Ends(Ran.Done);
        Assert.Equal(("in force", "in force"), States());

        // What does not describe a paper is none.
        Add("bad", "level", null, -1, 1).RefusedBy("SB-HOST-6");
        Add("bad", "level", "6", -1, 1).RefusedBy("SB-HOST-6");
        Add("bad", "cryptography", "3", -1, 1).RefusedBy("SB-HOST-6");
        Add("bad", "level", "3", 1, 5).RefusedBy("SB-HOST-6");
        Add("bad", "level", "3", -1, -2).RefusedBy("SB-HOST-6");
        Add("level-2026", "level", "3", -1, 1).RefusedBy("SB-HOST-2");
        Add("bad", "rumour", "3", -1, 1).Ends(Ran.Usage);
        As("zhao", "person", "add", "li", "--org", "company", "--role", "operator").Ends(Ran.Done);
        As("li", "assessment", "fetch", "level-2026", "--out", folder.File("copy")).RefusedBy("SB-HOST-5");
        As("zhao", "assessment", "fetch", "level-2026", "--out", folder.File("copy")).Ends(Ran.Done);
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("copy")));
        Assert.DoesNotContain(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories), path => File.ReadAllBytes(path).AsSpan().IndexOf(bytes) >= 0);
        SandboxProgram.Json("ledger", "verify", "--dir", root).Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YB-11-1")]
    public void With_the_national_suite_storage_and_signatures_use_no_other_algorithm()
    {
        using var demo = new FinishedDemo();
        Assert.Equal("sm", Books.Documents(demo.Folder).Single(item => item.Kind == "domain").Body["suite"]!.GetValue<string>());

        // Every sealed object: its header says which suite its bytes are under.
        var objects = Directory.GetFiles(Path.Combine(demo.Folder, "objects"));
        Assert.True(objects.Length > 10);
        foreach (var path in objects)
        {
            var header = File.ReadAllBytes(path).AsSpan(0, 128);
            Assert.True(header.StartsWith("SBXOBJ1\n"u8) && header[9] == 1, $"{Path.GetFileName(path)} is not sealed under the suite sm");
        }

        // Every signature and key anywhere in what the domain keeps or gave out.
        var (signatures, keys) = (0, 0);
        var texts = Books.Documents(demo.Folder).Select(item => item.Body.ToJsonString())
            .Concat(Directory.EnumerateFiles(Path.Combine(demo.Folder, "keys")).Concat(Directory.EnumerateFiles(Path.Combine(demo.Folder, "releases"))).Append(demo.KeyFile).Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path)))).ToList();
        foreach (var text in texts)
        {
            foreach (Match match in Regex.Matches(text, @"\\*(?:""|\\u0022)alg\\*(?:""|\\u0022):\s*\\*(?:""|\\u0022)([a-z0-9-]+)"))
            {
                signatures++;
                Assert.Equal("sm2-sm3", match.Groups[1].Value);
            }

            foreach (Match match in Regex.Matches(text, "sandbox-(?:private-)?key:(?:v1:)?(sm|nist|[a-z0-9]+)"))
            {
                keys++;
                Assert.Equal("sm", match.Groups[1].Value);
            }

            Assert.DoesNotMatch("ecdsa|aes-256|p-256", text);
        }

        Assert.True(signatures >= 5 && keys > 10, $"{signatures} signatures and {keys} keys were seen");

        // Ledger heads: genuine under the SM2 key and no other.
        Assert.StartsWith("sandbox-key:sm:", File.ReadAllText(demo.KeyFile), StringComparison.Ordinal);
        demo.Call("ledger", "verify").Ends(Ran.Done);
        var head = demo.Call("ledger", "checkpoint").Ends(Ran.Done).Json["checkpoint"]!.GetValue<string>();
        Assert.Throws<TrustException>(() => LedgerHead.Verify(head, Other()));
    }

    private static PublicKey Other()
    {
        using var key = Suite.Nist.GenerateSigningKey();
        return key.Public;
    }
}
