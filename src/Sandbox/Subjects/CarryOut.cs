using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.Notices;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Subjects;

namespace Sandbox.Host.Subjects;

/// <summary>
/// The provider carries out an approved deletion or correction. A new epoch begins, so that samples, zones and runs made before are not read any more, and everybody who uses the data set, or got a product
/// of it, is told. A correction comes in before the old records go: whatever breaks off between leaves too much, never too little, and is gone on with.
/// </summary>
internal static class CarryOut
{
    /// <param name="corrected">The corrected records of the subject, for a correction.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, byte[] identifierFile, Delivery? corrected, CancellationToken cancel)
    {
        var facts = new Facts { ["request"] = Names.Valid(id) ? id : "?" };
        if (!Names.Valid(id) || domain.Registry.Find<SubjectRequest>(id) is not { } request)
        {
            return domain.Refuse("subject.carry-out", actor.Name, [Refusals.Missing("request", "请求", Names.Valid(id) ? id : "?")], facts);
        }

        var identifier = SubjectLink.Read(identifierFile);
        var refusal = request.Wish is not (SubjectWish.Correct or SubjectWish.Delete) || request.State != SubjectRequestState.Approved || !request.Approved(domain, AskForRecords.Providers(domain, request.DataSets)) ? AskForRecords.NotOpen()
            : domain.Registry.Find<DataSet>(request.DataSets[0]) is not { } set || !set.IsOf(actor) ? Refusals.NotThisRole("carry out this request", "办理该请求", "the data set's provider", "该数据集的提供部门")
            : AskForRecords.Linked(domain, request.Subject, identifier, actor.Name) is null ? SubjectLink.NotVerified()
            : (request.Wish == SubjectWish.Correct) != (corrected is not null || request.Corrected is not null) ? Refusals.Form("request (a correction needs --file with the corrected records, a deletion none)", "请求（更正须用 --file 提供更正后的记录，删除则不需要）")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("subject.carry-out", actor.Name, [refusal], facts);
        }

        var target = request.DataSets[0];
        if (request.Wish == SubjectWish.Correct && request.Corrected is null)
        {
            if (await AddAsync(domain, actor, request, target, identifier, corrected!, cancel).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }

            request = domain.Registry.Find<SubjectRequest>(id)!;
        }

        // A correction that broke off behind the withdrawal has no old records any more.
        var standing = domain.Registry.Find<DataSet>(target)!;
        var old = request.Corrected is null ? null : await CopyRecords.ReadAsync(domain, standing with { Batches = [.. standing.Standing.Where(batch => batch.Id != request.Corrected)] }, identifier, cancel).ConfigureAwait(false);
        long records = 0;
        if (old is not SubjectResult.Found { Rows.Count: 0 })
        {
            var gone = await WithdrawData.RecordsAsync(domain, actor, target, [identifier], cancel, keep: request.Corrected).ConfigureAwait(false);
            if (gone is not Answer.Done done)
            {
                return gone;
            }

            records = done.Body["records"]?.GetValue<long>() ?? 0;
        }

        facts["data_set"] = target;
        facts["wish"] = request.Wish.ToString();
        domain.Commit(new("subject.carried-out", actor.Name, facts), writer =>
        {
            var now = writer.Find<SubjectRequest>(id)!;
            if (now.State != SubjectRequestState.Approved)
            {
                throw new RefusedException(AskForRecords.NotOpen());
            }

            writer.Update(now with { State = SubjectRequestState.Done, Done = [.. now.Done, target] });
            var users = writer.All<Scenario>().Where(scenario => scenario.Tables.Any(table => table.DataSet == target)).Select(scenario => scenario.Operator);
            var products = writer.All<Release>().Where(release => release.RevokedAt is null && writer.Find<ExportRequest>(release.Id)?.Spec.Tables.Any(table => table.Source == target) is true).Select(release => release.Recipient);
            Notice.Give(domain, writer, users.Concat(products).Concat(Notice.Bureau(writer)), $"data-set:{target}", "subject.carried-out", "YN23-24-1", actor.Name);
        });
        return Answer.Of(
            new JsonObject { ["request"] = id, ["wish"] = request.Wish.ToString(), ["records"] = records, ["state"] = nameof(SubjectRequestState.Done) },
            $"Request '{id}' is carried out; zones and runs made before are not read any more, and those who use the data are told. 请求已办结，并已通知使用方。");
    }

    /// <summary>Loads the corrected records; null when they stand.</summary>
    private static async Task<Answer?> AddAsync(OpenDomain domain, Actor actor, SubjectRequest request, string target, string identifier, Delivery corrected, CancellationToken cancel)
    {
        var added = await GrowData.RunAsync(domain, actor, new MoreData(target, null, corrected, domain.Today) { IsCorrection = true }, null, cancel).ConfigureAwait(false);
        if (added is not Answer.Done)
        {
            return added;
        }

        var set = domain.Registry.Find<DataSet>(target)!;
        var batch = set.Batches[^1];
        var alone = await CopyRecords.ReadAsync(domain, set with { Batches = [batch] }, identifier, cancel).ConfigureAwait(false);
        if (alone is not SubjectResult.Found found || found.Rows.Count != batch.Rows || batch.Rows == 0 || batch.Rejected > 0)
        {
            // Somebody else's records, or broken ones: the old ones were not touched.
            WithdrawData.Run(domain, actor, target, batch.Id);
            return domain.Refuse("subject.carry-out", actor.Name, [NotOnlyTheirs()], new Facts { ["request"] = request.Id });
        }

        domain.Commit(new("subject.correction-loaded", actor.Name, new Facts { ["request"] = request.Id, ["batch"] = batch.Id }), writer =>
            writer.Update(writer.Find<SubjectRequest>(request.Id)! with { Corrected = batch.Id }));
        return null;
    }

    private static Refusal NotOnlyTheirs() => new(
        "YN23-24-1",
        "The corrected delivery holds no record, broken ones, or records of somebody else; it was withdrawn, and nothing else was changed.",
        "Deliver the corrected records of this subject alone.",
        "更正数据为空、有误或包含他人记录；已予撤回，其他数据未作更改。",
        "请仅提供该主体更正后的记录。");
}
