using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

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
}
