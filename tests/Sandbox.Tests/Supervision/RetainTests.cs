using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>Data sets without a retention period are flagged until their provider names one.</summary>
public sealed class RetainTests : IDisposable
{
    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _out = new();

    public void Dispose()
    {
        _city.Dispose();
        _out.Dispose();
    }

    private bool Flagged => _city.Call("data", "list").Ends(Ran.Done).Json["data_sets"]![0]!["retention_missing"]!.GetValue<bool>();

    [Fact]
    [Requirement("YN23-17-1")]
    public void A_data_set_without_a_retention_period_is_flagged()
    {
        var file = _out.File("register.csv");
        File.WriteAllText(file, SmallCity.Register(50));
        _city.Load("register", file).Ends(Ran.Done);
        Assert.True(Flagged);
        Assert.True(_city.Call("data", "show", "register").Json["retention_missing"]!.GetValue<bool>());
        Ran Retain(string who, params string[] words) => _city.As(who, ["data", "retain", "register", "--basis", "records schedule 4", .. words]);
        Retain("zhao", "--years", "30").RefusedBy("SB-HOST-5");
        Retain("li", "--years", "30").RefusedBy("SB-HOST-5");
        Retain("chen", "--years", "101").RefusedBy("SB-HOST-6");
        Retain("chen").Ends(Ran.Usage);
        Retain("chen", "--years", "3", "--permanent").Ends(Ran.Usage);
        _city.As("chen", "data", "retain", "register", "--years", "3", "--basis", "two\u202ewords").RefusedBy("SB-HOST-6");
        Assert.True(Flagged);
        Retain("chen", "--years", "30").Ends(Ran.Done);
        Assert.False(Flagged);
        Assert.Equal(30, _city.Call("data", "show", "register").Json["retention_years"]!.GetValue<int>());
        Retain("chen", "--permanent").Ends(Ran.Done);
        Assert.Equal(0, _city.Call("data", "show", "register").Json["retention_years"]!.GetValue<int>());
        _city.Call("ledger", "verify").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YN23-17-1")]
    public void A_package_of_index_and_digests_is_made_for_the_archives_and_marked_as_handed_over_with_their_receipt()
    {
        var file = _out.File("register.csv");
        File.WriteAllText(file, SmallCity.Register(50));
        _city.Load("register", file).Ends(Ran.Done);
        var package = _out.File("register.archive");
        Ran Archive(string who) => _city.As(who, "data", "archive", "register", "--out", package);
        Archive("chen").RefusedBy("YN23-17-1");
        _city.As("chen", "data", "retain", "register", "--years", "30", "--basis", "records schedule 4").Ends(Ran.Done);
        Archive("li").RefusedBy("SB-HOST-5");
        Assert.False(File.Exists(package));
        var made = Archive("chen").Ends(Ran.Done).Json;
        Assert.Equal("register-1", made["package"]!.GetValue<string>());
        Archive("chen").RefusedBy("YN23-17-1");

        // Index and digests, genuine under the domain's key, and no row.
        var bytes = File.ReadAllBytes(package);
        var index = SignedStatement.Verify(bytes, "sandbox/archive-index/v1", PublicKey.Parse(File.ReadAllText(Path.Combine(_city.Folder, "domain.pub")).Trim())).Payload;
        Assert.Equal(("register", 30), (index["data_set"]!.GetValue<string>(), index["retention_years"]!.GetValue<int>()));
        Assert.Equal("2026-01-02", index["files"]![0]!["acquired"]!.GetValue<string>());
        Assert.NotEmpty(index["files"]![0]!["sealed"]!.AsArray());
        Planted.AssertAbsent("the archive package", Encoding.UTF8.GetString(bytes));

        var receipt = _out.File("receipt.pdf");
        File.WriteAllText(receipt, "received");
        Ran Received(string who, string name) => _city.As(who, "data", "archived", name, "--number", "A 17", "--receipt", receipt);
        Received("chen", "register-2").RefusedBy("SB-HOST-1");
        Received("zhao", "register-1").RefusedBy("SB-HOST-5");
        Assert.True(Received("chen", "register-1").Ends(Ran.Done).Json["handed_over"]!.GetValue<bool>());
        Received("chen", "register-1").RefusedBy("SB-HOST-2");
        Assert.Contains(Demo.Books.Documents(_city.Folder), item => item is { Kind: "archive_package", Id: "register-1" } && item.Body["receipt"]!["number"]!.GetValue<string>() == "A 17");
        _city.Call("ledger", "verify").Ends(Ran.Done);
    }
}
