using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Models;
using Sandbox.Host.People;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>
/// Lets approved content leave. Everything is recomputed and checked once more; only bytes with the digest that was voted on are packed. The package is staged before the
/// transaction and gets its name after it.
/// </summary>
public static class ReleaseExport
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id };
        var scenario = ScenarioAccess.Find(domain, request.Spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Release, ZoneKind.Unknown, [], isAuthor: actor.Is(request.Author)) is Decision.Denied denied)
        {
            return domain.Refuse("export.release", actor.Name, denied.Reasons, facts);
        }

        if (RecipientCheck.Of(domain, scenario, request.Spec.Recipient) is { Count: > 0 } unserved)
        {
            return domain.Refuse("export.release", actor.Name, unserved, facts);
        }

        // The votes come first: without them nothing is even computed.
        var by = new Reviewer(actor.Name, actor.Role, actor.Organisation);
        var review = ExportReading.Review(domain, request);
        if (review.State.Stage != ReviewStage.Approved)
        {
            var outcome = review.Release(by, review.State.ContentDigest, ExportCaseBuilder.Scope(domain, scenario, new HashSet<string>()), domain.Time.GetUtcNow());
            return domain.Refuse("export.release", actor.Name, [((ReviewOutcome.Refused)outcome).Reason], facts);
        }

        // Something else may have left since the request: what it tells apart counts now.
        using var book = new AtomBook(domain);
        var permissions = PermissionNeed.States(domain, scenario, untils: false);
        var export = await new ExportCaseBuilder(domain).BuildAsync(request.Spec, scenario, book, keep: true, cancel).ConfigureAwait(false);
        var report = ExportChecker.Check(export);
        if (report.Verdict == Verdict.Fail)
        {
            return domain.Refuse("export.release", actor.Name, [.. report.ForAuthor().Select(finding => finding.Words).Distinct()], facts);
        }

        var content = ReleaseContent.Render(domain.Keys.Suite, export, report);
        if (review.Release(by, content.Digest, export.Scope, export.Now) is not ReviewOutcome.Moved(var released))
        {
            var refused = (ReviewOutcome.Refused)review.Release(by, content.Digest, export.Scope, export.Now);
            return domain.Refuse("export.release", actor.Name, [refused.Reason], facts);
        }

        var result = ReleaseBuilder.Build(
            new ReleaseRequest
            {
                Domain = domain.Record.Name,
                Profile = domain.Profile.Name,
                Scope = export.Scope,
                Content = content,
                Report = report,
                Review = released,
                DataSets = DataSets(domain, request.Spec, scenario),
                Model = Model(domain, request.Spec),
                Checkpoint = domain.Ledger.Head().Note,
                Now = export.Now,
            },
            domain.Keys.DomainKey);
        if (result is not ReleaseResult.Built built)
        {
            return domain.Refuse("export.release", actor.Name, [((ReleaseResult.Refused)result).Reason], facts);
        }

        var release = Publish(domain, actor, request, scenario, built, released, export, permissions, book, content.Listing.Where(file => file.Path.EndsWith(".csv", StringComparison.Ordinal)).Sum(file => file.Rows), facts);
        var path = Path.Combine(domain.Folder.Releases, release.File);
        return Answer.Of(
            new JsonObject { ["export"] = request.Id, ["package"] = path, ["receipt"] = path + ReleaseFolder.Receipt, ["digest"] = release.Package, ["bytes"] = release.Bytes, ["ledger_entry"] = release.Entry },
            $"Released: {path} ({release.Bytes:N0} bytes), ledger entry {release.Entry}. " + (release.Sealed is null
                ? $"Anybody can check it: sandbox verify {path} --key {domain.Folder.PublicKey}"
                : $"Its recipient alone can open and check it: sandbox verify {release.File} --key domain.pub --recipient-key FILE --out {request.Id}{ReleaseFolder.Extension}"));
    }

    private static Release Publish(OpenDomain domain, Actor actor, ExportRequest request, Scenario scenario, ReleaseResult.Built built, ExportReview released, ExportCase export, IReadOnlyList<PermissionState> permissions, AtomBook book, long rows, Facts facts)
    {
        // In clear a sealed release is never on the disk, not even staged.
        var recipient = request.Spec.Recipient.Key is { } line ? RecipientKey.Parse(line) : null;
        var bytes = recipient is null ? built.Package : SealedPackage.Seal(recipient, built.Package);
        var file = request.Id + (recipient is null ? ReleaseFolder.Extension : ReleaseFolder.SealedExtension);
        using var staged = ReleaseFolder.Outlet(domain).Stage(file, bytes);
        facts[ReceiptCheck.PackageFact] = built.Digest;
        facts["recipient"] = request.Spec.Recipient.Id;
        facts["content"] = released.State.ContentDigest;
        facts["approvals"] = released.Votes.Count;
        if (recipient is not null)
        {
            facts["sealed_to"] = recipient.KeyId;
        }

        if (rows > AlertLimits.ExportRowsOf(domain))
        {
            facts[WatchedActs.OverLimitFact] = 1;
        }

        Release? release = null;
        domain.Commit(new(ReceiptCheck.EntryKind, actor.Name, facts), writer =>
        {
            var now = writer.Find<ExportRequest>(request.Id)!;
            if (now.Stage != ReviewStage.Approved || now.Journal != request.Journal || !SameGrant(writer.Find<Scenario>(scenario.Id), scenario) || PermissionNeed.Moved(domain, writer, scenario, permissions))
            {
                throw new RefusedException(Changed());
            }

            // Nor may anything of it have been shut meanwhile.
            if (CaseHolds.On(CaseReading.Of(writer), domain.Record.Profile, scenario) is { Count: > 0 } held)
            {
                throw new RefusedException([.. held]);
            }

            writer.Update(now with { Stage = ReviewStage.Released, Journal = Encoding.UTF8.GetString(ReviewJournal.Write(released)) });
            release = new Release(request.Id, file, built.Digest, bytes.Length, writer.Entry, request.Spec.Recipient.Id, domain.Time.GetUtcNow(), Withheld(export))
            {
                Permissions = permissions,
                Sealed = recipient is null ? null : Convert.ToHexStringLower(domain.Keys.Suite.Hash(bytes)),
            };
            if (!writer.TryAdd(release) || !book.Commit(writer))
            {
                throw new RefusedException(Changed());
            }
        });
        staged.Commit();
        book.RemoveReplaced();
        domain.Checkpoint(CheckpointReason.Release);
        ReleaseFolder.WriteReceipt(domain, release!);
        return release!;
    }

    private static Dictionary<string, IReadOnlyList<IReadOnlyList<string?>>>? Withheld(ExportCase export) =>
        export.Tables.Any(table => table.Mending?.Withheld is { Count: > 0 })
            ? export.Tables.Where(table => table.Mending?.Withheld is { Count: > 0 }).ToDictionary(table => table.Name, table => table.Mending!.Withheld!, StringComparer.Ordinal)
            : null;

    // Recomputing takes a while, in which a grant can be suspended.
    private static bool SameGrant(Scenario? now, Scenario before) =>
        now is not null && now.State == before.State && RequestScenario.SignedBytes(now).AsSpan().SequenceEqual(RequestScenario.SignedBytes(before));

    private static IReadOnlyList<ManifestDataSet> DataSets(OpenDomain domain, ExportSpec spec, Scenario scenario) =>
    [
        .. spec.Tables.Select(table => table.Source).OfType<string>().Distinct(StringComparer.Ordinal).Select(id => domain.Registry.Find<DataSet>(id)!)
            .Select(set => new ManifestDataSet(set.Id, set.Id, set.Provider, set.Source, set.AcquiredOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        .. spec.Tables.Select(table => table.Round).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(id => new ManifestDataSet(id, id, "aggregation round", $"encrypted contributions to round {id} of scenario {scenario.Id}", domain.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
    ];

    private static ManifestModel? Model(OpenDomain domain, ExportSpec spec)
    {
        if (spec.Tables.Select(table => table.Run).OfType<string>().FirstOrDefault() is not { } id || domain.Registry.Find<Run>(id) is not { Held: { } held } run)
        {
            return null;
        }

        var model = domain.Registry.Find<Model>(run.Model)!;
        return new ManifestModel(model.Id, model.Version, model.Package.Commitment, run.Id, held.Commitment);
    }

    private static Refusal Changed() => new(
        "CC-27-4",
        "The request changed while it was being released; nothing left.",
        "Look at the request again and repeat the release if it is still approved.",
        "申请在释放过程中发生变化；没有任何内容出域。",
        "请重新查看该申请，如仍为已批准状态，可再次释放。");
}
