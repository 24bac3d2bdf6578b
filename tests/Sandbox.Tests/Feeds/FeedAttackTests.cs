using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Feeds;

/// <summary>The folder between domain and receiver belongs to both: what somebody lays into it moves no position, overwrites nothing and stops nobody for ever.</summary>
public sealed class FeedAttackTests : IDisposable
{
    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _out = new();
    private readonly Receiver _platform;

    public FeedAttackTests()
    {
        _platform = new Receiver("city-platform", _out.Path, Path.Combine(_city.Folder, "domain.pub"));
        _city.As("zhao", _platform.OpenWords()).Ends(Ran.Done);
        Push().Ends(Ran.Done);
    }

    public void Dispose()
    {
        _city.Dispose();
        _out.Dispose();
    }

    private Ran Push() => _city.As("zhao", "ledger", "feed", "push", "city-platform");

    private long Acknowledged => _city.Call("ledger", "feed", "status").Ends(Ran.Done).Json["receivers"]![0]!["acknowledged"]!.GetValue<long>();

    [Fact]
    public void A_forged_acknowledgement_moves_nothing()
    {
        _platform.Receive().Ends(Ran.Done);
        var genuine = File.ReadAllBytes(_platform.Acknowledgement);
        using var stranger = Suite.Sm.GenerateSigningKey();
        using var own = SigningKeyFile.Read(_platform.KeyFile);
        var batch = LedgerBatches.Verify(File.ReadAllBytes(_platform.Batches[0]), PublicKey.Parse(File.ReadAllText(Path.Combine(_city.Folder, "domain.pub"))));
        var flipped = (byte[])genuine.Clone();
        flipped[genuine.Length / 2] ^= 1;
        foreach (var forged in new[]
        {
            LedgerBatches.Acknowledge(batch, stranger),
            LedgerBatches.Acknowledge(batch with { End = batch.End + 5 }, own),
            LedgerBatches.Acknowledge(batch with { End = batch.End - 1 }, own),
            LedgerBatches.Acknowledge(batch with { Content = new string('0', 64) }, own),
            LedgerBatches.Acknowledge(batch with { Receiver = "another" }, own),
            LedgerBatches.Acknowledge(batch with { Part = "civil-affairs" }, own),
            LedgerBatches.Acknowledge(batch with { Origin = "sandbox/other" }, own),
            flipped, genuine[..^1], [.. genuine, 10], "{}"u8.ToArray(), [], new byte[1 << 20],
        })
        {
            File.WriteAllBytes(_platform.Acknowledgement, forged);
            Push().RefusedBy("SB-FEED-3");
        }

        Assert.Equal(0, Acknowledged);
        File.WriteAllBytes(_platform.Acknowledgement, genuine);
        Push().Ends(Ran.Done);
        Assert.Equal(batch.End, Acknowledged);

        // What came before is no news, and an older word after a newer one is none of this receiver's any more.
        Push().Ends(Ran.Done);
        _platform.Receive().Ends(Ran.Done);
        Push().Ends(Ran.Done);
        Assert.True(Acknowledged > batch.End);
        File.WriteAllBytes(_platform.Acknowledgement, genuine);
        Push().RefusedBy("SB-FEED-3");
    }

    [Fact]
    public void Links_and_pipes_in_the_folder_are_not_followed_or_waited_for()
    {
        var master = Path.Combine(_city.Folder, "keys", "master.key");
        File.CreateSymbolicLink(_platform.Acknowledgement, master);
        Push().RefusedBy("SB-FEED-3");
        File.Delete(_platform.Acknowledgement);
        MakePipe(_platform.Acknowledgement);
        Push().RefusedBy("SB-FEED-3");
        File.Delete(_platform.Acknowledgement);

        // A link under a batch's name is replaced, what it points to stays.
        var database = _out.File("victim");
        File.WriteAllText(database, "untouched");
        var pending = _platform.Batches[0];
        File.Delete(pending);
        File.CreateSymbolicLink(pending, database);
        Push().Ends(Ran.Done);
        Assert.Equal("untouched", File.ReadAllText(database));
        Assert.Null(new FileInfo(pending).LinkTarget);
        MakePipe(pending + "x.batch");
        _platform.Receive().RefusedBy("SB-FEED-7");
    }

