using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Fetching;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Sources;

/// <summary>
/// Asks a provider's approved interface and loads what it gives: the first time as a data set of its own, later as a delivery that is added or takes the place of what was there. What is pulled lies in sealed memory until
/// the load jail has read it. A pull that is cut off keeps nothing and is simply made again.
/// </summary>
public static class PullSource
{
    private const string Again = "LOAD-AGAIN";

    /// <summary>Loads a new data set from a source; the path of its file counts for nothing.</summary>
    public static async Task<Answer> FirstAsync(OpenDomain domain, Actor actor, string name, NewData wanted, Action<double, string> report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(report);
        var (source, refusal) = Find(domain, actor, name);
        if (source is null || source.DataSet is not null)
        {
            return domain.Refuse("source.pull", actor.Name, [refusal ?? SourceWords.Feeds(something: true)], FactsOf(name));
        }

        if (DecideSupply.Against(domain.Registry.Find<Supply>(wanted.Name), SupplyMode.Interface) is { } other)
        {
            return domain.Refuse("source.pull", actor.Name, [other], FactsOf(name));
        }

        var fetched = await FetchAsync(domain, source, null, report, cancel).ConfigureAwait(false);
        if (fetched is not FetchResult.Fetched { Content: var content, EntityTag: var tag })
        {
            return domain.Refuse("source.pull", actor.Name, [((FetchResult.Refused)fetched).Refusal], FactsOf(name));
        }

        using (content)
        {
            var answer = await AddData.RunAsync(domain, actor, wanted with { File = wanted.File with { Fetched = content } }, Loading(report), cancel).ConfigureAwait(false);
            if (answer is Answer.Done)
            {
                Pulled(domain, actor, source, content.Length, now => now with { DataSet = wanted.Name, EntityTag = tag });
            }

            return answer;
        }
    }

    /// <summary>Asks one source again.</summary>
    public static async Task<Answer> AgainAsync(OpenDomain domain, Actor actor, string name, Action<double, string> report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(report);
        var (source, refusal) = Find(domain, actor, name);
        if (source?.DataSet is not { } dataSet)
        {
            return domain.Refuse("source.pull", actor.Name, [refusal ?? SourceWords.Feeds(something: false)], FactsOf(name));
        }

        if (DecideSupply.Against(domain.Registry.Find<Supply>(dataSet), SupplyMode.Interface) is { } other)
        {
            return domain.Refuse("source.pull", actor.Name, [other], FactsOf(name));
        }

        var fetched = await FetchAsync(domain, source, source.EntityTag, report, cancel).ConfigureAwait(false);
        if (fetched is not FetchResult.Fetched { Content: var content, EntityTag: var tag })
        {
            return fetched is FetchResult.Refused refused ? domain.Refuse("source.pull", actor.Name, [refused.Refusal], FactsOf(name)) : Unchanged(domain, actor, source, source.EntityTag);
        }

        using (content)
        {
            var delivery = new Delivery("", SourceEncoding.Auto, []) { Fetched = content };
            var answer = await GrowData.RunAsync(domain, actor, new MoreData(dataSet, source.Replaces ? GrowData.All : null, delivery, domain.Today), Loading(report), cancel).ConfigureAwait(false);
            if (answer is Answer.Refused { Refusals: [{ Rule: Again }] })
            {
                return Unchanged(domain, actor, source, tag);
            }

            if (answer is Answer.Done)
            {
                Pulled(domain, actor, source, content.Length, now => now with { EntityTag = tag });
            }

            return answer;
        }
    }

