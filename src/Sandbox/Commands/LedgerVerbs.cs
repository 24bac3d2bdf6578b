using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger verify|show|prove|checkpoint|export</c>. Reading and verifying need the public key only, no master key.</summary>
internal static class LedgerVerbs
{
    public static Command Group() => Verb.Group("ledger", "Read and verify the tamper-evident ledger.", VerifyLedger(), Show(), Prove(), Checkpoint(), Export());

    private static Command VerifyLedger()
    {
        var earlier = new Option<FileInfo[]>("--checkpoint") { Description = "Checkpoints that were handed out earlier; also finds a roll-back", AllowMultipleArgumentsPerToken = true };
        var key = new Option<string?>("--key") { Description = "The domain's public key (default: domain.pub in the domain folder)" };
        return Verb.Create("verify", "Recompute the whole ledger and hold it against its signed head.", ["ledger verify --dir ./city", "ledger verify --dir ./city --checkpoint monday.txt --key domain.pub"], [earlier, key], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, context.Get(key));
            var notes = (context.Get(earlier) ?? []).Select(file => Encoding.UTF8.GetString(InputFile.ReadAll(file.FullName, 4096))).ToArray();
            return Answered(reader.Ledger.VerifyAll(null, notes));
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
            broken.FirstBadIndex >= 0 ? $"Look at entry {broken.FirstBadIndex}; keep the folder as it is and call the auditor." : "Keep the folder as it is and call the auditor.",
            broken.WordsZh,
            "请保持文件夹现状并通知审计人员。")),
        _ => new Answer.Failed("The ledger could not be verified."),
    };

    private static Command Show()
    {
        var from = new Option<long>("--from") { Description = "First entry", DefaultValueFactory = _ => 0L };
        var count = new Option<int>("--count") { Description = "How many", DefaultValueFactory = _ => 100 };
        return Verb.Create("show", "Show entries.", ["ledger show --from 10 --count 20"], [from, count], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, null);
            var entries = reader.Ledger.Entries(Math.Max(0, context.Get(from)), Math.Clamp(context.Get(count), 1, 10_000));
            return Answer.Of(
                new JsonObject { ["entries"] = new JsonArray([.. entries.Select(entry => JsonNode.Parse(entry.Bytes.Span)!)]) },
                console =>
                {
                    var table = new Table().AddColumns("#", "at (UTC)", "kind", "actor", "facts");
                    foreach (var entry in entries)
                    {
                        table.AddRow(
                            entry.Index.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), entry.Kind, Markup.Escape(entry.Actor),
                            Markup.Escape(string.Join(' ', entry.Facts.Select(fact => $"{fact.Key}={fact.Value}"))));
                    }

                    console.Write(table);
                });
        });
    }

    private static Command Prove()
    {
        var index = new Argument<long>("entry");
        var target = new Option<FileInfo>("--out") { Description = "File for the proof", Required = true };
        return Verb.Create("prove", "Write a proof that an entry is in the ledger; it verifies offline.", ["ledger prove 42 --out entry-42.receipt"], [index, target], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, null);
            var receipt = reader.Ledger.Receipt(context.Get(index));
            File.WriteAllBytes(context.Get(target).FullName, receipt);
            return Answer.Of(new JsonObject { ["entry"] = context.Get(index), ["file"] = context.Get(target).FullName, ["bytes"] = receipt.Length }, $"Proof of entry {context.Get(index)} written.");
        });
    }

    private static Command Checkpoint() => Verb.Create("checkpoint", "Print the signed head, to be kept outside: with it a later roll-back is found.", ["ledger checkpoint > monday.txt"], [], context =>
    {
        using var reader = LedgerReader.Open(context.Folder, null);
        var head = reader.Ledger.Head();
        return Answer.Of(new JsonObject { ["size"] = head.Size, ["checkpoint"] = head.Note }, console => console.Profile.Out.Writer.Write(head.Note));
    });

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("folder");
        return Verb.Create("export", "Write all entries, the signed head and the key for an offline verifier. The ledger holds no data values.", ["ledger export ./audit"], [folder], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, null);
            Directory.CreateDirectory(context.Get(folder).FullName);
            var head = reader.Ledger.Export(context.Get(folder).FullName);
            return Answer.Of(new JsonObject { ["entries"] = head.Size, ["folder"] = context.Get(folder).FullName }, $"{head.Size} entries written.");
        });
    }
}
