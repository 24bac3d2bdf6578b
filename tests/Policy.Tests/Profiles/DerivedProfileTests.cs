using System.Text;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Profiles;

/// <summary>A deployment's own profile file: taken whole, or refused with every fault at its path.</summary>
public sealed class DerivedProfileTests
{
    [Fact]
    public void A_sound_file_gives_the_base_with_what_was_taken_over()
    {
        var (derived, faults) = Read("""{"name":"city","base":"yibin","overlays":[{"switch":"training","from":"changchun"},{"switch":"retention","from":"futian"}]}""");
        Assert.Empty(faults);
        Assert.Equal(["changchun:training", "futian:retention"], derived!.Overlays);
        Assert.Equal("city", derived.Profile.Name);
        Assert.Equal(["FT 14"], derived.Profile.LogRetention!.References);
        Assert.Equal([ProfileSwitch.RawVisibility, ProfileSwitch.ExportApprovers], derived.Profile.RequiredConfiguration);
    }

    [Fact]
    public void Every_fault_is_named_by_its_path_in_one_pass()
    {
        var (derived, faults) = Read("""{"name":"city","base":"changchun","more":1,"overlays":[{"switch":"training","from":"nowhere"},{"switch":"mood","from":"futian"},7,{"switch":"approvers","from":"futian"},{"switch":"visibility"}]}""");
        Assert.Null(derived);
        foreach (var path in new[] { "$.more", "$.overlays[0].from", "$.overlays[1].switch", "$.overlays[2]", "$.overlays[3]", "$.overlays[4].from" })
        {
            Assert.Contains(faults, fault => fault.Why.Contains(path + ".", StringComparison.Ordinal) || fault.Why.StartsWith(path + ":", StringComparison.Ordinal));
        }

        Assert.Equal(6, faults.Count);
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"name":"a","name":"b","base":"futian","overlays":[]}""", "$")]
    [InlineData("""{"base":"futian","overlays":[]}""", "$.name")]
    [InlineData("""{"name":"futian","base":"futian","overlays":[]}""", "$.name")]
    [InlineData("""{"name":"a","base":"beijing","overlays":[]}""", "$.base")]
    [InlineData("""{"name":"a","base":"futian"}""", "$.overlays")]
    [InlineData("""{"name":"a","base":"futian","overlays":[{"switch":"training","from":"changchun"},{"switch":"training","from":"changchun"}]}""", "$.overlays[1].switch")]
    public void A_faulty_file_is_refused(string json, string path)
    {
        var (derived, faults) = Read(json);
        Assert.Null(derived);
        Assert.Contains(faults, fault => fault.Why.Contains(path, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Equal("YB-27-1", fault.Rule));
    }

    [Fact]
    public void Members_are_laid_side_by_side_with_their_articles()
    {
        var (futian, changchun) = (ProfileMember.Of("futian")!, ProfileMember.Of("changchun")!);
        Assert.Equal(futian.Select(member => member.Name), changchun.Select(member => member.Name));
        var (two, six) = (futian.Single(member => member.Name == "log_retention"), changchun.Single(member => member.Name == "log_retention"));
        Assert.False(two.SaysTheSameAs(six));
        Assert.Equal(("2 year minimum", "FT 14"), (two.Words, two.References[0]));
        Assert.True(futian.Single(member => member.Name == "raw_export_barred").SaysTheSameAs(changchun.Single(member => member.Name == "raw_export_barred")));
        Assert.Equal("–", futian.Single(member => member.Name == "protection_level").Words);
        Assert.Null(ProfileMember.Of("beijing"));
    }

    private static (DerivedProfile? Derived, IReadOnlyList<Refusal> Faults) Read(string json) => DerivedProfile.FromUntrusted(Encoding.UTF8.GetBytes(json));
}
