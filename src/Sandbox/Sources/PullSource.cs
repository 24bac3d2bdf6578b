using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
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

    /// <summary>
    /// Loads a new data set from a source; the path of its file counts for nothing. A data set of the same house that is supplied through an interface and has no source any more goes on with this one.
    /// </summary>
    public static async Task<Answer> FirstAsync(OpenDomain domain, Actor actor, string name, NewData wanted, Action<double, string> report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(report);
        var (source, refusal) = Find(domain, actor, name);
        if (source is null || source.DataSet is not null)
        {
            return domain.Refuse("source.pull", actor.Name, [refusal ?? SourceWords.FeedsAnother()], FactsOf(name));
        }

        if (Names.Valid(wanted.Name) && domain.Registry.Find<DataSet>(wanted.Name) is { } standing && standing.IsOf(actor) && domain.Registry.Find<Supply>(wanted.Name) is { Mode: SupplyMode.Interface })
        {
            return Fed(domain.Registry.All<DataSource>(), wanted.Name, name)
                ? domain.Refuse("source.pull", actor.Name, [SourceWords.FeedsAnother()], FactsOf(name))
                : await GrowAsync(domain, actor, source, standing, report, cancel).ConfigureAwait(false);
        }

        // Before a byte is asked for.
        if (AddData.Check(domain, actor, wanted, SupplyMode.Interface) is { } wrong)
        {
            return domain.Refuse("source.pull", actor.Name, [wrong], FactsOf(name));
        }

        var fetched = await FetchAsync(domain, source, null, report, cancel).ConfigureAwait(false);
        if (fetched is not FetchResult.Fetched { Content: var content, EntityTag: var tag })
        {
            return domain.Refuse("source.pull", actor.Name, [((FetchResult.Refused)fetched).Refusal], FactsOf(name));
        }

        using (content)
        {
            var loaded = wanted with { File = wanted.File with { Fetched = content }, Along = (writer, batch) => Bind(domain, writer, source.Id, wanted.Name, batch.Id, tag) };
            return Told(domain, actor, source, content, await AddData.RunAsync(domain, actor, loaded, Loading(report), cancel).ConfigureAwait(false));
        }
    }

    /// <summary>Asks one source again.</summary>
    public static async Task<Answer> AgainAsync(OpenDomain domain, Actor actor, string name, Action<double, string> report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(report);
        var (source, refusal) = Find(domain, actor, name);
        return source?.DataSet is { } fed && domain.Registry.Find<DataSet>(fed) is { } set
            ? await GrowAsync(domain, actor, source, set, report, cancel).ConfigureAwait(false)
            : domain.Refuse("source.pull", actor.Name, [refusal ?? SourceWords.FeedsNothing()], FactsOf(name));
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
            IReadOnlyList<Refusal> refused = [];
            Answer? answer = null;
            try
            {
                answer = await AgainAsync(domain, actor, source.Id, report, cancel).ConfigureAwait(false);
                refused = (answer as Answer.Refused)?.Refusals ?? [];
            }
            catch (RefusedException refusal)
            {
                refused = refusal.Refusals;
            }
            catch (TrustException failure)
            {
                refused = [Refusals.From(failure.Refusal)];
            }

            refusals.AddRange(refused.Select(refusal => refusal with { Why = $"{source.Id}: {refusal.Why}", WhyZh = $"{source.Id}：{refusal.WhyZh}" }));
            outcomes.Add(new JsonObject { ["source"] = source.Id, ["outcome"] = answer is Answer.Done { Body: var body } ? (body["unchanged"] is null ? "loaded" : "unchanged") : "refused" });
        }

        return refusals.Count > 0
            ? new Answer.Refused(refusals)
            : Answer.Of(new JsonObject { ["pulled"] = outcomes }, outcomes.Count == 0 ? "No source is due." : string.Join(" ", outcomes.Select(outcome => $"{outcome!["source"]}: {outcome["outcome"]}.")));
    }

    private static async Task<Answer> GrowAsync(OpenDomain domain, Actor actor, DataSource source, DataSet set, Action<double, string> report, CancellationToken cancel)
    {
        if (DecideSupply.Against(domain.Registry.Find<Supply>(set.Id), SupplyMode.Interface) is { } other)
        {
            return domain.Refuse("source.pull", actor.Name, [other], FactsOf(source.Id));
        }

        // That nothing changed says something only as long as what was given then still stands.
        var stands = set.Standing.Any(batch => batch.Id == source.Batch);
        var fetched = await FetchAsync(domain, source, stands ? source.EntityTag : null, report, cancel).ConfigureAwait(false);
        if (fetched is not FetchResult.Fetched { Content: var content, EntityTag: var tag })
        {
            return fetched is FetchResult.Refused refused
                ? domain.Refuse("source.pull", actor.Name, [refused.Refusal], FactsOf(source.Id))
                : Unchanged(domain, actor, source, set.Id, source.EntityTag);
        }

        using (content)
        {
            var wanted = new MoreData(set.Id, source.Replaces ? GrowData.All : null, new Delivery("", SourceEncoding.Auto, []) { Fetched = content }, domain.Today)
            {
                Along = (writer, batch) => Bind(domain, writer, source.Id, set.Id, batch.Id, tag),
            };
            var answer = await GrowData.RunAsync(domain, actor, wanted, Loading(report), cancel).ConfigureAwait(false);
            return answer is Answer.Refused { Refusals: [{ Rule: Again }] }
                ? Unchanged(domain, actor, source, set.Id, stands ? tag : null)
                : Told(domain, actor, source, content, answer);
        }
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

    // In the transaction of the rows: they stand with their source or not at all, and what was stopped meanwhile brings nothing in.
    private static void Bind(OpenDomain domain, RegistryWriter writer, string id, string dataSet, string? batch, string? tag)
    {
        var now = writer.Find<DataSource>(id)!;
        if (now.State != SourceState.Approved)
        {
            throw new RefusedException(SourceWords.NotApproved(now.State));
        }

        if ((now.DataSet is not null && now.DataSet != dataSet) || Fed(writer.All<DataSource>(), dataSet, id))
        {
            throw new RefusedException(SourceWords.FeedsAnother());
        }

        writer.Update(now with { DataSet = dataSet, LastAt = domain.Time.GetUtcNow(), EntityTag = tag, Batch = batch ?? now.Batch });
    }

    private static bool Fed(IEnumerable<DataSource> sources, string dataSet, string by) => sources.Any(source => source.DataSet == dataSet && source.State != SourceState.Stopped && source.Id != by);

    private static Answer Unchanged(OpenDomain domain, Actor actor, DataSource source, string dataSet, string? tag)
    {
        domain.Commit(new("source.unchanged", actor.Name, FactsOf(source.Id)), writer => Bind(domain, writer, source.Id, dataSet, null, tag));
        return Answer.Of(new JsonObject { ["source"] = source.Id, ["data_set"] = dataSet, ["unchanged"] = true }, $"'{source.Id}' gives what is loaded already; nothing changed.");
    }

    private static Answer Told(OpenDomain domain, Actor actor, DataSource source, SealedMemory content, Answer answer)
    {
        if (answer is Answer.Done)
        {
            var facts = FactsOf(source.Id);
            facts["mebibytes"] = Coarse.Count(content.Length >> 20);
            domain.Note(new("source.pulled", actor.Name, facts));
        }

        return answer;
    }

    private static IProgress<LoadProgress> Loading(Action<double, string> report) => Commands.DataVerbs.Progress(report);

    private static Facts FactsOf(string name) => new() { ["source"] = Names.Valid(name) ? name : "?" };
}
