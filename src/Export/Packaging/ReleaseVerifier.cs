using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>
/// Verifies a release package with nothing but the domain's public key, offline. Read it from top to bottom: archive layout, signed manifest, the files that
/// it lists and no others, the votes, and the ledger receipt where one is given. Nothing is extracted.
/// </summary>
public static class ReleaseVerifier
{
    /// <summary>Verifies a package file.</summary>
    /// <param name="path">The package.</param>
    /// <param name="key">The domain's public key.</param>
    /// <param name="receiptPath">Detached ledger receipt, or null to leave that question open.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static Verification Verify(string path, PublicKey key, string? receiptPath = null)
    {
        if (new FileInfo(path).Length > ArchiveLayout.MaxLength)
        {
            return new Verification.NotGenuine(PackageFault.TooLarge);
        }

        return VerifyBytes(File.ReadAllBytes(path), key, receiptPath is null ? null : File.ReadAllBytes(receiptPath));
    }

    /// <summary>Verifies a package in memory.</summary>
    /// <param name="package">Untrusted.</param>
    /// <param name="key">The domain's public key.</param>
    /// <param name="receipt">Untrusted; null to leave the ledger out.</param>
    public static Verification VerifyBytes(ReadOnlyMemory<byte> package, PublicKey key, byte[]? receipt = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        switch (ArchiveReader.FromUntrusted(package))
        {
            case ArchiveContent.Read(var files):
                return ReadManifest(files, key, out var manifest) is { } fault || (fault = FindFault(manifest!, files, key.Suite)) is not null
                    ? new Verification.NotGenuine(fault)
                    : receipt is not null && !ReceiptCheck.Holds(receipt, package.Span, manifest!, key)
                        ? new Verification.NotGenuine(PackageFault.Proof)
                        : Report(manifest!, receipt is not null);
            case ArchiveContent.Faulty(var broken):
                return new Verification.NotGenuine(broken);
            default:
                throw new InvalidOperationException("An archive is read or faulty.");
        }
    }

    private static PackageFault? ReadManifest(IReadOnlyList<ArchiveFile> files, PublicKey key, out ReleaseManifest? manifest)
    {
        manifest = null;
        if (files.FirstOrDefault(file => file.Path == ReleaseBuilder.ManifestPath) is not { } signed)
        {
            return PackageFault.Lacks(ReleaseBuilder.ManifestPath);
        }

        if (CanonicalJson.ParseExact(signed.Content.Span) is not JsonObject envelope)
        {
            return PackageFault.Manifest;
        }

        SignedStatement statement;
        try
        {
            statement = SignedStatement.Verify(signed.Content.Span, ReleaseManifest.Label, key);
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return NamesOtherKey(envelope, key) ? PackageFault.OtherKey : PackageFault.Signature;
        }

        manifest = ManifestForm.FromUntrusted(statement.Payload);
        return manifest is null ? PackageFault.Manifest : null;
    }

    private static bool NamesOtherKey(JsonObject envelope, PublicKey key) =>
        envelope["key"] is JsonValue named && named.TryGetValue<string>(out var text) && text != key.ToString();

    private static PackageFault? FindFault(ReleaseManifest manifest, IReadOnlyList<ArchiveFile> files, Suite suite)
    {
        foreach (var listed in manifest.Files)
        {
            if (files.FirstOrDefault(file => file.Path == listed.Path) is not { } present)
            {
                return PackageFault.Lacks(ArchiveLayout.IsPath(listed.Path) ? listed.Path : "data");
            }

            if (present.Content.Length != listed.Bytes)
            {
                return PackageFault.Length(listed.Path);
            }

            if (Convert.ToHexStringLower(suite.Hash(present.Content.Span)) != listed.Digest)
            {
                return PackageFault.Digest(listed.Path);
            }
        }

        if (files.Count != manifest.Files.Count + 1 || manifest.Files.DistinctBy(file => file.Path, StringComparer.Ordinal).Count() != manifest.Files.Count)
        {
            return PackageFault.Extra;
        }

        return ApprovalCheck.Find(manifest, suite);
    }

    private static Verification.Genuine Report(ReleaseManifest manifest, bool inLedger)
    {
        var reviewers = manifest.Approvals.Count;
        List<string> words =
        [
            $"Signed by the domain {manifest.Domain} with the public key that you gave.",
            $"All {manifest.Files.Count} files are the ones that were signed; nothing is missing and nothing was added.",
            $"{reviewers} independent reviewers approved exactly this content.",
            $"Made under scenario {manifest.Scenario.Id} for {manifest.Recipient.Name}; from {string.Join(", ", manifest.DataSets.Select(set => $"{set.Name} ({set.Source}, {set.Acquired})"))}.",
        ];
        List<string> wordsZh =
        [
            $"由授权运营域 {manifest.Domain} 以所提供的公钥对应的密钥签名。",
            $"全部 {manifest.Files.Count} 个文件与签名时一致，无缺失、无添加。",
            $"{reviewers} 名独立审查人同意了该内容。",
            $"在场景 {manifest.Scenario.Id} 下为 {manifest.Recipient.Name} 制作；数据来源：{string.Join("、", manifest.DataSets.Select(set => $"{set.Name}（{set.Source}，{set.Acquired}）"))}。",
        ];
        words.Add(inLedger ? "The ledger receipt shows that the release was recorded." : "No ledger receipt was given, so it was not checked whether the release was recorded.");
        wordsZh.Add(inLedger ? "账本存证表明该发布已被记录。" : "未提供账本存证，未核验该发布是否已被记录。");
        return new Verification.Genuine(manifest, words, wordsZh, inLedger);
    }
}
