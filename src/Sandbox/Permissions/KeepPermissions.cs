using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;
using Spectre.Console;

namespace Sandbox.Host.Permissions;

/// <summary>
/// The provider, or the bureau's window, records which people or bodies permit the use of their rows in one scenario, with the paper that shows it, and that they end it (FT-20-1). A change is one
/// transaction: a book is whole and named by the registry, or it is not there.
/// </summary>
internal static class KeepPermissions
{
    public static async Task<Answer> GiveAsync(OpenDomain domain, Actor actor, string id, string scenario, string file, byte[] evidence, CancellationToken cancel)
    {
        const string Act = "permission.give";
        if (Check(domain, actor, id, scenario) is { } refusal)
        {
            return domain.Refuse(Act, actor.Name, [refusal], Named(id, scenario));
        }

        if (evidence.Length == 0)
        {
            return domain.Refuse(Act, actor.Name, [NoEvidence()], Named(id, scenario));
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, id);
        using var marks = PermissionBook.Marks(key);
        var before = domain.Registry.Find<PermissionRegister>(PermissionRegister.IdOf(id, scenario));
        var state = (before?.State ?? 0) + 1;
        List<PermissionEntry> added;
        using (var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            added = TermsFile.Read(source, marks, state, cancel);
        }

        var (entries, total) = (0L, 0L);
        using var book = await StageAsync(domain, key, before, old => PermissionBook.Merge(old, added), entry =>
        {
            entries += entry.Given == state ? 1 : 0;
            total++;
        }, cancel).ConfigureAwait(false);
        if (total > PermissionBook.MostEntries)
        {
            return domain.Refuse(Act, actor.Name, [Full()], Named(id, scenario));
        }

        return await KeepAsync(domain, actor, "permission.given", before, id, scenario, book, evidence, given: true, entries, cancel).ConfigureAwait(false)
            ?? Answer.Of(
                new JsonObject { ["data_set"] = id, ["scenario"] = scenario, ["given"] = entries, ["known"] = added.Count - entries, ["state"] = state },
                $"{entries} permissions for '{scenario}' are recorded; {added.Count - entries} stood already. Zones built from now on hold their rows. 已登记 {entries} 条授权。");
    }

    public static async Task<Answer> EndAsync(OpenDomain domain, Actor actor, string id, string scenario, string file, byte[]? evidence, CancellationToken cancel)
    {
        const string Act = "permission.end";
        if (Check(domain, actor, id, scenario) is { } refusal)
        {
            return domain.Refuse(Act, actor.Name, [refusal], Named(id, scenario));
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, id);
        using var marks = PermissionBook.Marks(key);
        HashSet<UInt128> wanted;
        using (var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            wanted = TermsFile.Subjects(source, marks);
        }

        return await EndAsync(domain, actor, id, scenario, wanted, evidence, cancel).ConfigureAwait(false);
    }

    /// <summary>Ends the permissions of some marks; zones that hold their rows are shut at the next call.</summary>
    internal static async Task<Answer> EndAsync(OpenDomain domain, Actor actor, string id, string scenario, HashSet<UInt128> wanted, byte[]? evidence, CancellationToken cancel)
    {
        const string Act = "permission.end";
        if (domain.Registry.Find<PermissionRegister>(PermissionRegister.IdOf(id, scenario)) is not { } before)
        {
            return domain.Refuse(Act, actor.Name, [Nobody()], Named(id, scenario));
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, id);
        var found = new HashSet<UInt128>();
        using var book = await StageAsync(domain, key, before, old => PermissionBook.End(old, wanted, before.State + 1, found), _ => { }, cancel).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return domain.Refuse(Act, actor.Name, [Nobody()], Named(id, scenario));
        }

