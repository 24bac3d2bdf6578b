using System.Buffers.Binary;
using Sandbox.Enclave.Models;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>A model package as one sealed object: length of the manifest (4 bytes, little endian), manifest, module.</summary>
internal static class StoredPackage
{
    public const string ObjectKind = "model";

    public static byte[] Write(ModelPackage package)
    {
        var bytes = new byte[4 + package.ManifestJson.Length + package.Module.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, package.ManifestJson.Length);
        package.ManifestJson.Span.CopyTo(bytes.AsSpan(4));
        package.Module.Span.CopyTo(bytes.AsSpan(4 + package.ManifestJson.Length));
        return bytes;
    }

    /// <summary>Reads the package back and holds it against the digest that was reviewed.</summary>
    /// <exception cref="RefusedException">It is not what was submitted.</exception>
    public static ModelPackage Read(OpenDomain domain, Model model)
    {
        var bytes = domain.Unseal(KeyScope.Scenario, model.Scenario, model.Package);
        var split = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (split < 0 || split > bytes.Length - 4
            || ModelPackage.FromUntrusted(bytes.AsSpan(4 + split), bytes.AsSpan(4, split)) is not PackageResult.Accepted accepted
            || accepted.Package.Digest != model.Digest)
        {
            throw new RefusedException(ModelWords.NotWhatWasSubmitted());
        }

        return accepted.Package;
    }
}
