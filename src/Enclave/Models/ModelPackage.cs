using System.IO.Compression;
using System.Security.Cryptography;
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

/// <summary>A model as it was submitted: the module, its manifest and the one digest over both that review and runs refer to.</summary>
public sealed class ModelPackage
{
    /// <summary>Name of the module's file.</summary>
    public const string ModuleFile = "model.wasm";

    /// <summary>Name of the manifest's file.</summary>
    public const string ManifestFile = "model.json";

    private readonly byte[] _module;
    private readonly byte[] _manifest;

    private ModelPackage(byte[] module, byte[] manifestBytes, ModelManifest manifest, ModuleReport report)
    {
        _module = module;
        _manifest = manifestBytes;
        Manifest = manifest;
        Report = report;
        Digest = DigestOf(module, manifestBytes);
    }

    /// <summary>What the author declares.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>What the module itself shows.</summary>
    public ModuleReport Report { get; }

    /// <summary><c>sha256:</c> and 64 lower-case hex digits over module and manifest; any changed byte changes it.</summary>
    public string Digest { get; }

    /// <summary>The module's bytes.</summary>
    public ReadOnlyMemory<byte> Module => _module;

    /// <summary>The manifest's bytes as submitted.</summary>
    public ReadOnlyMemory<byte> ManifestJson => _manifest;

    /// <summary>Reads a folder or a .zip that holds exactly <c>model.wasm</c> and <c>model.json</c>.</summary>
    /// <param name="path">Path of a folder or of a .zip file.</param>
    /// <param name="limits">What the platform accepts; its defaults when null.</param>
    public static PackageResult Read(string path, InspectionLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= new InspectionLimits();
        try
        {
            return Directory.Exists(path) ? ReadFolder(path, limits) : ReadArchive(path, limits);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            return new PackageResult.Refused([ModelRefusals.Package("it is neither a readable folder nor a readable .zip file")]);
        }
    }

    /// <summary>Builds a package from the two files' bytes, for example when they come out of a sealed object.</summary>
    public static PackageResult FromUntrusted(ReadOnlySpan<byte> module, ReadOnlySpan<byte> manifestJson, InspectionLimits? limits = null)
    {
        limits ??= new InspectionLimits();
        var inspection = ModelInspector.Inspect(module, limits);
        var (manifest, refusals) = ManifestReader.Read(manifestJson);
        List<Refusal> all = [.. inspection.Refusals, .. refusals];
        if (inspection.IsAccepted && manifest is not null && inspection.Report!.Memories[0].Minimum > (ulong)manifest.Limits.MemoryMib * 16)
        {
            all.Add(ModelRefusals.MemoryTooLarge(manifest.Limits.MemoryMib));
        }

        return all.Count == 0 && inspection.Report is { } report && manifest is not null
            ? new PackageResult.Accepted(new(module.ToArray(), manifestJson.ToArray(), manifest, report))
            : new PackageResult.Refused(all, inspection.Report);
    }

    private static PackageResult ReadFolder(string path, InspectionLimits limits)
    {
        var names = Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(3).ToArray();
        if (!names.SequenceEqual([ManifestFile, ModuleFile]))
        {
            return new PackageResult.Refused([ModelRefusals.Package("exactly model.wasm and model.json are expected")]);
        }

        using var module = File.OpenRead(Path.Combine(path, ModuleFile));
        using var manifest = File.OpenRead(Path.Combine(path, ManifestFile));
        return FromStreams(module, manifest, limits);
    }

    private static PackageResult ReadArchive(string path, InspectionLimits limits)
    {
        using var file = File.OpenRead(path);
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        if (!archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).SequenceEqual([ManifestFile, ModuleFile]))
        {
            return new PackageResult.Refused([ModelRefusals.Package("exactly model.wasm and model.json are expected")]);
        }

        using var module = archive.GetEntry(ModuleFile)!.Open();
        using var manifest = archive.GetEntry(ManifestFile)!.Open();
        return FromStreams(module, manifest, limits);
    }

    private static PackageResult FromStreams(Stream module, Stream manifest, InspectionLimits limits) =>
        ReadAtMost(module, limits.ModuleBytes) is not { } moduleBytes
            ? new PackageResult.Refused([ModelRefusals.TooLarge("size in bytes", limits.ModuleBytes)])
            : ReadAtMost(manifest, ManifestReader.MostBytes) is not { } manifestBytes
                ? new PackageResult.Refused([ModelRefusals.TooLarge("manifest in bytes", ManifestReader.MostBytes)])
                : FromUntrusted(moduleBytes, manifestBytes, limits);

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

    private static string DigestOf(ReadOnlySpan<byte> module, ReadOnlySpan<byte> manifest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        hash.AppendData("sandbox/model-package/v1\n"u8);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(length, module.Length);
        hash.AppendData(length);
        hash.AppendData(module);
        hash.AppendData(manifest);
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
