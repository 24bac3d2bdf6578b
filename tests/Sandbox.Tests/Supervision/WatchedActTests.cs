using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>Copying, exporting, masking and destroying leave marked entries that a supervisor finds, and a release above the limit raises an alert.</summary>
public sealed class WatchedActTests : IDisposable
{
    private readonly FinishedDemo _demo = new();
    private readonly TemporaryFolder _out = new();

    public void Dispose()
    {
        _demo.Dispose();
        _out.Dispose();
    }

    private string[] Marked(string mark) => [.. _demo.Call("ledger", "show", "--watched", mark, "--count", "1000").Ends(Ran.Done).Json["entries"]!.AsArray().Select(entry => entry!["kind"]!.GetValue<string>())];

    [Fact]
    [Requirement("YB-24-1")]
    public void Each_of_the_four_acts_leaves_a_marked_record()
    {
        Assert.Empty(Marked("copying"));
        Assert.Empty(Marked("destroying"));
        _demo.As("zhao", "backup", "create", "--out", _out.File("b.sbx"), "--backup-key", _out.File("b.key")).Ends(Ran.Done);
        using (var domain = OpenDomain.Open(_demo.Folder, new Unlocking(), TimeProvider.System, new DomainSettings()))
        {
            // There is no verb for it yet.
            domain.Commit(new("key.destroyed", "zhao", new Facts { ["scope"] = "DataSet", ["id"] = "flights" }), writer => domain.Keys.Destroy(writer.Transaction, KeyScope.DataSet, "flights"));
        }

        Assert.Equal(["backup.created"], Marked("copying"));
        Assert.Equal(["export.released"], Marked("exporting"));
        Assert.Equal(["data.graded", "data.graded", "zone.opened", "zone.opened"], Marked("masking").Order(StringComparer.Ordinal));
        Assert.Equal(["key.destroyed"], Marked("destroying"));
        Assert.Equal(7, Marked("any").Length);
        _demo.Call("ledger", "show", "--watched", "nonsense").Ends(Ran.Usage);

        // The mark is part of what is signed.
        _demo.Call("ledger", "verify").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YB-24-1")]
    public void A_release_above_the_configured_rows_raises_an_alert_and_one_at_the_limit_does_not()
    {
        var spec = Books.Documents(_demo.Folder).Single(item => item.Kind == "export_request" && item.Id == "income-by-city").Body["spec"]!.DeepClone().AsObject();
        var rows = Rows(_demo.Release);
        _demo.As("li", "alerts", "limit", "--export-rows", "1").RefusedBy("SB-HOST-5");
        _demo.As("zhao", "alerts", "limit", "--export-rows", "-1").RefusedBy("SB-HOST-6");
        _demo.As("zhao", "alerts", "limit", "--export-rows", $"{rows}").Ends(Ran.Done);
        Release("at-limit");
        Assert.Empty(Alerts());
        _demo.As("zhao", "alerts", "limit", "--export-rows", $"{rows - 1}").Ends(Ran.Done);
        Release("above-limit");
        var alert = Assert.Single(Alerts());
        Assert.Equal(("export-rows", "zhao"), (alert["rule"]!.GetValue<string>(), alert["by"]!.GetValue<string>()));
        Assert.Equal("export.released", _demo.Call("ledger", "show", "--from", $"{alert["last"]!.GetValue<long>()}", "--count", "1").Json["entries"]![0]!["kind"]!.GetValue<string>());

        // It comes before the supervisor, who is not the one who released.
        var id = alert["alert"]!.GetValue<string>();
        Assert.Contains("alerts list", SandboxProgram.Run("lineage", "show", "release:above-limit", "--dir", _demo.Folder, "--as", "sun").Errors, StringComparison.Ordinal);
        _demo.As("zhao", "alerts", "see", id, "--words", "mine").RefusedBy("SB-ALERT-1");
        _demo.As("sun", "alerts", "see", id, "--words", "as agreed with the bus company").Ends(Ran.Done);
        Books.Check(_demo.Folder);

        JsonObject[] Alerts() => [.. _demo.Call("alerts", "list").Ends(Ran.Done).Json["alerts"]!.AsArray().Select(item => item!.AsObject()).Where(item => item["rule"]!.GetValue<string>() == "export-rows")];
        void Release(string name)
        {
            spec["name"] = name;
            File.WriteAllText(_out.File(name), spec.ToJsonString());
            _demo.As("li", "export", "request", _out.File(name)).Ends(Ran.Done);
            _demo.As("qian", "export", "approve", name).Ends(Ran.Done);
            _demo.As("sun", "export", "approve", name).Ends(Ran.Done);
            _demo.As("zhao", "export", "release", name).Ends(Ran.Done);
        }
    }

    /// <summary>Rows of the package's tables, counted in the tables themselves.</summary>
    private static int Rows(string package)
    {
        using var file = File.OpenRead(package);
        using var tar = new System.Formats.Tar.TarReader(file);
        var rows = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(".csv", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(entry.DataStream!);
                rows += reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
            }
        }

        return rows;
    }
}
