using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger verify</c>: a domain's ledger, an export of it, or one proof; the latter two need nothing but files and the public key.</summary>
internal static class LedgerVerifyVerb
{
    private const int ProofLimit = 1 << 20;

    public static Command Verify()
    {
        var earlier = new Option<FileInfo[]>("--checkpoint") { Description = "Checkpoints that were handed out earlier; also finds a roll-back and a second history", AllowMultipleArgumentsPerToken = true };
        var key = new Option<string?>("--key") { Description = "The domain's public key: a file or the line itself (default: domain.pub in the domain folder)" };
        var files = new Option<DirectoryInfo?>("--files") { Description = "Verify this export offline instead of a domain" };
        var proof = new Option<FileInfo?>("--proof") { Description = "Verify this proof file offline: of an entry, or that the ledger grew from --checkpoint" };
        var witnesses = new Option<string[]>("--witness") { Description = "name=key of a witness whose cosignature every given checkpoint must bear", AllowMultipleArgumentsPerToken = true };
        var archive = LedgerVerbs.ArchiveOption();
        return Verb.Create(
            "verify",
            "Recompute the whole ledger and hold it against its signed head and earlier checkpoints.",
            ["ledger verify --dir ./city", "ledger verify --checkpoint monday.txt --key domain.pub", "ledger verify --files ./audit --key domain.pub --checkpoint monday.txt", "ledger verify --proof entry-42.receipt --key domain.pub"],
            [earlier, key, files, proof, witnesses, archive],
            context =>
            {
                var notes = (context.Get(earlier) ?? []).Select(LedgerVerbs.ReadCheckpoint).ToArray();
                if (context.Get(files) is null && context.Get(proof) is null)
                {
                    using var reader = LedgerReader.Open(context.Folder, context.Get(key));
                    RequireWitnesses(notes, reader.Ledger.Key, context.Get(witnesses) ?? []);
                    return Answered(reader.Ledger.VerifyWithArchive(context.Get(archive)?.FullName ?? reader.Archive, notes));
                }

                if (context.Get(key) is not { } given)
                {
                    return new Answer.Misused("Offline, --key names the domain's public key.");
                }

                var publicKey = LedgerReader.ReadKey(given);
                RequireWitnesses(notes, publicKey, context.Get(witnesses) ?? []);
                return context.Get(proof) is { } one ? Proof(InputFile.ReadAll(one.FullName, ProofLimit), publicKey, notes) : Answered(LedgerVerifier.VerifyExport(context.Get(files)!.FullName, publicKey, notes));
            });
    }

    internal static Answer Answered(LedgerReport report) => report switch
    {
        LedgerReport.Intact intact => Answer.Of(
            new JsonObject { ["intact"] = true, ["entries"] = intact.Head.Size, ["root"] = Convert.ToBase64String(intact.Head.Root), ["origin"] = intact.Head.Origin },
            $"The ledger is intact: {intact.Head.Size} entries under root {Convert.ToBase64String(intact.Head.Root)}."),
        LedgerReport.Broken broken => Answer.No(new Refusal(
            "TRUST-LEDGER-1",
            broken.Words,
            broken.Fault == LedgerFault.CacheChanged ? "Run ledger repair, which computes the stored nodes afresh from the entries."
                : broken.FirstBadIndex >= 0 ? $"Look at entry {broken.FirstBadIndex}; keep the folder as it is and call the auditor." : "Keep the folder as it is and call the auditor.",
            broken.WordsZh,
            broken.Fault == LedgerFault.CacheChanged ? "请运行 ledger repair，由条目重新计算存储节点。" : "请保持文件夹现状并通知审计人员。")),
        _ => new Answer.Failed("The ledger could not be verified."),
    };

    private static Answer Proof(byte[] proof, PublicKey key, string[] notes)
    {
        // The two forms have no member in common but head and path; which one it is, its own reader decides.
        if (proof.AsSpan().StartsWith("{\"entry\":"u8))
        {
            var (record, head) = LedgerVerifier.VerifyReceipt(proof, key);
            return Answer.Of(
                new JsonObject { ["proved"] = "entry", ["entry"] = JsonNode.Parse(record.Bytes.Span), ["size"] = head.Size },
                $"Entry {record.Index} ({record.Kind} by {record.Actor}) stands in the ledger of {head.Size} entries.");
        }

        if (notes is not [var from])
        {
            return new Answer.Misused("A proof of growth needs the one checkpoint from which the ledger grew: --checkpoint.");
        }

        var later = LedgerVerifier.VerifyGrowth(proof, key, from);
        return Answer.Of(new JsonObject { ["proved"] = "growth", ["size"] = later.Size }, $"The ledger of {later.Size} entries begins with the ledger of that checkpoint.");
    }

    private static void RequireWitnesses(string[] notes, PublicKey ledger, string[] wanted)
    {
        if (wanted.Length == 0)
        {
            return;
        }

        var keys = new Dictionary<string, PublicKey>(StringComparer.Ordinal);
        foreach (var pair in wanted)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            keys[at > 0 ? pair[..at] : pair] = LedgerReader.ReadKey(at > 0 ? pair[(at + 1)..] : "");
        }

        if (notes.Length == 0 || notes.Any(note => CosignedCheckpoint.Verify(note, ledger, keys).Count < keys.Count))
        {
            throw new RefusedException(new Refusal(
                "SB-LEDGER-1",
                "A checkpoint does not bear the cosignature of every named witness.",
                "Ask the witness to cosign it (ledger witness), or name the right witness and key.",
                "检查点缺少指定见证人的联署签名。",
                "请由见证人联署（ledger witness），或核对见证人名称与公钥。"));
        }
    }
}
