using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Revising;
using Spectre.Console;

namespace Sandbox.Host.DataSets;

/// <summary>The provider withdraws a batch, or single subjects' records from every batch. One transaction, a new epoch; zones built before are not opened any more.</summary>
public static class WithdrawData
{
    /// <summary>Most subjects in one withdrawal.</summary>
    public const int MostSubjects = 100_000;

    /// <param name="batch">Name of a standing batch, or "all".</param>
    public static Answer Run(OpenDomain domain, Actor actor, string id, string batch)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?", ["batch"] = Names.Valid(batch) ? batch : "?" };
        if (OwnData.Refused(domain, actor, id, batch) is { } refusal)
        {
            return domain.Refuse("data.withdraw", actor.Name, [refusal], facts);
        }

        DataSet? after = null;
        var gone = new List<ObjectRef>();
        domain.Commit(new("data.withdrawn", actor.Name, facts), writer =>
        {
            var now = writer.Find<DataSet>(id)!;
            gone.Clear();
            after = OwnData.Without(now, one => batch == GrowData.All || one.Id == batch, domain.Time.GetUtcNow(), gone) with { Epoch = now.Epoch + 1 };
            if (gone.Count == 0)
            {
                throw new RefusedException(LoadDelivery.Moved());
            }

            writer.Update(after);
        });
        OwnData.Remove(domain, gone);
        return AddData.Shown(after!);
    }

    /// <param name="subjects">Values of the subject column; never shown or kept.</param>
    /// <param name="keep">A batch that is left as it is; null for none.</param>
    public static async Task<Answer> RecordsAsync(OpenDomain domain, Actor actor, string id, IReadOnlyCollection<string> subjects, CancellationToken cancel, string? keep = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(subjects);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?" };
        var wanted = subjects.Distinct(StringComparer.Ordinal).ToArray();
        if ((OwnData.Refused(domain, actor, id, null) ?? Form(domain.Registry.Find<DataSet>(id)!, wanted)) is { } refusal)
        {
            return domain.Refuse("data.withdraw", actor.Name, [refusal], facts);
        }

        var set = domain.Registry.Find<DataSet>(id)!;
        var subject = set.Columns.First(column => column.Name == set.SubjectColumn);
        using var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        var revised = new Dictionary<string, List<ReviseResult.Revised>>(StringComparer.Ordinal);
        try
        {
            foreach (var batch in set.Standing.Where(batch => batch.Id != keep))
            {
                var parts = new List<ReviseResult.Revised>();
                revised.Add(batch.Id, parts);
                foreach (var part in batch.Parts)
                {
                    switch (await new Reviser(domain.Jailer, domain.Store).ReviseAsync(
                        new RevisedBatch(part.Main, part.Identifiers), key, (subject.Name, subject.Group == ColumnGroup.Identifiers), wanted, cancel).ConfigureAwait(false))
                    {
                        case ReviseResult.Revised done:
                            parts.Add(done);
                            break;
                        case ReviseResult.Refused refused:
                            return domain.Refuse("data.withdraw", actor.Name, [refused.Refusal], facts);
                    }
                }
            }

            var found = Enumerable.Range(0, wanted.Length).Count(at => revised.Values.Any(parts => parts.Exists(done => done.Found[at])));
            var removed = revised.Values.Sum(parts => parts.Sum(done => done.Removed));
            if (found == 0)
            {
                return domain.Refuse("data.withdraw", actor.Name, [NobodyFound()], facts);
            }

            facts["subjects"] = found;
            facts["epoch"] = set.Epoch + 1;
            var gone = new List<ObjectRef>();
            domain.Commit(new("data.records-withdrawn", actor.Name, facts), writer => writer.Update(After(writer.Find<DataSet>(id)!, set, revised, domain.Time.GetUtcNow(), gone)));
            OwnData.Remove(domain, gone);
            return Shown(id, wanted.Length, found, removed);
        }
        finally
        {
            foreach (var done in revised.Values.SelectMany(parts => parts))
            {
                done.Dispose();
            }
        }
    }

    private static DataSet After(DataSet now, DataSet before, Dictionary<string, List<ReviseResult.Revised>> revised, DateTimeOffset at, List<ObjectRef> gone)
    {
        if (now.Epoch != before.Epoch)
        {
            throw new RefusedException(LoadDelivery.Moved());
        }

        gone.Clear();
        bool Changed(Batch batch) => revised.TryGetValue(batch.Id, out var parts) && parts.Exists(done => done.Removed > 0);
        var changed = OwnData.Without(now, Changed, at, gone);
        var fresh = new List<Batch>();
        foreach (var batch in now.Standing.Where(Changed))
        {
            // A part without any of them stays the object that it is.
            var parts = revised[batch.Id];
            var segments = batch.Parts.Zip(parts).SelectMany(pair => pair.Second.Removed > 0
                ? pair.Second.Segments
                : batch.Segments.Where(segment => segment.ObjectRef == pair.First.Main || segment.ObjectRef == pair.First.Identifiers)).ToArray();
            gone.RemoveAll(reference => segments.Any(segment => segment.ObjectRef == reference));
            if (parts.Sum(done => done.Rows) is > 0 and var rows)
            {
                // The rejected rows may hold those subjects too: they go, and with them the commitment, since the file is not what is held any more.
                fresh.Add(new Batch(string.Create(CultureInfo.InvariantCulture, $"b{now.Batches.Count + fresh.Count + 1}"), rows, 0, at, segments, []) { AcquiredOn = batch.AcquiredOn, RevisionOf = batch.Id });
            }
        }

        // Rows of a subject that were rejected in a batch that had no others of it are not looked for: every quarantine of the data set goes.
        var batches = changed.Batches.Concat(fresh).Select(batch =>
        {
            if (batch is { WithdrawnAt: null, Quarantines.Count: > 0 })
            {
                gone.AddRange(batch.Quarantines);
                return batch with { Quarantines = [] };
            }

            return batch;
        });
        return changed with { Batches = [.. batches], Epoch = now.Epoch + 1 };
    }

    private static Refusal? Form(DataSet set, string[] wanted) =>
        set.SubjectColumn is null ? NoSubject()
        : wanted.Length is 0 or > MostSubjects || wanted.Any(subject => subject.Length is 0 or > 1000 || subject.Any(char.IsControl)) ? Refusals.Form("list of subjects", "主体清单")
        : null;

    private static Answer Shown(string id, int asked, int found, long removed) => Answer.Of(
        new JsonObject { ["data_set"] = id, ["subjects"] = asked, ["found"] = found, ["records"] = removed },
        console => console.WriteLine($"Data set '{id}': {removed.ToString(CultureInfo.InvariantCulture)} records of {found.ToString(CultureInfo.InvariantCulture)} subjects withdrawn; {(asked - found).ToString(CultureInfo.InvariantCulture)} were not in it."));

    private static Refusal NoSubject() => new(
        "DATA-SUBJECT",
        "The data set names no subject column, so records can't be told by whom they are about.",
        "Withdraw the batch, or replace it with a delivery without those records.",
        "该数据集未指定主体列，无法按主体确定记录。",
        "请撤回相应批次，或以不含这些记录的数据替换。");

    private static Refusal NobodyFound() => new(
        "DATA-NOBODY",
        "None of these subjects is in the data set; nothing was changed.",
        "Give the subjects as they stand in the subject column, one a line.",
        "数据集中没有这些主体；未作任何更改。",
        "请按主体列中的写法逐行给出。");
}
