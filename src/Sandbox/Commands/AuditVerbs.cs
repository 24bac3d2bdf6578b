using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Audits;
using Sandbox.Host.Domains;
using Sandbox.Host.People;

namespace Sandbox.Host.Commands;

/// <summary><c>audit pack|report|status|verify</c>.</summary>
internal static class AuditVerbs
{
    private const int PaperLimit = 16 << 20;

    public static Command Group() => Verb.Group("audit", "Monthly audit packs and yearly risk reports out of the verified ledger, and which are missing.", Pack(), Report(), Status(), Verify());

    private static Command Pack() => Make(
        "pack", "--month", "The month, yyyy-MM; it must be over", "As the bureau, an auditor or third party: make the signed evidence pack of a month.", "audit pack --month 2026-05 --out audit-2026-05.json --as sun",
        AuditPeriod.Month, MakeAuditPaper.Pack);

    private static Command Report() => Make(
        "report", "--year", "The year, yyyy; it must be over", "As the bureau, an auditor or third party: make the signed risk report of a year.", "audit report --year 2026 --out risk-2026.json --as sun",
        AuditPeriod.Year, MakeAuditPaper.Report);

    private static Command Status() => Verb.Create("status", "Show which monthly packs and yearly reports were made, are due or were missed.", ["audit status", "audit status --json"], [], context =>
    {
        using var domain = context.Open();
        return AuditCalendar.Status(domain);
    });

    private static Command Verify()
    {
        var file = new Argument<FileInfo>("paper");
        var key = new Option<string>("--key") { Description = "The domain's public key: a file or the line itself", Required = true };
        return Verb.Create("verify", "Offline, with no domain: whether a pack or report is the domain's and unchanged.", ["audit verify audit-2026-05.json --key domain.pub"], [file, key], context =>
            MakeAuditPaper.Verify(InputFile.ReadAll(context.Get(file).FullName, PaperLimit), LedgerReader.ReadKey(context.Get(key))));
    }

    private static Command Make(string name, string period, string describes, string description, string example, Func<string, AuditPeriod?> parse, Func<OpenDomain, Actor, AuditPeriod, string, Answer> make)
    {
        var wanted = new Option<string>(period) { Description = describes, Required = true };
        var target = new Option<FileInfo>("--out") { Description = "New file for the signed paper", Required = true };
        return Verb.Create(name, description, [example], [wanted, target], context =>
        {
            if (parse(context.Get(wanted)) is not { } parsed)
            {
                return new Answer.Misused($"{period} takes {describes}.");
            }

            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return make(domain, actor, parsed, context.Get(target).FullName);
            }
        });
    }
}
