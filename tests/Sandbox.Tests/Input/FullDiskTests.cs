using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>A disk that fills up: a clear answer, nothing half done, and everything goes on once there is room.</summary>
public sealed class FullDiskTests
{
    [SmallDiskFact]
    public void A_load_for_which_there_is_no_room_leaves_nothing()
    {
        using var disk = SmallDisk.Mount(8);
        var dir = Path.Combine(disk.Path, "city");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "futian", "--suite", "nist", "--admin", "zhao").Ends(Ran.Done);
        SandboxProgram.Json("person", "add", "chen", "--org", "bureau", "--role", "provider", "--dir", dir, "--as", "zhao").Ends(Ran.Done);
        var flights = Path.Combine(Checkout.Engines, "vega-datasets", "data", "flights-3m.parquet");
        string[] load = ["data", "add", "flights", "--file", flights, "--source", "a test", "--acquired", "2026-01-02", "--dir", dir, "--as", "chen"];
        var full = SandboxProgram.Json(load);
        Assert.True(full.Code is Ran.Refused or Ran.Failed, full.ToString());
        Assert.Contains("disk", full.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(SandboxProgram.Json("data", "list", "--dir", dir).Ends(Ran.Done).Json["data_sets"]!.AsArray());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(dir, "objects")));
        Books.Check(dir);
        Books.CheckSwept(dir);
    }

    [SmallDiskFact]
    public void On_a_disk_without_a_byte_left_nothing_is_begun_and_nothing_is_lost()
    {
        using var disk = SmallDisk.Mount(3);
        var dir = Path.Combine(disk.Path, "city");
        SandboxProgram.Json("init", "--dir", dir, "--profile", "futian", "--admin", "zhao").Ends(Ran.Done);
        disk.Fill();

        var second = SandboxProgram.Json("init", "--dir", Path.Combine(disk.Path, "town"), "--profile", "futian");
        Assert.True(second.Code is Ran.Refused or Ran.Failed, second.ToString());
        Assert.Contains("disk", second.Output, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(Path.Combine(disk.Path, "town")));
        Assert.Equal(["city", "filler"], Directory.GetFileSystemEntries(disk.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var add = SandboxProgram.Json("person", "add", "chen", "--org", "bureau", "--role", "provider", "--dir", dir, "--as", "zhao");
        Assert.True(add.Code is Ran.Refused or Ran.Failed, add.ToString());

        File.Delete(Path.Combine(disk.Path, "filler"));
        Assert.Single(SandboxProgram.Json("person", "list", "--dir", dir).Ends(Ran.Done).Json["people"]!.AsArray());
        SandboxProgram.Json("person", "add", "chen", "--org", "bureau", "--role", "provider", "--dir", dir, "--as", "zhao").Ends(Ran.Done);
        Books.Check(dir);
    }

    [SmallDiskFact]
    public void A_demo_without_room_says_so_and_goes_on_elsewhere()
    {
        using var disk = SmallDisk.Mount(12);
        var dir = Path.Combine(disk.Path, "city");
        var full = SandboxProgram.Json("demo", "--dir", dir);
        Assert.True(full.Code is Ran.Refused or Ran.Failed, full.ToString());
        Assert.Contains("disk", full.Output, StringComparison.OrdinalIgnoreCase);
        Books.Check(dir);
        Assert.Empty(RawValues.FindUnder(dir));
    }

    [Fact]
    public async Task An_output_that_takes_nothing_more_ends_without_a_stack_trace()
    {
        // /dev/full answers every write as a full disk does.
        var start = SandboxProgram.Words("doctor", "--quick", "--json");
        start.FileName = "/bin/sh";
        start.ArgumentList.Insert(0, "-c");
        start.ArgumentList.Insert(1, "exec dotnet \"$@\" > /dev/full");
        start.ArgumentList.Insert(2, "sh");
        var ran = await SandboxProgram.RunAsync(start);
        Assert.Equal(Ran.Failed, ran.Code);
    }
}