    [Fact]
    public void The_folder_lies_outside_the_domain_and_stays_where_it_was()
    {
        string[] Open(string name, string folder) => ["ledger", "feed", "open", name, "--folder", folder, "--key", _platform.PublicKey];
        _city.As("zhao", Open("inside", Path.Combine(_city.Folder, "releases"))).RefusedBy("SB-FEED-1");
        _city.As("zhao", Open("inside", _city.Folder)).RefusedBy("SB-FEED-1");
        _city.As("zhao", Open("inside", Path.Combine(_platform.Folder, "..", "..", Path.GetRelativePath(Path.GetTempPath(), _city.Folder), "keys"))).RefusedBy("SB-FEED-1");
        _city.As("zhao", Open("nowhere", _out.File("none"))).RefusedBy("SB-FEED-1");
        var link = _out.File("link");
        Directory.CreateSymbolicLink(link, Path.Combine(_city.Folder, "keys"));
        _city.As("zhao", Open("inside", link)).RefusedBy("SB-FEED-1");
        _city.As("zhao", Open("../evil", _out.Path)).RefusedBy("SB-HOST-3");
        _city.As("li", Open("mine", _out.Path)).RefusedBy("SB-HOST-5");
        _city.As("wu", "ledger", "feed", "push", "city-platform").RefusedBy("SB-HOST-5");
        _city.As("zhao", "ledger", "feed", "push", "no-such-receiver").RefusedBy("SB-HOST-1");

        // The receiver turns its folder into a link to the domain's keys.
        Directory.Move(_platform.Folder, _platform.Folder + ".away");
        Directory.CreateSymbolicLink(_platform.Folder, Path.Combine(_city.Folder, "keys"));
        var before = Directory.GetFileSystemEntries(Path.Combine(_city.Folder, "keys"));
        Push().RefusedBy("SB-FEED-2");
        Assert.Equal(before, Directory.GetFileSystemEntries(Path.Combine(_city.Folder, "keys")));
        _city.As("zhao", "ledger", "feed", "close", "city-platform").Ends(Ran.Done);
        Push().RefusedBy("SB-HOST-1");
    }

    [Fact]
    public void A_changed_foreign_or_rearranged_batch_is_refused_and_nothing_of_it_is_stored()
    {
        var path = Assert.Single(_platform.Batches);
        var whole = File.ReadAllBytes(path);
        var key = PublicKey.Parse(File.ReadAllText(Path.Combine(_city.Folder, "domain.pub")));
        var lines = Encoding.UTF8.GetString(whole).Split('\n')[..^1];
        byte[] Joined(IEnumerable<string> parts) => Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => part + "\n")));

        // Every single byte counts.
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 1;
            Assert.Equal("TRUST-LEDGER-7", Assert.Throws<TrustException>(() => LedgerBatches.Verify(changed, key)).Refusal.Rule);
        }

        foreach (var changed in new[]
        {
            Joined(lines[..^1]), Joined([.. lines, lines[^1]]), Joined([lines[0], lines[2], lines[1], .. lines[3..]]), Joined(lines[1..]), whole[..^1], [.. whole, 10], [],
        })
        {
            File.WriteAllBytes(path, changed);
            SandboxProgram.Json("ledger", "feed", "check", path, "--key", Path.Combine(_city.Folder, "domain.pub")).RefusedBy("TRUST-LEDGER-7");
            _platform.Receive().RefusedBy("SB-FEED-7");
            Assert.Empty(_platform.Lines);
            Assert.False(File.Exists(_platform.Acknowledgement));
        }

        // Another domain's key, and a batch that was meant for somebody else.
        File.WriteAllBytes(path, whole);
        using var other = Suite.Nist.GenerateSigningKey();
        _platform.Receive(other.Public.ToString()).RefusedBy("SB-FEED-7");
        var second = new Receiver("second", _out.Path, Path.Combine(_city.Folder, "domain.pub"));
        File.Copy(path, Path.Combine(second.Folder, Path.GetFileName(path).Replace("city-platform", "second", StringComparison.Ordinal)));
        Assert.Equal(0, second.Receive().Ends(Ran.Done).Json["entries"]!.GetValue<int>());
        Push().Ends(Ran.Done);
        _platform.Receive().Ends(Ran.Done);
    }

    /// <summary>The domain is rolled back and goes on with another history under its own key: the receiver does not take it in.</summary>
    [Fact]
    [Requirement("CC-20-5")]
    public void A_receiver_finds_a_second_history()
    {
        var copy = _out.File("copy");
        CopyFolder(_city.Folder, copy);
        _city.As("zhao", "person", "add", "sun", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        Push().Ends(Ran.Done);
        _platform.Receive().Ends(Ran.Done);
        var stored = _platform.Lines;

        // The copy has the same key and pending batches; it does something else and hands that out.
        foreach (var name in new[] { "qin", "qiu", "quan" })
        {
            SandboxProgram.Json("person", "add", name, "--org", "audit-office", "--role", "auditor", "--dir", copy, "--as", "zhao").Ends(Ran.Done);
        }

        Array.ForEach(_platform.Batches, File.Delete);
        File.Delete(_platform.Acknowledgement);
        SandboxProgram.Json("ledger", "feed", "push", "city-platform", "--dir", copy, "--as", "zhao").Ends(Ran.Done);
        var refused = _platform.Receive();
        Assert.Equal(Ran.Refused, refused.Code);
        Assert.Contains(refused.Rules.Single(), new[] { "SB-FEED-4", "SB-FEED-6" });
        Assert.Equal(stored, _platform.Lines);
    }

    private static void MakePipe(string path)
    {
        var start = new ProcessStartInfo("mkfifo");
        start.ArgumentList.Add(path);
#pragma warning disable RS0030 // A test's own tool.
        using var process = Process.Start(start)!;
#pragma warning restore RS0030
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
            File.SetUnixFileMode(target, File.GetUnixFileMode(path));
        }
    }
}
