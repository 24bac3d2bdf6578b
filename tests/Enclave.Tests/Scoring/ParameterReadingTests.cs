using System.Text;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Scoring;
using Sandbox.Enclave.Tests.Making;

namespace Sandbox.Enclave.Tests.Scoring;

/// <summary>Parameters are read as data from an unknown author: what is not understood in full is refused, and a refusal never says what the file holds.</summary>
public sealed class ParameterReadingTests
{
    private const string Manifest =
        """
        {"name":"late","version":"1","scoring":{"format":"xgboost","table":"credit","features":["a","b"],"groups":["region"]},
         "limits":{"memory_mib":64,"cpu_seconds":5,"output_bytes":1048576}}
        """;

    /// <summary>Root a &lt; 1.5 (missing goes left): left leaf 0.25; right b &lt; 0 (missing goes right): leaves −1 and 2.</summary>
    private const string Booster =
        """
        {"learner":{"attributes":{"best_iteration":"0"},"feature_names":["a","b"],"feature_types":["float","float"],"gradient_booster":{"model":{
        "gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},"tree_info":[0],"trees":[{"base_weights":[0,0,0,0,0],"categories":[],"categories_nodes":[],
        "categories_segments":[],"categories_sizes":[],"default_left":[1,0,0,0,0],"id":0,"left_children":[1,-1,3,-1,-1],"loss_changes":[1,0,1,0,0],"parents":[2147483647,0,0,2,2],
        "right_children":[2,-1,4,-1,-1],"split_conditions":[1.5E0,2.5E-1,0E0,-1E0,2E0],"split_indices":[0,0,1,0,0],"split_type":[0,0,0,0,0],"sum_hessian":[5,1,4,1,3],
        "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"5","size_leaf_vector":"0"}}]},"name":"gbtree"},
        "learner_model_param":{"base_score":"5E-1","boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},
        "objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]}
        """;

    private static readonly byte[] Module = File.ReadAllBytes(TestBench.ScoringModule);

    [Fact]
    public void A_model_without_code_is_an_apply_model_whose_table_has_groups_rows_and_a_mean()
    {
        var package = Accepted(Booster);
        Assert.Equal((ModelKind.Apply, ModelOutputKind.Table), (package.Manifest.Kind, package.Manifest.Output.Kind));
        Assert.Equal(["a", "b", "region"], package.Manifest.Inputs[0].Columns);
        Assert.Equal(["region"], package.Manifest.Output.Dimensions);
        Assert.Equal(["rows", "score_mean"], package.Manifest.Output.Measures);
        Assert.Empty(package.Manifest.Parameters);
        Assert.Equal(new ScoringReport(ScoringFormat.Xgboost, "reg:squarederror", 2, 2, 1, 0, 1, 2, 5, package.Scoring!.Report.FormBytes), package.Scoring.Report);
    }

