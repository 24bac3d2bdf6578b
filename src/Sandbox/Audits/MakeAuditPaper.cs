using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Assessments;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.Lineage;
using Sandbox.Host.People;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Audits;

/// <summary>The monthly evidence pack and the yearly risk report (FT 34, CC 26, YB 21, YN25 28): totals counted from a ledger that was verified whole, signed with the domain's key.</summary>
internal static class MakeAuditPaper
{
    public const string PackLabel = "sandbox/audit-pack/v1";
    public const string ReportLabel = "sandbox/audit-report/v1";

    public static Answer Pack(OpenDomain domain, Actor actor, AuditPeriod month, string path)
    {
        var facts = new Facts { ["period"] = month.Name };
        if (Refused(domain, actor, month, path) is { } refusal)
        {
            return domain.Refuse("audit.pack", actor.Name, [refusal], facts);
        }

        var head = Verified(domain);
        var figures = AuditFigures.Count(domain, [month])[month.Name];
        var payload = Frame(domain, actor, month, "sandbox-audit-pack/1", head);
        payload["totals"] = figures.ToJson();
        return Keep(domain, actor, month, path, payload, PackLabel, "audit.packed", figures.Entries, facts);
    }

    public static Answer Report(OpenDomain domain, Actor actor, AuditPeriod year, string path)
    {
        var facts = new Facts { ["period"] = year.Name };
        if (Refused(domain, actor, year, path) is { } refusal)
        {
            return domain.Refuse("audit.report", actor.Name, [refusal], facts);
        }

        var head = Verified(domain);
        AuditPeriod[] months = [.. AuditPeriod.MonthsOver(year.First, year.Next)];
        var figures = AuditFigures.Count(domain, [year, .. months]);
        var payload = Frame(domain, actor, year, "sandbox-audit-report/1", head);
        payload["totals"] = figures[year.Name].ToJson();
        var since = AuditCalendar.Since(domain);
        var cycles = months.Where(month => month.Next > since).Select(month => (Cycle: AuditCalendar.Cycle(domain, month), Counted: figures[month.Name].Entries)).ToArray();
        payload["months"] = new JsonArray([.. cycles.Select(item =>
        {
            var json = item.Cycle.ToJson();
            json["entries"] = item.Counted;
            json["pack_agrees"] = item.Cycle.Paper is { } pack && pack.Entries == item.Counted;
            return (JsonNode)json;
        })]);
        var findings = AuditFindings.Of(domain, year, figures[year.Name], [.. cycles.Select(item => item.Cycle)]);
        payload["findings"] = new JsonArray([.. findings.Select(finding => finding.ToJson())]);
        return Keep(domain, actor, year, path, payload, ReportLabel, "audit.reported", figures[year.Name].Entries, facts);
    }

    /// <summary>Offline: whether a paper is the domain's, with what it says.</summary>
    public static Answer Verify(byte[] paper, PublicKey key)
    {
        SignedStatement statement;
        try
        {
            statement = SignedStatement.Verify(paper, PackLabel, key);
        }
        catch (TrustException)
        {
            statement = SignedStatement.Verify(paper, ReportLabel, key);
        }

        var period = statement.Payload["period"]!.GetValue<string>();
        return Answer.Of(new JsonObject { ["genuine"] = true, ["paper"] = statement.Payload.DeepClone() }, $"Genuine: {(statement.Label == PackLabel ? "audit pack" : "risk report")} of {period}.");
    }

    private static Refusal? Refused(OpenDomain domain, Actor actor, AuditPeriod period, string path) =>
        actor.Role is not (Role.Authority or Role.Auditor or Role.AppointedThirdParty) ? AuditWords.NotThisRole()
        : period.Next > AuditCalendar.Today(domain) ? AuditWords.NotOver(period.Name)
        : period.Next <= AuditCalendar.Since(domain) ? AuditWords.Before(period.Name)
        : !Whole(domain, period) ? AuditWords.NotWhole(period.Name)
        : Path.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)) ? AuditWords.FileStands()
        : null;

    /// <summary>Whether every entry of the period can be read: those that are not at hand must all be older.</summary>
    private static bool Whole(OpenDomain domain, AuditPeriod period)
    {
        var from = domain.Ledger.WholeFrom(domain.Folder.Archive);
        var last = domain.Ledger.Archives().LastOrDefault(archive => archive.End <= from);
        return last is null || from == 0 || string.CompareOrdinal(last.LastTime, IsoDay.Word(period.First)) < 0;
    }

    private static LedgerHead Verified(OpenDomain domain) => domain.Ledger.VerifyWithArchive(domain.Folder.Archive) is LedgerReport.Intact intact ? intact.Head : throw new TrustException(TrustRules.LedgerBroken);

    private static JsonObject Frame(OpenDomain domain, Actor actor, AuditPeriod period, string form, LedgerHead head) => new()
    {
        ["format"] = form,
        ["domain"] = domain.Record.Name,
        ["profile"] = domain.Profile.Name,
        ["suite"] = domain.Record.Suite,
        ["period"] = period.Name,
        ["from"] = IsoDay.Word(period.First),
        ["until"] = IsoDay.Word(period.Next.AddDays(-1)),
        ["made_by"] = actor.Name,
        ["made_at"] = domain.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["ledger"] = "intact",
        ["checkpoint"] = head.Note,
        ["open_alerts"] = Alerts.Open(domain).Count,
        ["assessments"] = new JsonArray([.. AssessmentState.Of(domain.Registry.All<Assessment>(), domain.Profile.ProtectionLevel?.Value, domain.Today).Select(state => state.ToJson())]),
    };

    private static Answer Keep(OpenDomain domain, Actor actor, AuditPeriod period, string path, JsonObject payload, string label, string kind, long entries, Facts facts)
    {
        var bytes = SignedStatement.Sign(domain.Keys.DomainKey, label, payload).ToBytes();
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(bytes));
        facts["entries"] = entries;
        facts["statement"] = digest;
        domain.Commit(new(kind, actor.Name, facts), writer =>
        {
            var paper = new AuditPaper(period.Name, entries, digest, actor.Name, domain.Time.GetUtcNow());
            if (writer.Find<AuditPaper>(period.Name) is { } earlier)
            {
                writer.Update(paper with { MadeAt = earlier.MadeAt });
            }
            else
            {
                writer.TryAdd(paper);
            }
        });
        if (!LineageFile.TryWrite(path, bytes))
        {
            return Answer.No(AuditWords.FileStands());
        }

        return Answer.Of(
            new JsonObject { ["period"] = period.Name, ["file"] = path, ["entries"] = entries, ["paper"] = payload.DeepClone() },
            console =>
            {
                console.WriteLine($"{period.Name}: {entries} entries; written to {path}, signed. Anybody can check it: sandbox audit verify {path} --key {domain.Folder.PublicKey}");
                foreach (var finding in payload["findings"]?.AsArray() ?? [])
                {
                    console.WriteLine($"! {finding!["en"]}\n  {finding["zh"]}");
                }
            });
    }
}
