using System.Text.Json.Nodes;
using Sandbox.Export.SubjectCopies;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Subjects;

namespace Sandbox.Host.Subjects;

/// <summary>
/// The copy of an approved request: all and only the records of the subject in the named data sets, as they stand now, in one statement signed by the domain. It goes to the subject itself, or to the one
/// party that the subject named, and is in the ledger before it is written.
/// </summary>
internal static class CopyRecords
{
    /// <returns>The answer, and the bytes to be written where it is one.</returns>
    public static async Task<(Answer Answer, byte[]? Copy)> RunAsync(OpenDomain domain, Actor actor, string id, byte[] identifierFile, CancellationToken cancel)
    {
        var facts = new Facts { ["request"] = Names.Valid(id) ? id : "?" };
        if (!Names.Valid(id) || domain.Registry.Find<SubjectRequest>(id) is not { } request)
        {
            return (domain.Refuse("subject.copy", actor.Name, [Refusals.Missing("request", "请求", Names.Valid(id) ? id : "?")], facts), null);
        }

        var identifier = SubjectLink.Read(identifierFile);
        if ((AskForRecords.Linked(domain, request.Subject, identifier, actor.Name) is null ? SubjectLink.NotVerified() : Against(domain, actor, request)) is { } refusal)
        {
            return (domain.Refuse("subject.copy", actor.Name, [refusal], facts), null);
        }

        var sets = request.DataSets.Select(set => domain.Registry.Find<DataSet>(set)!).ToArray();
        var records = new List<CopiedRecords>();
        foreach (var set in sets)
        {
            switch (await ReadAsync(domain, set, identifier, cancel).ConfigureAwait(false))
            {
                case SubjectResult.Found found:
                    records.Add(new CopiedRecords(set.Id, set.Provider, set.Source, [.. set.Columns.Select(column => column.Name)], found.Rows));
                    break;
                case SubjectResult.Refused refused:
                    return (domain.Refuse("subject.copy", actor.Name, [refused.Reason], facts), null);
            }
        }

        var copy = SubjectCopy.Make(domain.Keys.DomainKey, domain.Record.Name, request.Id, request.Subject, actor.Name == request.Subject ? actor.Name : actor.Organisation, IsoDay.Word(domain.Today), records);
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(copy));
        facts["digest"] = digest;
        facts["records"] = Coarse.Count(records.Sum(item => item.Rows.Count));
        facts["recipient"] = actor.Organisation;
        domain.Commit(new("subject.copied", actor.Name, facts), writer =>
        {
            // What was withdrawn while the copy was made is in it, and a delegation may have ended.
            if (sets.Any(set => writer.Find<DataSet>(set.Id)!.Epoch != set.Epoch))
            {
                throw new RefusedException(LoadDelivery.Moved());
            }

            if (Against(domain, actor, writer.Find<SubjectRequest>(id)!) is { } late)
            {
                throw new RefusedException(late);
            }
        });
        return (
            Answer.Of(
                new JsonObject
                {
                    ["request"] = id,
                    ["digest"] = digest,
                    ["records"] = new JsonArray([.. records.Select(item => (JsonNode)new JsonObject { ["data_set"] = item.DataSet, ["count"] = item.Rows.Count })]),
                },
                $"The copy holds {records.Sum(item => item.Rows.Count)} records out of {records.Count} data sets, signed by the domain. 副本共 {records.Sum(item => item.Rows.Count)} 条记录。"),
            copy);
    }

    /// <summary>The subject's rows in the standing batches of a data set.</summary>
    internal static async Task<SubjectResult> ReadAsync(OpenDomain domain, DataSet set, string identifier, CancellationToken cancel)
    {
        if (set.RowCount == 0)
        {
            return new SubjectResult.Found([]);
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        return await new SubjectRows(domain.Jailer, domain.Store).ReadAsync(set.ZoneSegments(), key, [.. set.Columns.Select(column => column.Name)], set.SubjectColumn!, identifier, cancel).ConfigureAwait(false);
    }

    private static Refusal? Against(OpenDomain domain, Actor actor, SubjectRequest request) =>
        request.Wish != SubjectWish.Copy || !request.Approved(domain, AskForRecords.Providers(domain, request.DataSets)) ? AskForRecords.NotOpen()
        : actor.Role == Role.DataSubject && actor.Name == request.Subject ? null
        : domain.Registry.All<Delegation>().Any(item => item.Subject == request.Subject && item.Request == request.Id && item.Party == actor.Organisation && item.Stands(domain))
            && domain.Registry.Find<Party>(actor.Organisation) is { Barred: false } ? null
        : NotDelegated();

    private static Refusal NotDelegated() => new(
        "YN23-24-1",
        "The copy goes to the subject itself, or to the one party that the subject has named, as long as that delegation stands.",
        "Let the subject delegate (subject delegate), where the profile knows delegations.",
        "副本仅提供给主体本人，或在委托有效期内提供给其指定的一个市场主体。",
        "请由主体办理委托（subject delegate；须所适用的规定允许委托）。");
}
