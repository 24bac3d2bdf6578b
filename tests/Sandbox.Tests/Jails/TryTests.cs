using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Jails;

/// <summary><c>model try</c>: a package on made-up rows in the real jail, without a domain; its output is held against its declaration.</summary>
public sealed class TryTests
{
    private static readonly string Sample = Path.Combine(Checkout.Root, "artifacts", "models", "district-income");

    [Fact]
    public void A_sample_runs_on_made_up_rows_the_same_each_time_and_leaves_its_output()
    {
        using var folder = new TemporaryFolder();
        string[] words = ["model", "try", Sample, "--rows", "2500", "--column", "division=440304|440305|310101", "--column", "monthly_income=whole"];
        var first = SandboxProgram.Json([.. words, "--output", folder.File("first")]).Ends(Ran.Done).Json;
        var second = SandboxProgram.Json([.. words, "--output", folder.File("second")]).Ends(Ran.Done).Json;
        Assert.Equal(("Completed", 1, 2), (first["reason"]!.GetValue<string>(), first["partitions"]!.GetValue<int>(), first["output_rows"]!.GetValue<int>()));
        Assert.Equal(first["fuel"]!.GetValue<long>(), second["fuel"]!.GetValue<long>());
        Assert.Equal(File.ReadAllBytes(folder.File("first")), File.ReadAllBytes(folder.File("second")));
        var rows = first["output"]!.AsArray().Select(row => row!.AsArray().Select(cell => cell!.GetValue<string>()).ToArray()).ToArray();
        Assert.Equal(["31", "44"], rows.Select(row => row[0]));

        // One in sixteen is missing of either column.
        Assert.InRange(rows.Sum(row => int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture)), 2000, 2400);
        Assert.NotEqual(first["output"]!.ToJsonString(), SandboxProgram.Json([.. words, "--seed", "2"]).Ends(Ran.Done).Json["output"]!.ToJsonString());
        Assert.Equal(0, SandboxProgram.Json(["model", "try", Sample, "--rows", "0"]).Ends(Ran.Done).Json["output_rows"]!.GetValue<int>());
    }

    [Fact]
    public void More_rows_than_a_partition_has_run_in_several_jails()
    {
        var many = SandboxProgram.Json("model", "try", Sample, "--rows", "1000001").Ends(Ran.Done).Json;
        Assert.Equal(2, many["partitions"]!.GetValue<int>());
        var inspected = SandboxProgram.Json("model", "inspect", Sample).Ends(Ran.Done).Json;
        Assert.Equal((1_000_000, true), (inspected["partitionable"]!["rows"]!.GetValue<int>(), inspected["partitionable"]!["reduce"]!.GetValue<bool>()));
        Assert.Contains("partitions of 1,000,000 rows", SandboxProgram.Run("model", "inspect", Sample).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_complete_or_is_not_as_declared_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = Directory.CreateDirectory(folder.File("changed")).FullName;
        File.Copy(Path.Combine(Sample, "model.wasm"), Path.Combine(path, "model.wasm"));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Sample, "model.json")))!;
        manifest["output"]!["columns"]![1]!["type"] = "float64";
        File.WriteAllText(Path.Combine(path, "model.json"), manifest.ToJsonString());
        SandboxProgram.Json("model", "try", path).RefusedBy("SB-TRY-2");

        // Its column is called otherwise: the model says so and ends with its own code.
        manifest["inputs"]![0]!["columns"]![0] = "district";
        File.WriteAllText(Path.Combine(path, "model.json"), manifest.ToJsonString());
        SandboxProgram.Json("model", "try", path).RefusedBy("SB-TRY-1");
        Assert.Contains("code 3", SandboxProgram.Run("model", "try", path).ToString(), StringComparison.Ordinal);

        manifest["limits"]!["fuel"] = 1000;
        File.WriteAllText(Path.Combine(path, "model.json"), manifest.ToJsonString());
        Assert.Contains("OutOfFuel", SandboxProgram.Run("model", "try", path).ToString(), StringComparison.Ordinal);
        SandboxProgram.Json("model", "try", Sample, "--parameters", """{"digits":9}""").RefusedBy("SB-MODEL-11");
        Assert.Equal(2, SandboxProgram.Run("model", "try", Sample, "--column", "nothing=text").Code);
        Assert.Equal(2, SandboxProgram.Run("model", "try", Sample, "--column", "division=colour").Code);
        Assert.Equal(2, SandboxProgram.Run("model", "try", Sample, "--rows", "-1").Code);
    }
}
