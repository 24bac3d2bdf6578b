using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Feeds;

/// <summary>
/// Hands out what a receiver does not have yet (YB 21). What was handed out is in the registry before a file is written, and stays pending until the receiver's signed acknowledgement is found; so after an
/// outage, a kill or a lost folder the same runs of entries are put down again, none is skipped, and none overlaps another.
/// </summary>
internal static class PushFeed
{
    private const int AcknowledgementLimit = 16 << 10;

    public static Answer Run(OpenDomain domain, Actor actor, string name)
    {
        var facts = new Facts { ["receiver"] = Names.Valid(name) ? name : "?" };
        if (actor.Role is not (Role.Authority or Role.Operator))
        {
            return domain.Refuse("ledger.feed.push", actor.Name, [Refusals.NotThisRole("hand out the log", "推送日志", "the bureau or the operating unit", "主管部门或运营单位")], facts);
        }

        var receiver = Find(Names.Valid(name) ? domain.Registry.Find<FeedReceiver>(name) : null);
        if (FeedFolder.Real(receiver.Folder) != receiver.Folder)
        {
            return domain.Refuse("ledger.feed.push", actor.Name, [FeedWords.Unreachable()], facts);
        }

        if (Acknowledged(domain, receiver) is not { } acknowledged)
        {
            return domain.Refuse("ledger.feed.push", actor.Name, [FeedWords.Forged()], facts);
        }

        var done = receiver.Pending.Where(batch => batch.End <= acknowledged).ToArray();
        var plan = Plan(domain, receiver with { Acknowledged = acknowledged, Pending = [.. receiver.Pending.Skip(done.Length)] });
        facts["acknowledged"] = acknowledged;
        facts["end"] = plan.After.Next;
        facts["batches"] = plan.After.Pending.Count;
        domain.Commit(new("feed.pushed", actor.Name, facts), writer =>
        {
            var now = Find(writer.Find<FeedReceiver>(name));
            if (now.Acknowledged != receiver.Acknowledged || now.Next != receiver.Next || now.Pending.Count != receiver.Pending.Count)
            {
                throw new RefusedException(FeedWords.Meanwhile());
            }

            writer.Update(plan.After);
        });
        foreach (var batch in plan.Missing)
        {
            OutputFile.Write(receiver.BatchFile(batch), Bytes(domain, receiver, batch, plan.Subjects));
        }

        foreach (var batch in done)
        {
            File.Delete(receiver.BatchFile(batch));
        }

        return Answer.Of(
            new JsonObject { ["receiver"] = name, ["acknowledged"] = acknowledged, ["handed_out"] = plan.After.Next, ["batches"] = plan.Missing.Count, ["folder"] = receiver.Folder },
            $"{name}: {acknowledged} entries acknowledged, handed out up to {plan.After.Next} ({plan.Missing.Count} batches written to {receiver.Folder}).");
    }

    internal static FeedReceiver Find(FeedReceiver? receiver) => receiver is { Closed: false } open ? open : throw new RefusedException(Refusals.Missing("open receiver", "有效接收方", "?"));

    /// <summary>How far the receiver has everything: as before where there is no news, null where the file is not its word about a batch that it was handed.</summary>
    private static long? Acknowledged(OpenDomain domain, FeedReceiver receiver)
    {
        if (!Path.Exists(receiver.AcknowledgementFile))
        {
            return receiver.Acknowledged;
        }

        if (!FeedFolder.IsPlain(receiver.AcknowledgementFile, AcknowledgementLimit))
        {
            return null;
        }

        try
        {
            var bytes = InputFile.ReadAll(receiver.AcknowledgementFile, AcknowledgementLimit);
            var (end, content) = LedgerBatches.VerifyAcknowledgement(bytes, PublicKey.Parse(receiver.Key), domain.Ledger.Head().Origin, receiver.Id, receiver.Part);
            return end == receiver.Acknowledged || receiver.Pending.Any(batch => batch.End == end && batch.Contents.Contains(content, StringComparer.Ordinal)) ? end : null;
        }
        catch (TrustException)
        {
            return null;
        }
    }

    /// <summary>The receiver as it will stand, and the batches whose files are to be written: new ones, and pending ones that are not in the folder as they were.</summary>
    private static (FeedReceiver After, IReadOnlyList<FeedBatch> Missing, LedgerSubjects? Subjects) Plan(OpenDomain domain, FeedReceiver receiver)
    {
        var subjects = receiver.Part.Length == 0 ? null : LedgerSubjects.Of(domain.Registry);
        var (pending, missing) = (new List<FeedBatch>(), new List<FeedBatch>());
        foreach (var batch in receiver.Pending)
        {
            if (Stands(domain, receiver, batch))
            {
                pending.Add(batch);
                continue;
            }

            var content = LedgerBatches.Content(domain.Keys.Suite, Entries(domain, receiver, batch.From, batch.End, subjects));
            var again = batch.Contents.Contains(content, StringComparer.Ordinal) ? batch : batch with { Contents = [.. batch.Contents, content] };
            pending.Add(again);
            missing.Add(again);
        }

        var size = domain.Ledger.Head().Size;
        for (var from = receiver.Next; from < size;)
        {
            var end = Math.Min(from + LedgerBatches.Most, size);
            var batch = new FeedBatch(from, end, [LedgerBatches.Content(domain.Keys.Suite, Entries(domain, receiver, from, end, subjects))]);
            pending.Add(batch);
            missing.Add(batch);
            from = end;
        }

        return (receiver with { Pending = pending }, missing, subjects);
    }

    private static bool Stands(OpenDomain domain, FeedReceiver receiver, FeedBatch batch)
    {
        var path = receiver.BatchFile(batch);
        try
        {
            return FeedFolder.IsPlain(path, LedgerBatches.MostBytes)
                && LedgerBatches.Verify(InputFile.ReadAll(path, LedgerBatches.MostBytes), domain.Ledger.Key) is var stood
                && stood.Receiver == receiver.Id && stood.Part == receiver.Part && stood.From == batch.From && stood.End == batch.End && batch.Contents.Contains(stood.Content, StringComparer.Ordinal);
        }
        catch (TrustException)
        {
            return false;
        }
    }

    private static byte[] Bytes(OpenDomain domain, FeedReceiver receiver, FeedBatch batch, LedgerSubjects? subjects) => LedgerBatches.Write(
        domain.Ledger, domain.Keys.DomainKey, receiver.Id, receiver.Part, batch.From, batch.End, Entries(domain, receiver, batch.From, batch.End, subjects), domain.Folder.Archive);

    private static LedgerRecord[] Entries(OpenDomain domain, FeedReceiver receiver, long from, long end, LedgerSubjects? subjects)
    {
        var all = domain.Ledger.Everything(domain.Folder.Archive, from).TakeWhile(entry => entry.Index < end).ToArray();
        if (all.Length != end - from)
        {
            // Removed after their retention, or their file is elsewhere: a feed with a hole would be none.
            throw new TrustException(TrustRules.LedgerArchived);
        }

        return subjects is null ? all : [.. all.Where(entry => subjects.Suppliers(entry).Contains(receiver.Part))];
    }
}
