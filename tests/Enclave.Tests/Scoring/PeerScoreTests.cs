using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Fixtures;

namespace Sandbox.Enclave.Tests.Scoring;

/// <summary>Models of XGBoost and scikit-learn, trained on a real data set, run by the shipped module in the jail: every row's score is the tool's own to 1e-6.</summary>
public sealed class PeerScoreTests
{
    private static readonly Lazy<string> Peers = new(Train);

    [SharedDataTheory]
    [InlineData("xgboost-binary", 1)]
    [InlineData("xgboost-regression", 1)]
    [InlineData("xgboost-margin", 1)]
    [InlineData("xgboost-classes", 4)]
    [InlineData("onnx-forest", 1)]
    [InlineData("onnx-tree", 4)]
    [InlineData("onnx-double", 1)]
    [InlineData("onnx-boosting", 1)]
    [InlineData("onnx-odds", 1)]
    [InlineData("onnx-logistic", 1)]
    [InlineData("onnx-softmax", 4)]
    [InlineData("onnx-ridge", 1)]
    [InlineData("linear-logistic", 1)]
    [InlineData("linear-softmax", 4)]
    [InlineData("linear-identity", 1)]
    public async Task Scores_are_those_of_the_tool(string name, int scores)
    {
        var package = Assert.IsType<PackageResult.Accepted>(ModelPackage.Read(Path.Combine(Peers.Value, name), scoringModule: TestBench.ScoringModule)).Package;
        Assert.Equal(scores, package.Scoring!.Report.Scores);
        var features = package.Manifest.Inputs[0].Columns.SkipLast(1).ToArray();
        var values = Numbers(name + ".rows");
        var expected = Numbers(name + ".scores");
        var rows = values.Length / features.Length;
        Assert.True(rows >= 10_000);
        Assert.Equal(rows * scores, expected.Length);
        TinyArrow.Column[] columns =
        [
            .. features.Select((feature, i) => new TinyArrow.Column(feature, Enumerable.Range(0, rows).Select(row => values[(row * features.Length) + i]).ToArray())),
            new("id", Enumerable.Range(0, rows).Select(row => row.ToString("D6", CultureInfo.InvariantCulture)).ToArray()),
        ];
        var stream = TinyArrow.Write(5000, columns);
        var output = TinyArrow.Read((await TestRun.CompletedAsync(package, stream)).Output!);
        Assert.Equal(package.Manifest.Output.Columns.Select(column => column.Name), output.Keys);
        Assert.Equal(rows, output["rows"].Length);
        Assert.All(output["rows"], count => Assert.Equal(1L, count));
        for (var score = 0; score < scores; score++)
        {
            var given = output[scores == 1 ? "score_mean" : $"score_mean_{score}"];
            var worst = Enumerable.Range(0, rows).Max(row => Math.Abs((double)given[row] - expected[(row * scores) + score]));
            Assert.True(worst <= 1e-6, $"{name}: the largest difference is {worst:e2}");
        }

        // The tool does not give one and the same score to all: equal scores would prove nothing.
        Assert.True(expected.Distinct().Count() > 10);
    }

    private static double[] Numbers(string file) => MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(Peers.Value, file))).ToArray();

    private static string Train()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "peer-models");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        var script = Path.Combine(Checkout.Root, "tests", "Enclave.Tests", "Scoring", "train_models.py");
        var data = Path.Combine(Checkout.SharedData!, "real", "credit", "default_credit_card_taiwan.csv");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, data, folder]) { RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0 ? folder : throw new InvalidOperationException("Training failed; ./sandbox test installs python3-xgboost, python3-sklearn and python3-onnx: " + errors);
    }
}
