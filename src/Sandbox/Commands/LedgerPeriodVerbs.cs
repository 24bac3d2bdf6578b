using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Supervision;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary><c>ledger archive|expire|repair</c>.</summary>
internal static class LedgerPeriodVerbs
{
    public static Command Archive()
    {
        var before = new Option<string?>("--before") { Description = "Seal entries before this day, yyyy-MM-dd (default: the first day of this month)" };
        return Verb.Create(
            "archive",
            "As the bureau: seal the ledger's finished periods into files of their own. Proofs over them go on.",
            ["ledger archive --as zhao", "ledger archive --before 2026-07-01 --as zhao"],
            [before],
            context =>
            {
                DateOnly? day = null;
                if (context.Get(before) is { } text)
                {
                    if (!IsoDay.TryRead(text, out var parsed))
                    {
                        return new Answer.Misused("--before is a date of the form yyyy-MM-dd.");
                    }

                    day = parsed;
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return LedgerPeriods.Seal(domain, actor, day);
                }
            });
    }

    public static Command Expire()
    {
        var archive = LedgerVerbs.ArchiveOption();
        return Verb.Create(
            "expire",
            "As the bureau: remove the oldest sealed period once the profile's retention has run out. Its signed head stays.",
            ["ledger expire --as zhao", "ledger expire --archive /mnt/cold --as zhao"],
            [archive],
            context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return LedgerPeriods.Expire(domain, actor, context.Get(archive)?.FullName);
                }
            });
    }

    public static Command Repair() => Verb.Create(
        "repair",
        "Compute the ledger's stored tree nodes afresh from its entries; only where the entries fit the signed head.",
        ["ledger repair"],
        [],
        context =>
        {
            using var reader = Domains.LedgerReader.Open(context.Folder, null);
            using var transaction = reader.BeginWriting();
            reader.Ledger.RebuildTiles(transaction);
            if (reader.Ledger.VerifyAll(transaction) is LedgerReport.Broken broken)
            {
                return LedgerVerifyVerb.Answered(broken);
            }

            transaction.Commit();
            return Answer.Of(new JsonObject { ["repaired"] = true }, "The stored nodes were computed afresh and fit the signed head.");
        });
}