    [Fact]
    public void The_digest_covers_module_manifest_and_every_byte_of_the_parameters()
    {
        var digest = Accepted(Booster).Digest;
        Assert.Equal(digest, Accepted(Booster).Digest);
        Assert.NotEqual(digest, Accepted(Booster + " ").Digest);
        Assert.NotEqual(digest, Accepted(Booster.Replace("2.5E-1", "2.6E-1", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(digest, Accepted(Booster, Manifest.Replace("\"version\":\"1\"", "\"version\":\"2\"", StringComparison.Ordinal)).Digest);
        var other = Assert.IsType<PackageResult.Accepted>(ModelPackage.FromUntrusted(WasmAssembler.Program([0x01]), Encoding.UTF8.GetBytes(Manifest), Encoding.UTF8.GetBytes(Booster))).Package;
        Assert.NotEqual(digest, other.Digest);
    }

    [Fact]
    public async Task Missing_values_follow_the_default_direction_and_bands_count_scores()
    {
        const string Banded = """
            {"name":"late","version":"1","scoring":{"format":"xgboost","table":"credit","features":["a","b"],"bands":[0,1]},"limits":{"memory_mib":64,"cpu_seconds":5,"output_bytes":1048576}}
            """;
        var nan = double.NaN;
        var input = TinyArrow.Write(2, new TinyArrow.Column("a", new[] { 1.0, nan, 1.5, 2.0, 2.0 }), new TinyArrow.Column("b", new[] { nan, nan, -0.5, nan, 0.0 }));

        // 0.5 + 0.25, 0.5 + 0.25 (a missing: left), 0.5 − 1, 0.5 + 2 (b missing: right), 0.5 + 2 (0 is not below 0)
        var output = TinyArrow.Read((await TestRun.CompletedAsync(Accepted(Booster, Banded), input)).Output!);
        Assert.Equal([0L, 1L, 2L], output["band"].Cast<long>());
        Assert.Equal([1L, 2L, 2L], output["rows"].Cast<long>());
        Assert.Equal([-0.5, 0.75, 2.5], output["score_mean"].Cast<double>());
    }

    [Fact]
    public async Task Rows_without_a_score_or_a_group_are_left_out_and_counted_in_the_held_messages()
    {
        const string Line = """{"link":"identity","intercepts":[1],"coefficients":[[2,3]]}""";
        var manifest = Manifest.Replace("xgboost", "linear", StringComparison.Ordinal);
        var input = TinyArrow.Write(
            2, new TinyArrow.Column("a", new[] { 1.0, double.NaN, 3.0, 5.0 }), new TinyArrow.Column("b", new[] { 1.0, 1.0, -1.0, 0.0 }), new TinyArrow.Column("region", new long?[] { 7, 7, 7, null }));
        var outcome = await TestRun.CompletedAsync(Accepted(Line, manifest), input);
        var output = TinyArrow.Read(outcome.Output!);
        Assert.Equal(["7"], output["region"].Cast<string>());
        Assert.Equal([2L], output["rows"].Cast<long>());
        Assert.Equal([(6.0 + 4.0) / 2], output["score_mean"].Cast<double>());
        Assert.Contains("2 rows were left out", outcome.HeldStderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"left_children\":[1,-1,3,-1,-1]", "\"left_children\":[1,-1,0,-1,-1]", "SB-MODEL-12")] // a circle
    [InlineData("\"left_children\":[1,-1,3,-1,-1]", "\"left_children\":[1,-1,4,-1,-1]", "SB-MODEL-12")] // one node twice
    [InlineData("\"left_children\":[1,-1,3,-1,-1]", "\"left_children\":[1,-1,5,-1,-1]", "SB-MODEL-12")] // outside
    [InlineData("\"left_children\":[1,-1,3,-1,-1]", "\"left_children\":[-1,-1,3,-1,-1]", "SB-MODEL-12")] // half a leaf
    [InlineData("\"left_children\":[1,-1,3,-1,-1]", "\"left_children\":[1,-1,3,-1]", "SB-MODEL-12")]
    [InlineData("\"split_indices\":[0,0,1,0,0]", "\"split_indices\":[0,0,2,0,0]", "SB-MODEL-12")]
    [InlineData("\"split_indices\":[0,0,1,0,0]", "\"split_indices\":[0,0,-1,0,0]", "SB-MODEL-12")]
    [InlineData("\"split_type\":[0,0,0,0,0]", "\"split_type\":[1,0,0,0,0]", "SB-MODEL-12")]
    [InlineData("1.5E0", "1.5E99", "SB-MODEL-12")]
    [InlineData("2.5E-1", "1E300", "SB-MODEL-12")]
    [InlineData("2.5E-1", "NaN", "SB-MODEL-12")]
    [InlineData("\"gbtree\"}", "\"dart\"}", "SB-MODEL-12")]
    [InlineData("reg:squarederror", "survival:cox", "SB-MODEL-12")]
    [InlineData("reg:squarederror", "multi:softprob", "SB-MODEL-12")]
    [InlineData("\"num_class\":\"0\"", "\"num_class\":\"3\"", "SB-MODEL-12")]
    [InlineData("\"num_class\":\"0\"", "\"num_class\":\"4000000000\"", "SB-MODEL-12")]
    [InlineData("\"num_target\":\"1\"", "\"num_target\":\"2\"", "SB-MODEL-12")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"1E99\"", "SB-MODEL-12")]
    [InlineData("\"tree_info\":[0]", "\"tree_info\":[1]", "SB-MODEL-12")]
    [InlineData("\"tree_info\":[0]", "\"tree_info\":[]", "SB-MODEL-12")]
    [InlineData("\"best_iteration\":\"0\"", "\"best_iteration\":\"1\"", "SB-MODEL-12")]
    [InlineData("\"name\":\"gbtree\"}", "\"name\":\"gbtree\",\"weight_drop\":[0.5]}", "SB-MODEL-12")]
    [InlineData("\"version\":[1,7,4]", "\"version\":[1,7,4],\"version\":[1,7,4]", "SB-MODEL-12")]
    [InlineData("\"feature_names\":[\"a\",\"b\"]", "\"feature_names\":[\"b\",\"a\"]", "SB-MODEL-13")]
    [InlineData("\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":\"3\",\"num_target\"", "SB-MODEL-13")]
    public void A_booster_that_is_not_understood_in_full_is_refused(string good, string bad, string rule)
    {
        Assert.Contains(good, Booster, StringComparison.Ordinal);
        Assert.Equal(rule, Refused(Booster.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"link":"probit","intercepts":[1],"coefficients":[[2,3]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"logistic","intercepts":[1,2],"coefficients":[[2,3],[4,5]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"softmax","intercepts":[1],"coefficients":[[2,3]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[[2,3],[4,5]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1,1],"coefficients":[[2,3],[4]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1e999],"coefficients":[[2,3]]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[[2,3]],"means":[1,2]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[[2,3]],"means":[1,2],"scales":[0,1]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[null]}""", "SB-MODEL-12")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[[2,3,4]]}""", "SB-MODEL-13")]
    [InlineData("""{"link":"identity","intercepts":[1],"coefficients":[[2,3]],"feature_names":["b","a"]}""", "SB-MODEL-13")]
    public void A_linear_model_that_says_something_wrong_is_refused(string json, string rule) =>
        Assert.Equal(rule, Refused(json, Manifest.Replace("xgboost", "linear", StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"format\":\"xgboost\"", "\"format\":\"pickle\"")]
    [InlineData("\"format\":\"xgboost\"", "\"format\":2")]
    [InlineData("\"groups\":[\"region\"]", "\"groups\":[]")]
    [InlineData("\"groups\":[\"region\"]", "\"groups\":[\"rows\"]")]
    [InlineData("\"groups\":[\"region\"]", "\"groups\":[\"region\",\"region\"]")]
    [InlineData("\"groups\":[\"region\"]", "\"groups\":[null]")]
    [InlineData("\"groups\":[\"region\"]", "\"groups\":null")]
    [InlineData("\"groups\":[\"region\"]", "\"bands\":[1,1]")]
    [InlineData("\"features\":[\"a\",\"b\"]", "\"features\":[]")]
    [InlineData("\"features\":[\"a\",\"b\"]", "\"features\":[\"a\",\"../b\"]")]
    [InlineData("\"memory_mib\":64", "\"memory_mib\":0")]
    [InlineData("\"version\":\"1\"", "\"version\":\"1\",\"kind\":\"train\"")]
    public void A_manifest_that_says_something_wrong_is_refused(string good, string bad)
    {
        Assert.Contains(good, Manifest, StringComparison.Ordinal);
        Assert.Equal("SB-MODEL-9", Refused(Booster, Manifest.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Fact]
    public void Bands_of_several_scores_are_refused()
    {
        const string Classes = """{"link":"softmax","intercepts":[1,2,3],"coefficients":[[2,3],[4,5],[6,7]]}""";
        var manifest = Manifest.Replace("xgboost", "linear", StringComparison.Ordinal);
        Assert.Equal(["rows", "score_mean_0", "score_mean_1", "score_mean_2"], Accepted(Classes, manifest).Manifest.Output.Measures);
        Assert.Equal("SB-MODEL-9", Refused(Classes, manifest.Replace("\"groups\":[\"region\"]", "\"bands\":[0.5]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Refusals_say_nothing_that_the_file_holds()
    {
        var json = Booster.Replace("reg:squarederror", "SECRET-4711", StringComparison.Ordinal);
        var refused = Assert.IsType<PackageResult.Refused>(ModelPackage.FromUntrusted(Module, Encoding.UTF8.GetBytes(Manifest), Encoding.UTF8.GetBytes(json)));
        Assert.All(refused.Refusals, refusal => Assert.DoesNotContain("4711", refusal.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_holds_the_manifest_and_one_file_of_parameters()
    {
        var folder = Directory.CreateTempSubdirectory("scoring-tests").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "model.json"), Manifest);
            File.WriteAllText(Path.Combine(folder, "parameters.json"), Booster);
            Assert.Equal(Accepted(Booster).Digest, Assert.IsType<PackageResult.Accepted>(ModelPackage.Read(folder, scoringModule: TestBench.ScoringModule)).Package.Digest);
            File.WriteAllText(Path.Combine(folder, "parameters.json"), "");
            Assert.Equal("SB-MODEL-12", Rule(ModelPackage.Read(folder, scoringModule: TestBench.ScoringModule)));
            File.WriteAllBytes(Path.Combine(folder, "model.wasm"), Module);
            Assert.Equal("SB-MODEL-10", Rule(ModelPackage.Read(folder, scoringModule: TestBench.ScoringModule)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Every one-byte change and every cut of a real file is either refused or another model: nothing else is thrown, and the reader does not hang.</summary>
    [Theory]
    [InlineData("xgboost")]
    [InlineData("onnx")]
    public void Damaged_files_are_refused_or_another_model(string format)
    {
        var good = format == "onnx" ? TinyOnnx.Regressor() : Encoding.UTF8.GetBytes(Booster);
        var manifest = Encoding.UTF8.GetBytes(Manifest.Replace("xgboost", format, StringComparison.Ordinal));
        var digest = Assert.IsType<PackageResult.Accepted>(ModelPackage.FromUntrusted(Module, manifest, good)).Package.Digest;
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            bad = i % 3 == 0 ? bad[..random.Next(1, bad.Length)] : bad;
            switch (ModelPackage.FromUntrusted(Module, manifest, bad))
            {
                case PackageResult.Accepted { Package.Digest: var other }:
                    Assert.Equal(bad.AsSpan().SequenceEqual(good), other == digest);
                    break;
                case PackageResult.Refused { Refusals: var refusals }:
                    refused++;
                    Assert.All(refusals, refusal => Assert.Contains(refusal.Rule, new[] { "SB-MODEL-12", "SB-MODEL-13" }));
                    break;
            }
        }

        Assert.True(refused > 1500);
    }

    [Theory]
    [InlineData("BRANCH_LEQ", "BRANCH_XXX")]
    [InlineData("TreeEnsembleRegressor", "TreeEnsembleRegressoR")]
    [InlineData("ai.onnx.ml", "ai.evil.ml")]
    [InlineData("n_targets", "n_targetz")]
    [InlineData("SUM", "MIN")]
    [InlineData("NONE", "NOPE")]
    [InlineData("variable", "Variable")] // the graph's output is none of the operator's
    public void A_graph_outside_the_subset_is_refused(string good, string bad)
    {
        Assert.Equal("SB-MODEL-12", Refused(TinyOnnx.Regressor(good, bad), Manifest.Replace("xgboost", "onnx", StringComparison.Ordinal)));
    }

    private static ModelPackage Accepted(string parameters, string manifest = Manifest) =>
        ModelPackage.FromUntrusted(Module, Encoding.UTF8.GetBytes(manifest), Encoding.UTF8.GetBytes(parameters)) switch
        {
            PackageResult.Accepted accepted => accepted.Package,
            var other => throw new InvalidOperationException(string.Join('\n', ((PackageResult.Refused)other).Refusals)),
        };

    private static string Refused(string parameters, string manifest = Manifest) => Refused(Encoding.UTF8.GetBytes(parameters), manifest);

    private static string Refused(byte[] parameters, string manifest) => Rule(ModelPackage.FromUntrusted(Module, Encoding.UTF8.GetBytes(manifest), parameters));

    private static string Rule(PackageResult result) => Assert.Single(Assert.IsType<PackageResult.Refused>(result).Refusals.Select(refusal => refusal.Rule).Distinct());
}