    /// <summary>Asks every source of the actor's house whose time has come. One that fails stops none of the others; its turn stays due.</summary>
    public static async Task<Answer> DueAsync(OpenDomain domain, Actor actor, Action<double, string> report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var now = domain.Time.GetUtcNow();
        var outcomes = new JsonArray();
        var refusals = new List<Refusal>();
        foreach (var source in domain.Registry.All<DataSource>().Where(source => source.IsOf(actor) && source.DueAt is { } due && due <= now))
        {
            var answer = await AgainAsync(domain, actor, source.Id, report, cancel).ConfigureAwait(false);
            if (answer is Answer.Refused refused)
            {
                refusals.AddRange(refused.Refusals.Select(refusal => refusal with { Why = $"{source.Id}: {refusal.Why}", WhyZh = $"{source.Id}：{refusal.WhyZh}" }));
            }

            outcomes.Add(new JsonObject { ["source"] = source.Id, ["outcome"] = answer is Answer.Done { Body: var body } ? (body["unchanged"] is null ? "loaded" : "unchanged") : "refused" });
        }

        return refusals.Count > 0
            ? new Answer.Refused(refusals)
            : Answer.Of(new JsonObject { ["pulled"] = outcomes }, outcomes.Count == 0 ? "No source is due." : string.Join(" ", outcomes.Select(outcome => $"{outcome!["source"]}: {outcome["outcome"]}.")));
    }

    private static (DataSource? Source, Refusal? Refusal) Find(OpenDomain domain, Actor actor, string name) =>
        domain.Registry.Find<DataSource>(name) is not { } source ? (null, RegisterSource.Missing(name))
        : !source.IsOf(actor) ? (null, Refusals.NotThisRole("pull this source", "拉取该来源", "its provider", "其提供部门"))
        : source.State != SourceState.Approved ? (null, SourceWords.NotApproved(source.State))
        : (source, null);

    private static async Task<FetchResult> FetchAsync(OpenDomain domain, DataSource source, string? tag, Action<double, string> report, CancellationToken cancel)
    {
        if (!SourceAddress.TryRead(source.Address, out var address))
        {
            return new FetchResult.Refused(SourceWords.Form());
        }

        IReadOnlyList<KeyValuePair<string, string>>? headers = [];
        if (source.Headers is { } stored && !FetchHeaders.TryRead(Encoding.UTF8.GetString(domain.Unseal(KeyScope.Domain, DataSource.KeyId, stored)), out headers))
        {
            return new FetchResult.Refused(SourceWords.Form());
        }

        // How much will come is not known before it is all there.
        return await new Fetcher(domain.Jailer).FetchAsync(
            new FetchRequest { Address = address, Headers = headers, Roots = source.Roots, RecordsAt = source.RecordsAt, EntityTag = tag },
            new Commands.Direct<long>(bytes => report(0, FormattableString.Invariant($"{bytes / 1048576.0:N1} MiB asked for"))), cancel).ConfigureAwait(false);
    }

    private static Answer Unchanged(OpenDomain domain, Actor actor, DataSource source, string? tag)
    {
        domain.Commit(new("source.unchanged", actor.Name, FactsOf(source.Id)), writer => writer.Update(writer.Find<DataSource>(source.Id)! with { LastAt = domain.Time.GetUtcNow(), EntityTag = tag }));
        return Answer.Of(new JsonObject { ["source"] = source.Id, ["data_set"] = source.DataSet, ["unchanged"] = true }, $"'{source.Id}' gives what is loaded already; nothing changed.");
    }

    private static void Pulled(OpenDomain domain, Actor actor, DataSource source, long bytes, Func<DataSource, DataSource> change)
    {
        var facts = FactsOf(source.Id);
        facts["mebibytes"] = Coarse.Count(bytes >> 20);
        domain.Commit(new("source.pulled", actor.Name, facts), writer => writer.Update(change(writer.Find<DataSource>(source.Id)!) with { LastAt = domain.Time.GetUtcNow() }));
    }

    private static IProgress<LoadProgress> Loading(Action<double, string> report) => Commands.DataVerbs.Progress(report);

    private static Facts FactsOf(string name) => new() { ["source"] = Names.Valid(name) ? name : "?" };
}
