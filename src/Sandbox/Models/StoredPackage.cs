using System.Buffers.Binary;
using Sandbox.Enclave.Models;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>
/// A model package as one sealed object: length of the manifest (4 bytes, little endian), manifest, module; for a model without code −2, length of the manifest,
/// length of the parameters, manifest, parameters, module.
/// </summary>
internal static class StoredPackage
{
    public const string ObjectKind = "model";

    private const int WithoutCode = -2;

    public static byte[] Write(ModelPackage package)
    {
        ReadOnlySpan<byte> manifest = package.ManifestJson.Span, module = package.Module.Span;
        return package.Scoring is { Source.Span: var parameters }
            ? [.. Number(WithoutCode), .. Number(manifest.Length), .. Number(parameters.Length), .. manifest, .. parameters, .. module]
            : [.. Number(manifest.Length), .. manifest, .. module];
    }

    /// <summary>Reads the package back and holds it against the digest that was reviewed.</summary>
    /// <exception cref="RefusedException">It is not what was submitted.</exception>
    public static ModelPackage Read(OpenDomain domain, Model model) =>
        FromBytes(domain.Unseal(KeyScope.Scenario, model.Scenario, model.Package)) is PackageResult.Accepted accepted && accepted.Package.Digest == model.Digest
            ? accepted.Package
            : throw new RefusedException(ModelWords.NotWhatWasSubmitted());

    private static PackageResult? FromBytes(ReadOnlySpan<byte> bytes)
    {
        var parameters = 0;
        var rest = bytes;
        if (!TryTake(ref rest, out var manifest) || (manifest == WithoutCode && (!TryTake(ref rest, out manifest) || !TryTake(ref rest, out parameters))))
        {
            return null;
        }

        return manifest < 0 || parameters < 0 || (long)manifest + parameters > rest.Length
            ? null
            : ModelPackage.FromUntrusted(rest[(manifest + parameters)..], rest[..manifest], rest.Slice(manifest, parameters));
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out int number)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(rest, out number))
        {
            return false;
        }

        rest = rest[4..];
        return true;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
