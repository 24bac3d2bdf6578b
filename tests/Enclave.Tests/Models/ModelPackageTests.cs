using System.IO.Compression;
using System.Text;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Tests.Making;

namespace Sandbox.Enclave.Tests.Models;

public sealed class ModelPackageTests : IDisposable
{
    private static readonly byte[] Module = WasmAssembler.Program([0x01]);
    private readonly string _folder = Directory.CreateTempSubdirectory("enclave-tests").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_and_an_archive_of_the_same_files_are_the_same_package()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.wasm"), Module);
        File.WriteAllText(Path.Combine(folder, "model.json"), TestBench.Manifest);
        var archive = Path.Combine(_folder, "model.zip");
        ZipFile.CreateFromDirectory(folder, archive);
        var first = Assert.IsType<PackageResult.Accepted>(ModelPackage.Read(folder)).Package;
        var second = Assert.IsType<PackageResult.Accepted>(ModelPackage.Read(archive)).Package;
        Assert.Equal(first.Digest, second.Digest);
        Assert.Matches("^sha256:[0-9a-f]{64}$", first.Digest);
        Assert.Equal(ModelKind.Apply, second.Manifest.Kind);

        File.WriteAllText(Path.Combine(folder, "notes.txt"), "more");
        Assert.Equal("SB-MODEL-10", Rule(ModelPackage.Read(folder)));
    }

    [Fact]
    public void What_is_no_package_is_refused_in_words()
    {
        Assert.Equal("SB-MODEL-10", Rule(ModelPackage.Read(Path.Combine(_folder, "absent.zip"))));
        var file = Path.Combine(_folder, "text.zip");
        File.WriteAllText(file, "not an archive");
        Assert.Equal("SB-MODEL-10", Rule(ModelPackage.Read(file)));
        var nested = Path.Combine(_folder, "nested.zip");
        using (var archive = ZipFile.Open(nested, ZipArchiveMode.Create))
        {
            archive.CreateEntry("../model.wasm");
            archive.CreateEntry("model.json");
        }

        Assert.Equal("SB-MODEL-10", Rule(ModelPackage.Read(nested)));
    }

    [Fact]
    public void An_archive_that_unpacks_to_more_than_the_limit_is_refused()
    {
        var file = Path.Combine(_folder, "bomb.zip");
        using (var archive = ZipFile.Open(file, ZipArchiveMode.Create))
        {
            using (var module = archive.CreateEntry("model.wasm").Open())
            {
                module.Write(new byte[34 << 20]);
            }

            archive.CreateEntry("model.json");
        }

        Assert.True(new FileInfo(file).Length < 100_000);
        Assert.Equal("SB-MODEL-7", Rule(ModelPackage.Read(file)));
    }

    [Fact]
    public void Any_changed_byte_changes_the_digest()
    {
        var manifest = Encoding.UTF8.GetBytes(TestBench.Manifest);
        var digest = TestBench.Package(Module).Digest;
        var other = Assert.IsType<PackageResult.Accepted>(ModelPackage.FromUntrusted(Module, [.. manifest, (byte)'\n'])).Package;
        Assert.NotEqual(digest, other.Digest);
        Assert.NotEqual(digest, TestBench.Package(WasmAssembler.Program([0x01], [0x01])).Digest);
    }

    [Theory]
    [InlineData("\"version\":\"1\"", "\"version\":\"1\",\"version\":\"2\"")]
    [InlineData("\"version\":\"1\"", "\"version\":\"1\",\"licence\":\"x\"")]
    [InlineData("\"version\":\"1\",", "")]
    [InlineData("\"name\":\"test\"", "\"name\":\"../test\"")]
    [InlineData("\"kind\":\"apply\"", "\"kind\":\"export\"")]
    [InlineData("\"kind\":\"apply\"", "\"kind\":\"unknown\"")]
    [InlineData("\"kind\":\"apply\"", "\"kind\":2")]
    [InlineData("\"kind\":\"report\"", "\"kind\":\"table\"")]
    [InlineData("\"memory_mib\":32", "\"memory_mib\":0")]
    [InlineData("\"memory_mib\":32", "\"memory_mib\":2048")]
    [InlineData("\"cpu_seconds\":5", "\"cpu_seconds\":1e9")]
    [InlineData("\"output_bytes\":1048576", "\"output_bytes\":-1")]
    [InlineData("\"columns\":[\"a\"]", "\"columns\":[]")]
    [InlineData("\"columns\":[\"a\"]", "\"columns\":[\"a\",\"a\"]")]
    [InlineData("\"columns\":[\"a\"]", "\"columns\":null")]
    [InlineData("\"inputs\":[{\"table\":\"t\",\"columns\":[\"a\"]}]", "\"inputs\":[null]")]
    [InlineData("\"type\":\"utf8\"", "\"type\":\"blob\"")]
    [InlineData("\"parameters\":[]", "\"parameters\":[{\"name\":\"p\",\"type\":\"integer\",\"default\":1}]")]
    [InlineData("\"parameters\":[]", "\"parameters\":[{\"name\":\"p\",\"type\":\"integer\",\"minimum\":1,\"maximum\":3,\"default\":4}]")]
    [InlineData("\"parameters\":[]", "\"parameters\":[{\"name\":\"p\",\"type\":\"number\",\"minimum\":3,\"maximum\":1,\"default\":2}]")]
    [InlineData("\"parameters\":[]", "\"parameters\":[{\"name\":\"p\",\"type\":\"choice\",\"choices\":[\"x\"],\"default\":\"y\"}]")]
    [InlineData("\"parameters\":[]", "\"parameters\":[null]")]
    public void A_manifest_that_says_something_wrong_is_refused(string good, string bad)
    {
        Assert.Contains(good, TestBench.Manifest, StringComparison.Ordinal);
        var manifest = Encoding.UTF8.GetBytes(TestBench.Manifest.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal("SB-MODEL-9", Rule(ModelPackage.FromUntrusted(Module, manifest)));
    }

    [Fact]
    public void Module_and_manifest_are_both_judged_in_one_pass()
    {
        var refused = Assert.IsType<PackageResult.Refused>(ModelPackage.FromUntrusted("nothing"u8, "{}"u8));
        Assert.Equal(["SB-MODEL-1", "SB-MODEL-9"], refused.Refusals.Select(refusal => refusal.Rule));
        var tooLarge = new WasmAssembler { Memory = (33 * 16, null, 0) };
        tooLarge.Function([0x01]);
        Assert.Equal("SB-MODEL-6", Rule(ModelPackage.FromUntrusted(tooLarge.Build(), Encoding.UTF8.GetBytes(TestBench.Manifest))));
    }

    [Theory]
    [InlineData(null, """{"late_minutes":15,"ridge":1E-06,"iterations":12}""")]
    [InlineData("{}", """{"late_minutes":15,"ridge":1E-06,"iterations":12}""")]
    [InlineData("""{"iterations":3,"late_minutes":30}""", """{"late_minutes":30,"ridge":1E-06,"iterations":3}""")]
    [InlineData("""{"late_minutes":0}""", null)]
    [InlineData("""{"late_minutes":1.5}""", null)]
    [InlineData("""{"late_minutes":"15"}""", null)]
    [InlineData("""{"late_minutes":15,"late_minutes":16}""", null)]
    [InlineData("""{"rows":1}""", null)]
    [InlineData("[1]", null)]
    [InlineData("{", null)]
    public void Parameters_are_bound_within_their_bounds_and_in_one_form(string? given, string? expected)
    {
        var (json, refusals) = ModelParameters.Bind(TestBench.Sample("flight-delay-train").Manifest, given);
        Assert.Equal(expected, json);
        Assert.Equal(expected is null, refusals.Count > 0);
    }

    private static string Rule(PackageResult result) => Assert.Single(Assert.IsType<PackageResult.Refused>(result).Refusals.Select(refusal => refusal.Rule).Distinct());
}
