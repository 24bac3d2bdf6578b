using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Supervision;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger show|checkpoint|export</c> and the group. Reading and verifying need the public key only, no master key.</summary>
internal static class LedgerVerbs
{
    private const int CheckpointLimit = 8192;

    public static Command Group() => Verb.Group(
        "ledger",
        "Read, prove, verify and watch the tamper-evident ledger; seal its periods.",
        LedgerVerifyVerb.Verify(),
        Show(),
        LedgerProofVerbs.Prove(),
        Checkpoint(),
        LedgerProofVerbs.Witness(),
        LedgerProofVerbs.Watch(),
        Export(),
        FeedVerbs.Group(),
        LedgerPeriodVerbs.Archive(),
        LedgerPeriodVerbs.Expire(),
        LedgerPeriodVerbs.Repair());

    /// <summary>A checkpoint file, with or without cosignatures.</summary>
    internal static string ReadCheckpoint(FileInfo file) => Encoding.UTF8.GetString(InputFile.ReadAll(file.FullName, CheckpointLimit));

    /// <summary>For sealed periods whose files were moved out of the domain.</summary>
    internal static Option<DirectoryInfo?> ArchiveOption() => new("--archive") { Description = "Folder of the files of sealed periods, where they were moved to cold storage (default: archive in the domain folder)" };

    private static Command Show()
    {
        var from = new Option<long>("--from") { Description = "First entry", DefaultValueFactory = _ => 0L };
        var count = new Option<int>("--count") { Description = "How many", DefaultValueFactory = _ => 100 };
        var kind = new Option<string?>("--kind") { Description = "Only entries of this kind, or of kinds that begin with it and a dot" };
        var actor = new Option<string?>("--actor") { Description = "Only entries of this person" };
        var watched = new Option<string?>("--watched") { Description = $"Only acts that supervisors watch: {string.Join(", ", WatchedActs.Marks)}, or any" };
        var archive = ArchiveOption();
        return Verb.Create("show", "Show entries, those of sealed periods too.", ["ledger show --from 10 --count 20", "ledger show --kind export --actor li", "ledger show --watched exporting", "ledger show --kind refused --archive /mnt/cold"], [from, count, kind, actor, watched, archive], context =>
        {
            if (context.Get(watched) is { } mark && mark != "any" && !WatchedActs.Marks.Contains(mark))
            {
                return new Answer.Misused($"--watched is one of {string.Join(", ", WatchedActs.Marks)}, any.");
            }

            using var reader = LedgerReader.Open(context.Folder, null);
            var (wantedKind, wantedActor, wantedMark) = (context.Get(kind), context.Get(actor), context.Get(watched));
            var most = Math.Clamp(context.Get(count), 1, 10_000);
            var entries = reader.Ledger.Everything(context.Get(archive)?.FullName ?? reader.Archive, Math.Max(0, context.Get(from)))
                .Where(entry => (wantedKind is null || entry.Kind == wantedKind || entry.Kind.StartsWith(wantedKind + ".", StringComparison.Ordinal))
                    && (wantedActor is null || entry.Actor == wantedActor)
                    && (wantedMark is null || (WatchedActs.MarkOf(entry) is { } found && (wantedMark == "any" || wantedMark == found))))
                .Take(most).ToList();
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

    private static Command Checkpoint()
    {
        var kept = new Option<bool>("--kept") { Description = "List the checkpoints that the ledger keeps (schedule, releases, closings) instead" };
        return Verb.Create("checkpoint", "Print the signed head, to be kept outside: with it a later roll-back is found.", ["ledger checkpoint > monday.txt", "ledger checkpoint --kept"], [kept], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, null);
            if (context.Get(kept))
            {
                var all = reader.Ledger.Checkpoints();
                return Answer.Of(
                    new JsonObject { ["checkpoints"] = new JsonArray([.. all.Select(item => (JsonNode)new JsonObject { ["size"] = item.Size, ["checkpoint"] = item.Note })]) },
                    console =>
                    {
                        foreach (var item in all)
                        {
                            console.Profile.Out.Writer.WriteLine(item.Note);
                        }
                    });
            }

            var head = reader.Ledger.Head();
            return Answer.Of(new JsonObject { ["size"] = head.Size, ["checkpoint"] = head.Note }, console => console.Profile.Out.Writer.Write(head.Note));
        });
    }

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("folder");
        var archive = ArchiveOption();
        return Verb.Create("export", "Write all entries, the signed head and the key for an offline verifier. The ledger holds no data values.", ["ledger export ./audit", "ledger verify --files ./audit --key domain.pub"], [folder, archive], context =>
        {
            using var reader = LedgerReader.Open(context.Folder, null);
            Directory.CreateDirectory(context.Get(folder).FullName);
            var head = reader.Ledger.Export(context.Get(folder).FullName, null, context.Get(archive)?.FullName ?? reader.Archive);
            return Answer.Of(new JsonObject { ["entries"] = head.Size, ["folder"] = context.Get(folder).FullName }, $"{head.Size} entries written.");
        });
    }
}
