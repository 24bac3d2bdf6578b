using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Sandbox.Enclave.Scoring;
using Sandbox.Policy;

namespace Sandbox.Enclave.Models;

/// <summary>The result of reading a package: a package, or the reasons why there is none.</summary>
public abstract record PackageResult
{
    private PackageResult()
    {
    }

    /// <summary>The package may be submitted.</summary>
    public sealed record Accepted(ModelPackage Package) : PackageResult;

    /// <summary>It may not. <paramref name="Report"/> is given when at least the module could be read.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals, ModuleReport? Report = null) : PackageResult;
}

/// <summary>A model as it was submitted: a module with its manifest, or parameters with theirs that the product's scoring module runs, and the one digest that review and runs refer to.</summary>
public sealed class ModelPackage
{
    /// <summary>Name of the module's file.</summary>
    public const string ModuleFile = "model.wasm";

    /// <summary>Name of the manifest's file.</summary>
    public const string ManifestFile = "model.json";

    /// <summary>Names of a file of parameters; a package has a module or one of these.</summary>
    public static IReadOnlyList<string> ParameterFiles { get; } = ["parameters.json", "parameters.onnx"];

    private readonly byte[] _module;
    private readonly byte[] _manifest;

    private ModelPackage(byte[] module, byte[] manifestBytes, ModelManifest manifest, ModuleReport report, ScoringParameters? scoring)
    {
        _module = module;
        _manifest = manifestBytes;
        Manifest = manifest;
        Report = report;
        Scoring = scoring;
        Digest = DigestOf(module, manifestBytes, scoring);
    }

    /// <summary>What the author declares; for a model without code, what follows from it.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>What the module itself shows.</summary>
    public ModuleReport Report { get; }

    /// <summary>The parameters of a model without code, else null. The module is then the product's own.</summary>
    public ScoringParameters? Scoring { get; }

    /// <summary><c>sha256:</c> and 64 lower-case hex digits over module, manifest and parameters as they came and as they run; any changed byte changes it.</summary>
    public string Digest { get; }

    /// <summary>The module's bytes.</summary>
    public ReadOnlyMemory<byte> Module => _module;

    /// <summary>The manifest's bytes as submitted.</summary>
    public ReadOnlyMemory<byte> ManifestJson => _manifest;

    /// <summary>Reads a folder or a .zip that holds exactly <c>model.json</c> and one of <c>model.wasm</c>, <c>parameters.json</c> and <c>parameters.onnx</c>.</summary>
    /// <param name="path">Path of a folder or of a .zip file.</param>
    /// <param name="limits">What the platform accepts; its defaults when null.</param>
    /// <param name="scoringModule">Path of the scoring module; where <see cref="ScoringModule.Locate"/> finds it when null.</param>
    public static PackageResult Read(string path, InspectionLimits? limits = null, string? scoringModule = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= new InspectionLimits();
        try
        {
            if (Directory.Exists(path))
            {
                var entries = Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)).Take(3).ToArray();
                return ReadFiles(entries, name => File.OpenRead(Path.Combine(path, name)), limits, scoringModule);
            }

