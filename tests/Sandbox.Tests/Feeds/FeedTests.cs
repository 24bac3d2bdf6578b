using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Feeds;

/// <summary>The log feed of a full domain through the command line: complete and in order over outages, each supplier its own part.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly FinishedDemo _demo = new();
    private readonly TemporaryFolder _out = new();

    public void Dispose()
    {
        _demo.Dispose();
        _out.Dispose();
    }

    private Receiver NewReceiver(string name) => new(name, _out.Path, _demo.KeyFile);

    private Ran Push(Receiver receiver) => _demo.As("zhao", "ledger", "feed", "push", receiver.Name);

    private string[] Exported()
    {
        var folder = _out.File(Path.GetRandomFileName());
        _demo.Call("ledger", "export", folder).Ends(Ran.Done);
        return File.ReadAllLines(Path.Combine(folder, "entries.ndjson"));
    }

    private long Acknowledged(string name) =>
        _demo.Call("ledger", "feed", "status").Ends(Ran.Done).Json["receivers"]!.AsArray().Single(item => item!["receiver"]!.GetValue<string>() == name)!["acknowledged"]!.GetValue<long>();

    [Fact]
    [Requirement("YB-21-1")]
    public void After_an_outage_the_feed_resumes_with_no_lost_and_no_double_record()
    {
        var platform = NewReceiver("city-platform");
        _demo.As("zhao", platform.OpenWords()).Ends(Ran.Done);
        Push(platform).Ends(Ran.Done);
        platform.Receive().Ends(Ran.Done);
        var first = platform.Lines;
        Assert.Equal(Exported()[..first.Length], first);
        Assert.True(first.Length > 60);
        Assert.Equal(0, Acknowledged(platform.Name));

        // The receiver's machine is down: acts go on, pushes are refused and lose nothing.
        Directory.Move(platform.Folder, platform.Folder + ".away");
        _demo.As("zhao", "person", "add", "qin", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        Push(platform).RefusedBy("SB-FEED-2");
        Push(platform).RefusedBy("SB-FEED-2");
        Directory.Move(platform.Folder + ".away", platform.Folder);
        Push(platform).Ends(Ran.Done);
        Assert.Equal(first.Length, Acknowledged(platform.Name));

        // What lies in the folder is lost before it was read, and more comes on top: it is put down again.
        Array.ForEach(platform.Batches, File.Delete);
        Push(platform).Ends(Ran.Done);
        File.Delete(platform.Batches[0]);
        platform.Receive().RefusedBy("SB-FEED-4");
        Assert.Equal(first, platform.Lines);
        Push(platform).Ends(Ran.Done);

        // The receiver is killed while it writes: a torn end of its file counts for nothing.
        File.AppendAllText(platform.EntriesFile, "{\"actor\":\"half an ent");
        platform.Receive().Ends(Ran.Done);
        platform.Receive().Ends(Ran.Done);
        var all = platform.Lines;
        Assert.Equal(Exported()[..all.Length], all);
        Assert.Equal(Enumerable.Range(0, all.Length).Select(index => (long)index), platform.Entries.Select(entry => entry["n"]!.GetValue<long>()));
        Push(platform).Ends(Ran.Done);
        Assert.Equal(all.Length, Acknowledged(platform.Name));

        // A batch proves itself offline.
        var batch = Assert.Single(platform.Batches);
        Assert.Equal(all.Length, SandboxProgram.Json("ledger", "feed", "check", batch, "--key", _demo.KeyFile).Ends(Ran.Done).Json["from"]!.GetValue<int>());
        _demo.Call("ledger", "verify").Ends(Ran.Done);
        Books.Check(_demo.Folder);
    }

    /// <summary>A batch cannot be put in its place: the push fails half way, and the next one mends it.</summary>
    [Fact]
    [Requirement("YB-21-1")]
    public void A_push_that_fails_half_way_is_made_good_by_the_next()
    {
        var platform = NewReceiver("city-platform");
        _demo.As("zhao", platform.OpenWords()).Ends(Ran.Done);
        var size = Exported().Length;
        var place = Path.Combine(platform.Folder, $"city-platform-{0:D12}-{size:D12}.batch");
        Directory.CreateDirectory(place);
        Push(platform).Ends(Ran.Failed);
        Directory.Delete(place);
        Push(platform).Ends(Ran.Done);
        Assert.True(File.Exists(place));
        platform.Receive().Ends(Ran.Done);
        Assert.Equal(Exported()[..platform.Lines.Length], platform.Lines);
        Assert.True(platform.Lines.Length > size);
    }

    [Fact]
    [Requirement("YB-21-1")]
    public void Each_supplier_gets_every_entry_on_its_data_and_none_on_others()
    {
        var (buses, civil) = (NewReceiver("transport"), NewReceiver("civil"));
        _demo.As("zhao", buses.OpenWords("transport-bureau")).Ends(Ran.Done);
        _demo.As("zhao", civil.OpenWords("civil-affairs")).Ends(Ran.Done);
        _demo.As("zhao", NewReceiver("nobody").OpenWords("no-such-department")).RefusedBy("SB-HOST-1");
        _demo.As("chen", "lineage", "show", "data-set:flights").Ends(Ran.Done);
        foreach (var receiver in new[] { buses, civil })
        {
            Push(receiver).Ends(Ran.Done);
            receiver.Receive().Ends(Ran.Done);
        }

        var end = Math.Min(End(buses), End(civil));
        var exports = Books.Documents(_demo.Folder).Where(item => item.Kind == "export_request").ToDictionary(item => item.Id, item => item.Body);
        var entries = Exported().Select(line => JsonNode.Parse(line)!.AsObject()).TakeWhile(entry => entry["n"]!.GetValue<long>() < end).ToArray();
        foreach (var (receiver, set) in new[] { (buses, "flights"), (civil, "register") })
        {
            var expected = entries.Where(entry => Concerns(entry, set, exports)).Select(entry => entry["n"]!.GetValue<long>()).ToArray();
            Assert.True(expected.Length > 10, "too little to tell parts apart");
            Assert.Equal(expected, receiver.Entries.Select(entry => entry["n"]!.GetValue<long>()).Where(index => index < end));
        }

        Assert.Contains(civil.Entries, entry => entry["kind"]!.GetValue<string>() == "export.released");
        Assert.DoesNotContain(buses.Entries, entry => entry["kind"]!.GetValue<string>() == "export.released");
        Assert.DoesNotContain("register", string.Concat(buses.Entries.Where(entry => entry["kind"]!.GetValue<string>().StartsWith("data.", StringComparison.Ordinal)).Select(entry => entry.ToJsonString())), StringComparison.Ordinal);

        long End(Receiver receiver) => SandboxProgram.Json("ledger", "feed", "check", receiver.Batches[^1], "--key", _demo.KeyFile).Json["end"]!.GetValue<long>();
    }

    /// <summary>The test's own reading of an entry: which of the demo's two data sets it is about. Whatever belongs to the scenario without naming a table is about both.</summary>
    private static bool Concerns(JsonObject entry, string set, Dictionary<string, JsonObject> exports)
    {
        var facts = entry["facts"]!.AsObject();
        string? Text(string fact) => facts[fact] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (Text("data_set") is { } named)
        {
            return named == set;
        }

        if (Text("subject") is { } subject)
        {
            return subject == "data-set:" + set;
        }

        if (entry["kind"]!.GetValue<string>() == "key.created")
        {
            return Text("id") == set || Text("scope") is "Zone" or "Scenario";
        }

        if (Text("export") is { } export)
        {
            return exports.TryGetValue(export, out var request)
                ? request["spec"]!["tables"]!.AsArray().Any(table => table!["source"]?.GetValue<string>() == set)
                : Text("scenario") is not null || Text("run") is not null;
        }

        if (Text("round") is not null)
        {
            return false;
        }

        if ((Text("tables") ?? Text("table")) is { } tables)
        {
            return tables.Split(' ').Any(table => table == set || table.EndsWith("." + set, StringComparison.Ordinal));
        }

        return Text("scenario") is not null || Text("zone") is not null || Text("model") is not null || Text("run") is not null;
    }
}