        return await KeepAsync(domain, actor, "permission.ended", before, id, scenario, book, evidence is { Length: > 0 } ? evidence : null, given: false, found.Count, cancel).ConfigureAwait(false)
            ?? Answer.Of(
                new JsonObject { ["data_set"] = id, ["scenario"] = scenario, ["subjects"] = wanted.Count, ["ended"] = found.Count, ["state"] = before.State + 1 },
                $"The permissions of {found.Count} subjects for '{scenario}' are ended; {wanted.Count - found.Count} had none. Zones that hold their rows are shut. 已终止 {found.Count} 个主体的授权。");
    }

    /// <summary>What stands where, to the order of magnitude.</summary>
    public static Answer List(OpenDomain domain)
    {
        var all = domain.Registry.All<PermissionRegister>();
        return Answer.Of(
            new JsonObject
            {
                ["permissions"] = new JsonArray([.. all.Select(item => (JsonNode)new JsonObject
                {
                    ["data_set"] = item.DataSet,
                    ["scenario"] = item.Scenario,
                    ["needed"] = PermissionNeed.Of(domain, item.DataSet),
                    ["state"] = item.State,
                    ["changes"] = new JsonArray([.. item.Changes.Select(change => (JsonNode)new JsonObject
                    {
                        ["state"] = change.State, ["given"] = change.Given, ["count"] = change.Count, ["digest"] = change.Digest, ["person"] = change.Person, ["at"] = change.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                    })]),
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("data set 数据集", "scenario 场景", "change 变更", "about how many 约数", "by 办理人", "paper 凭证");
                foreach (var (item, change) in all.SelectMany(item => item.Changes.Select(change => (item, change))))
                {
                    table.AddRow(item.DataSet, item.Scenario, change.Given ? "given 登记" : "ended 终止", change.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), change.Person, change.Digest?[..12] ?? "–");
                }

                console.Write(table);
            });
    }

    private static async Task<StagedObject> StageAsync(
        OpenDomain domain, DataKey key, PermissionRegister? before, Func<IEnumerable<PermissionEntry>, IEnumerable<PermissionEntry>> change, Action<PermissionEntry> seen, CancellationToken cancel)
    {
        using var source = before is null ? null : domain.Store.Open(before.Book, key);
        var old = source is null ? [] : PermissionBook.Read(source);
        return await domain.Store.StageAsync(PermissionBook.ObjectKind, key, target => Task.Run(() => PermissionBook.Write(target, change(old).Select(entry =>
        {
            cancel.ThrowIfCancellationRequested();
            seen(entry);
            return entry;
        })), cancel), cancel).ConfigureAwait(false);
    }

    private static async Task<Answer?> KeepAsync(
        OpenDomain domain, Actor actor, string act, PermissionRegister? before, string id, string scenario, StagedObject book, byte[]? evidence, bool given, long count, CancellationToken cancel)
    {
        (ObjectRef Object, string Digest)? paper = evidence is null ? null : await PaperStore.KeepAsync(domain, actor.Name, evidence, cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        var facts = Named(id, scenario);
        facts["count"] = Coarse.Count(count);
        facts["state"] = (before?.State ?? 0) + 1;
        facts["rules"] = domain.RulesName;
        if (paper is { } shown)
        {
            facts["digest"] = shown.Digest;
        }

        domain.Commit(new(act, actor.Name, facts), writer =>
        {
            var now = writer.Find<PermissionRegister>(PermissionRegister.IdOf(id, scenario));
            if (now?.State != before?.State || writer.Find<Scenario>(scenario) is not { State: not (ScenarioState.Ended or ScenarioState.Rejected) } uses)
            {
                throw new RefusedException(PermissionNeed.Changed());
            }

            var state = (now?.State ?? 0) + 1;
            var after = new PermissionRegister(
                PermissionRegister.IdOf(id, scenario), id, scenario, book.Commit(), state, given ? now?.LastEnd ?? 0 : state,
                [.. now?.Changes ?? [], new PermissionChange(state, given, Coarse.Count(count), paper?.Object, paper?.Digest, actor.Name, actor.Organisation, domain.Time.GetUtcNow())]);
            writer.Put(after);

            if (!given)
            {
                Notice.Give(domain, writer, [uses.Operator], $"scenario:{scenario}", act, "FT-20-1", actor.Name);
            }
        });
        if (before is not null)
        {
            OwnData.Remove(domain, [before.Book]);
        }

        return null;
    }

    private static Refusal? Check(OpenDomain domain, Actor actor, string id, string scenario) =>
        !Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set ? Refusals.Missing("data set", "数据集", Names.Valid(id) ? id : "?")
        : !set.IsOf(actor) && actor.Role != Role.Authority ? Refusals.NotThisRole("record permissions of its data subjects", "登记该数据集主体的授权", "the data set's provider or the bureau's window", "该数据集的提供部门或主管部门窗口")
        : set.SubjectColumn is null ? Refusals.Form("data set (it names no subject column)", "数据集（未指定主体列）")
        : !Names.Valid(scenario) || domain.Registry.Find<Scenario>(scenario) is not { } uses || uses.Tables.All(table => table.DataSet != id) ? Refusals.Missing("scenario that uses this data set", "使用该数据集的场景", Names.Valid(scenario) ? scenario : "?")
        : null;

    private static Facts Named(string id, string scenario) => new() { ["data_set"] = Names.Valid(id) ? id : "?", ["scenario"] = Names.Valid(scenario) ? scenario : "?" };

    private static Refusal NoEvidence() => new(
        "FT-20-1",
        "A permission is recorded only with the paper that shows it is genuine; the file is empty.",
        "Give the signed permissions, or the minutes of their collection, with --evidence.",
        "登记授权须附证明其真实有效的凭证；文件为空。",
        "请用 --evidence 提供已签署的授权或其收集记录。");

    private static Refusal Nobody() => new(
        "FT-20-1",
        "None of these subjects has a permission for this scenario; nothing was changed.",
        "Give the subjects as they stand in the subject column, one a line.",
        "这些主体均无该场景的授权；未作任何更改。",
        "请按主体列中的写法逐行给出。");

    private static Refusal Full() => new(
        "FT-20-1",
        "The book of permissions of this data set and scenario is full; nothing was changed.",
        "Ask for a scenario of its own for further subjects.",
        "该数据集与场景的授权簿已满；未作任何更改。",
        "请为其余主体另行申请场景。");
}
