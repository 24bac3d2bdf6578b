using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger prove|witness|watch</c>: proofs as files, and parties who watch that the ledger only grows.</summary>
internal static class LedgerProofVerbs
{
    public static Command Prove()
    {
        var index = new Argument<long?>("entry") { Description = "Entry to be proved", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<FileInfo?>("--since") { Description = "Prove instead that the ledger grew from this checkpoint" };
        var target = new Option<FileInfo>("--out") { Description = "File for the proof", Required = true };
        var archive = LedgerVerbs.ArchiveOption();
        return Verb.Create("prove", "Write a proof that an entry is in the ledger, or that the ledger grew from a checkpoint; both verify offline.", ["ledger prove 42 --out entry-42.receipt", "ledger prove --since monday.txt --out growth.json"], [index, since, target, archive], context =>
        {
            if ((context.Get(index) is null) == (context.Get(since) is null))
            {
                return new Answer.Misused("Name an entry, or a checkpoint with --since.");
            }

            using var reader = LedgerReader.Open(context.Folder, null);
            var folder = context.Get(archive)?.FullName ?? reader.Archive;
            var proof = context.Get(index) is { } entry
                ? reader.Ledger.Receipt(entry, null, folder)
                : reader.Ledger.Growth(LedgerVerbs.ReadCheckpoint(context.Get(since)!), null, folder);
            OutputFile.Write(context.Get(target).FullName, proof);
            return Answer.Of(
                new JsonObject { ["entry"] = context.Get(index), ["file"] = context.Get(target).FullName, ["bytes"] = proof.Length },
                context.Get(index) is { } written ? $"Proof of entry {written} written." : "Proof of growth written.");
        });
    }

    public static Command Witness()
    {
        var checkpoint = new Argument<FileInfo>("checkpoint") { Description = "The checkpoint to be cosigned" };
        var key = new Option<string>("--key") { Description = "The domain's public key: a file or the line itself", Required = true };
        var witnessKey = new Option<FileInfo>("--witness-key") { Description = "The witness's own key file; made where there is none and --first is given", Required = true };
        var name = new Option<string>("--name") { Description = "The witness's name, for example audit-office", Required = true };
        var last = new Option<FileInfo>("--last") { Description = "File with the last checkpoint that this witness cosigned; replaced by the new one", Required = true };
        var first = new Option<bool>("--first") { Description = "This witness sees this ledger for the first time" };
        var proof = new Option<FileInfo?>("--proof") { Description = "Proof of growth from the last checkpoint (ledger prove --since)" };
        var target = new Option<FileInfo>("--out") { Description = "File for the cosigned checkpoint", Required = true };
        return Verb.Create(
            "witness",
            "As an independent witness: cosign a checkpoint if it continues the last one you cosigned. Needs no domain.",
            ["ledger witness monday.txt --first --key domain.pub --witness-key me.key --name audit-office --last seen.txt --out monday.cosigned.txt", "ledger witness friday.txt --proof growth.json --key domain.pub --witness-key me.key --name audit-office --last seen.txt --out friday.cosigned.txt"],
            [checkpoint, key, witnessKey, name, last, first, proof, target],
            context =>
            {
                var lastFile = context.Get(last).FullName;
                if (context.Get(first) == File.Exists(lastFile))
                {
                    return new Answer.Misused(context.Get(first) ? "There is a last checkpoint already; --first is for the very first." : "There is no last checkpoint. Give --first when this witness sees the ledger for the first time.");
                }

                var publicKey = LedgerReader.ReadKey(context.Get(key));
                var note = LedgerVerbs.ReadCheckpoint(context.Get(checkpoint));
                var growth = context.Get(proof) is { } file ? InputFile.ReadAll(file.FullName, 1 << 16) : [];
                var keyFile = context.Get(witnessKey).FullName;
                if (!File.Exists(keyFile) && context.Get(first))
                {
                    // Nothing is made for a checkpoint that is not genuine.
                    Trust.Witness.Continues(note, publicKey, null, []);
                    using var made = publicKey.Suite.GenerateSigningKey();
                    SigningKeyFile.Create(made, keyFile);
                }

                using var signing = SigningKeyFile.Read(keyFile);
                var cosigned = Trust.Witness.Cosign(note, publicKey, File.Exists(lastFile) ? LedgerVerbs.ReadCheckpoint(context.Get(last)) : null, growth, context.Get(name), signing, TimeProvider.System.GetUtcNow());
                // The memory first: a witness that forgets what it signed could sign another history.
                OutputFile.Write(lastFile, Encoding.UTF8.GetBytes(CosignedCheckpoint.Bare(note)));
                OutputFile.Write(context.Get(target).FullName, Encoding.UTF8.GetBytes(cosigned));
                return Answer.Of(
                    new JsonObject { ["cosigned"] = context.Get(target).FullName, ["witness"] = context.Get(name), ["witness_key"] = signing.Public.ToString() },
                    $"Cosigned as {context.Get(name)}. Your public key: {signing.Public}");
            });
    }

    public static Command Watch()
    {
        var last = new Option<FileInfo>("--last") { Description = "File with the last checkpoint seen, best on another machine's disk; made at the first look", Required = true };
        var key = new Option<string?>("--key") { Description = "The domain's public key (default: domain.pub in the domain folder)" };
        var every = new Option<int>("--every") { Description = "Seconds between two looks", DefaultValueFactory = _ => 60 };
        var once = new Option<bool>("--once") { Description = "Look once and end" };
        return Verb.Create(
            "watch",
            "Watch that the ledger only grows: each look must continue the last. Ends with a refusal at the first roll-back or second history.",
            ["ledger watch --last /mnt/usb/seen.txt", "ledger watch --once --last seen.txt --json"],
            [last, key, every, once],
            async context =>
            {
                var file = context.Get(last);
                for (var looks = 1; ; looks++)
                {
                    var head = Look(context.Folder, context.Get(key), file.FullName);
                    if (context.Get(once))
                    {
                        return Answer.Of(new JsonObject { ["size"] = head.Size, ["grew"] = true }, $"{head.Size} entries; the ledger continues what was seen.");
                    }

                    context.Remarks.MarkupLineInterpolated($"{head.Size} entries; the ledger continues what was seen.");
                    await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(context.Get(every), 1, 86_400)), context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static LedgerHead Look(string folder, string? key, string lastFile)
    {
        using var reader = LedgerReader.Open(folder, key);
        var seen = File.Exists(lastFile) ? LedgerVerbs.ReadCheckpoint(new FileInfo(lastFile)) : null;
        var head = reader.Ledger.Head();
        if (seen is not null)
        {
            // Growth refuses by range where the ledger is shorter; the witness's words are the clearer ones.
            var earlier = LedgerHead.Verify(CosignedCheckpoint.Bare(seen), reader.Ledger.Key);
            var growth = earlier.Size <= head.Size ? reader.Ledger.Growth(seen, null, reader.Archive) : [];
            var proved = growth.Length > 0 ? LedgerVerifier.VerifyGrowth(growth, reader.Ledger.Key, seen) : head;
            head = Trust.Witness.Continues(proved.Note, reader.Ledger.Key, seen, growth);
        }

        OutputFile.Write(lastFile, Encoding.UTF8.GetBytes(head.Note));
        return head;
    }
}