            using var file = File.OpenRead(path);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            return ReadFiles([.. archive.Entries.Select(entry => entry.FullName).Take(3)], name => archive.GetEntry(name)!.Open(), limits, scoringModule);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            return new PackageResult.Refused([ModelRefusals.Package("it is neither a readable folder nor a readable .zip file")]);
        }
    }

    /// <summary>Builds a package from its files' bytes, for example when they come out of a sealed object.</summary>
    /// <param name="module">The module; the product's scoring module where there are parameters.</param>
    /// <param name="manifestJson">model.json.</param>
    /// <param name="parameters">The file of parameters; empty for a model with code.</param>
    /// <param name="limits">What the platform accepts; its defaults when null.</param>
    public static PackageResult FromUntrusted(ReadOnlySpan<byte> module, ReadOnlySpan<byte> manifestJson, ReadOnlySpan<byte> parameters = default, InspectionLimits? limits = null)
    {
        limits ??= new InspectionLimits();
        var inspection = ModelInspector.Inspect(module, limits);
        var (manifest, scoring, refusals) = parameters.IsEmpty ? WithCode(manifestJson) : WithoutCode(manifestJson, parameters);
        List<Refusal> all = [.. inspection.Refusals, .. refusals];
        if (inspection.IsAccepted && manifest is not null && inspection.Report!.Memories[0].Minimum > (ulong)manifest.Limits.MemoryMib * 16)
        {
            all.Add(ModelRefusals.MemoryTooLarge(manifest.Limits.MemoryMib));
        }

        return all.Count == 0 && inspection.Report is { } report && manifest is not null
            ? new PackageResult.Accepted(new(module.ToArray(), manifestJson.ToArray(), manifest, report, scoring))
            : new PackageResult.Refused(all, inspection.Report);
    }

    private static (ModelManifest? Manifest, ScoringParameters? Scoring, IReadOnlyList<Refusal> Refusals) WithCode(ReadOnlySpan<byte> manifestJson)
    {
        var (manifest, refusals) = ManifestReader.Read(manifestJson);
        return (manifest, null, refusals);
    }

    private static (ModelManifest? Manifest, ScoringParameters? Scoring, IReadOnlyList<Refusal> Refusals) WithoutCode(ReadOnlySpan<byte> manifestJson, ReadOnlySpan<byte> source)
    {
        var (manifest, refusals) = ScoringManifest.Read(manifestJson);
        if (manifest is null)
        {
            return (null, null, refusals);
        }

        var (parameters, reasons) = ScoringParameters.FromUntrusted(source, manifest);
        return (parameters is null ? null : manifest.ToManifest(parameters.Report.Scores), parameters, reasons);
    }

    private static PackageResult ReadFiles(string[] names, Func<string, Stream> open, InspectionLimits limits, string? scoringModule)
    {
        if (names.Length != 2 || !names.Contains(ManifestFile) || names.FirstOrDefault(name => name == ModuleFile || ParameterFiles.Contains(name)) is not { } second)
        {
            return new PackageResult.Refused([ModelRefusals.Package("exactly model.json and one of model.wasm, parameters.json and parameters.onnx are expected")]);
        }

        var hasCode = second == ModuleFile;
        if (!hasCode && (scoringModule ??= ScoringModule.Locate()) is null)
        {
            return new PackageResult.Refused([ModelRefusals.NoScoringModule()]);
        }

        using var manifestFile = open(ManifestFile);
        if (ReadAtMost(manifestFile, ManifestReader.MostBytes) is not { } manifest)
        {
            return new PackageResult.Refused([ModelRefusals.TooLarge("manifest in bytes", ManifestReader.MostBytes)]);
        }

        using var file = open(second);
        var most = hasCode ? limits.ModuleBytes : ScoringParameters.MostBytes;
        return ReadAtMost(file, most) is not { } bytes ? new PackageResult.Refused([ModelRefusals.TooLarge(hasCode ? "size in bytes" : "parameters in bytes", most)])
            : hasCode ? FromUntrusted(bytes, manifest, default, limits)
            : bytes.Length == 0 ? new PackageResult.Refused([ModelRefusals.BadParameters("nothing")])
            : FromUntrusted(File.ReadAllBytes(scoringModule!), manifest, bytes, limits);
    }

    /// <summary>Null when the stream is longer: lengths stated in an archive are not believed.</summary>
    private static byte[]? ReadAtMost(Stream stream, int most)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            if (buffer.Length + read > most)
            {
                return null;
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static string DigestOf(ReadOnlySpan<byte> module, ReadOnlySpan<byte> manifest, ScoringParameters? scoring)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(scoring is null ? "sandbox/model-package/v1\n"u8 : "sandbox/model-package/v2\n"u8);
        AppendSized(hash, module);
        if (scoring is not null)
        {
            // The form, too: if another version of the product read the same file otherwise, it would be another model.
            AppendSized(hash, scoring.Source.Span);
            AppendSized(hash, scoring.Form.Span);
        }

        hash.AppendData(manifest);
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendSized(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
