using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Feeds;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>Sealing finished periods of the ledger into an archive, and removing them when the profile's retention has run out (CC 31, FT 14, YN25 25(4)).</summary>
internal static class LedgerPeriods
{
    /// <param name="before">Entries before this day (UTC) are sealed; by default those of finished months.</param>
    public static Answer Seal(OpenDomain domain, Actor actor, DateOnly? before)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("ledger.archive", actor.Name, [Refusals.NotThisRole("seal periods of the ledger", "封存账本期间", "the bureau", "主管部门")]);
        }

        var now = domain.Time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var day = before ?? new DateOnly(today.Year, today.Month, 1);
        if (day > today)
        {
            return domain.Refuse("ledger.archive", actor.Name, [Unfinished()]);
        }

        RemoveExpired(domain);
        var end = domain.Ledger.ArchivableBefore(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        var first = domain.Ledger.Archives().Select(archive => archive.End).DefaultIfEmpty(0).Max();
        if (end == first)
        {
            domain.Note(new("ledger.sealed", actor.Name, new Facts { ["entries"] = 0, ["before"] = IsoDay.Word(day) }));
            return Answer.Of(new JsonObject { ["sealed"] = 0 }, "There is no finished run of 16 entries to seal.");
        }

        domain.Ledger.WriteArchive(domain.Folder.Archive, end);
        LedgerArchive? archive = null;
        domain.Commit(new("ledger.sealed", actor.Name, new Facts { ["first"] = first, ["entries"] = end - first, ["before"] = IsoDay.Word(day) }), writer =>
            archive = domain.Ledger.Seal(writer.Transaction, domain.Folder.Archive, end));
        return Answer.Of(
            new JsonObject { ["sealed"] = end - first, ["file"] = Path.Combine(domain.Folder.Archive, archive!.File), ["size"] = end, ["checkpoint"] = archive.Head.Note },
            $"{end - first} entries sealed into {Path.Combine(domain.Folder.Archive, archive.File)}.");
    }

    /// <param name="coldStorage">Where the files of sealed periods were moved to; null where they lie in the domain.</param>
    public static Answer Expire(OpenDomain domain, Actor actor, string? coldStorage = null)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("ledger.expire", actor.Name, [Refusals.NotThisRole("remove periods of the ledger", "移除账本期间", "the bureau", "主管部门")]);
        }

        RemoveExpired(domain);
        if (domain.Ledger.Archives().FirstOrDefault(archive => archive.Dropped is null) is not { } oldest)
        {
            return domain.Refuse("ledger.expire", actor.Name, [NothingSealed()]);
        }

        var folder = coldStorage is null ? domain.Folder.Archive : Path.GetFullPath(coldStorage);
        var facts = new Facts { ["period"] = oldest.File };
        if (domain.Registry.All<FeedReceiver>().Any(receiver => !receiver.Closed && receiver.Acknowledged < oldest.End))
        {
            return domain.Refuse("ledger.expire", actor.Name, [NotHandedOut()], facts);
        }

        var counted = LedgerRetention.CountsFrom(domain, oldest, folder);
        var kept = LedgerRetention.Until(domain, counted) is { } logs && LedgerRetention.CasesUntil(domain, oldest, folder) is var cases ? (cases > logs ? cases : logs) : (DateOnly?)null;
        if (kept is not { } until || until > DateOnly.FromDateTime(domain.Time.GetUtcNow().UtcDateTime))
        {
            return domain.Refuse("ledger.expire", actor.Name, [TooEarly(kept)], facts);
        }

        domain.Commit(
            new("ledger.expired", actor.Name, new Facts { ["period"] = oldest.File, ["first"] = oldest.First, ["entries"] = oldest.End - oldest.First, ["counted_from"] = IsoDay.Word(counted), ["kept_until"] = IsoDay.Word(until) }),
            writer => domain.Ledger.Drop(writer.Transaction, oldest));
        RemoveExpired(domain);
        if (coldStorage is not null)
        {
            File.Delete(Path.Combine(folder, oldest.File));
        }

        return Answer.Of(new JsonObject { ["expired"] = oldest.File, ["entries"] = oldest.End - oldest.First }, $"{oldest.File} removed; its signed head stays, and proofs that were handed out still verify.");
    }

    /// <summary>A kill between the entry and the removal leaves the file; it goes at the next call.</summary>
    private static void RemoveExpired(OpenDomain domain)
    {
        foreach (var archive in domain.Ledger.Archives().Where(archive => archive.Dropped is not null))
        {
            File.Delete(Path.Combine(domain.Folder.Archive, archive.File));
        }
    }

    private static Refusal Unfinished() => new(
        "SB-LEDGER-2", "Only periods that are over can be sealed.", "Name a day that is not in the future.", "只能封存已结束的期间。", "请指定不晚于今天的日期。");

    private static Refusal NothingSealed() => new(
        "SB-LEDGER-3", "There is no sealed period to remove.", "Seal finished periods first: ledger archive.", "没有可移除的已封存期间。", "请先封存已结束的期间：ledger archive。");

    private static Refusal NotHandedOut() => new(
        "SB-LEDGER-5", "A receiver of the log feed has not acknowledged this period yet.", "Push the feed until it is acknowledged, or close that receiver.",
        "日志推送的接收方尚未确认该期间。", "请继续推送直至获得确认，或关闭该接收方。");

    private static Refusal TooEarly(DateOnly? until) => new(
        "SB-LEDGER-4",
        until is { } day ? $"The profile's retention of logs lasts until {IsoDay.Word(day)} for this period." : "The profile names no period after which logs may be removed, so they are kept.",
        until is null ? "Make the domain with a stricter retention overlay, or keep the period." : "Keep the period until then.",
        until is { } end ? $"该期间的日志须保存至 {IsoDay.Word(end)}。" : "规则配置未规定日志可移除的期限，因此予以保留。",
        until is null ? "请在建域时叠加保存期限规则，或继续保存该期间。" : "请保存至该日期。");
}
