using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Zones;

/// <summary>
/// Answers questions about production rows. A statement is mapped to the closed aggregate request, the figures are recomputed as those of an export are, groups that the disclosure rules do not pass
/// are withheld, and what is left is put together with everything that was told before. The statement itself is never run.
/// </summary>
internal sealed class ProductionDesk(OpenDomain domain, Actor actor, Zone zone)
{
    // How long an answer takes tells about the data; it comes at the next tick of this.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private const int LongestFact = 512;

    /// <param name="sql">The statement.</param>
    /// <param name="scenario">The scenario of the zone, already authorised.</param>
    /// <param name="facts">Facts of the ledger entry: the zone and the commitment of the text.</param>
    /// <param name="remember">Writes the question down for its author, in the transaction that charges it.</param>
    /// <param name="cancel">Ends the question; it stays charged.</param>
    public async Task<Answer> RunAsync(string sql, Scenario scenario, Facts facts, Action<SqliteTransaction> remember, CancellationToken cancel)
    {
        var start = domain.Time.GetTimestamp();
        var answer = await AskAsync(sql, scenario, facts, remember, cancel).ConfigureAwait(false);
        var left = Tick - TimeSpan.FromTicks(domain.Time.GetElapsedTime(start).Ticks % Tick.Ticks);
        await Task.Delay(left, domain.Time, cancel).ConfigureAwait(false);
        return answer;
    }

    private async Task<Answer> AskAsync(string sql, Scenario scenario, Facts facts, Action<SqliteTransaction> remember, CancellationToken cancel)
    {
        GrantedTable[] tables = [.. scenario.Tables.Select(table => new GrantedTable("main", Names.Table(table.DataSet), [.. table.Columns.Select(column => column.Name)]))];
        var reading = await new AggregateReader(domain.Jailer).ReadAsync(sql, tables, cancel).ConfigureAwait(false);
        var request = (reading as AggregateReading.Mapped)?.Request;
        var granted = request is null ? null : scenario.Tables.First(table => Names.Table(table.DataSet) == request.Table);

        // A statement that names no table of ours is charged to the first one: nobody probes for nothing.
        var charged = QueryBudget.Charge(domain, actor.Name, scenario.Id, (granted ?? scenario.Tables[0]).DataSet, new Facts { ["zone"] = zone.Id, ["tables"] = (granted ?? scenario.Tables[0]).DataSet }, remember);
        if (charged is null)
        {
            return domain.Refuse("query", actor.Name, [ProductionWords.Spent()], facts);
        }

        if (request is null)
        {
            var reason = ((AggregateReading.Refused)reading).Reason;
            return domain.Refuse("query", actor.Name, [ProductionWords.At(reason)], facts);
        }

        facts["tables"] = $"main.{request.Table}";
        var columns = string.Join(' ', request.Dimensions.Concat(request.Filters.SelectMany(filter => filter.Columns)).Concat(request.Items.Select(item => item.Column).OfType<string>()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        facts["columns"] = columns[..Math.Min(columns.Length, LongestFact)];
        try
        {
            return await AnswerAsync(request, scenario, domain.Registry.Find<DataSet>(granted!.DataSet)!, $"query/{scenario.Id}/{granted!.DataSet}/{charged.Total}", facts, cancel).ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("query", actor.Name, refused.Refusals, facts);
        }
    }

    private async Task<Answer> AnswerAsync(AggregateRequest request, Scenario scenario, DataSet set, string id, Facts facts, CancellationToken cancel)
    {
        var table = ProductionForm.ToTable(request, set.Id);
        var view = PermissionNeed.View(domain, set, scenario.Id);
        var permissions = view is null ? null : PermissionNeed.StateOf(set.Id, view);
        using var book = new AtomBook(domain);
        var computed = await new ExportCaseBuilder(domain).FromVaultAsync(table, set.Id, scenario, book.Subjects, cancel).ConfigureAwait(false);
        if (PublishedTables.Of(set, scenario, id, table, set.ZoneSegments().Count) is not { } published || computed.Evidence.Count != table.Measures.Count)
        {
            return domain.Refuse("query", actor.Name, [ProductionWords.Dimension()], facts);
        }

        var judged = ProductionGroups.Judge(computed.Evidence, request.Dimensions, set, domain.Profile.Floor.Disclosure.Value);
        if (judged is null)
        {
            return domain.Refuse("query", actor.Name, [ProductionWords.TooMany()], facts);
        }

        var answered = new AnsweredQuery(id, scenario.Id, table, judged.NotTold, published.Segments, domain.Time.GetUtcNow(), 0) { Permissions = permissions };
        var known = judged.Shown.Count == 0 || domain.Registry.All<AnsweredQuery>().Any(earlier => earlier.Tells(answered));
        if (!known)
        {
            var wanted = published with { Permissions = view, Withheld = judged.NotTold };
            var found = await book.CompareAsync(set, "", [wanted], keep: true, cancel).ConfigureAwait(false);
            if (found[wanted.Label].Outcome != SpanOutcome.Safe)
            {
                return domain.Refuse("query", actor.Name, [ProductionWords.Differs()], facts);
            }
        }

        facts["groups"] = Coarse.Count(judged.Shown.Count);
        facts["withheld"] = Coarse.Count(judged.Withheld);
        domain.Commit(new("query.answered", actor.Name, facts), writer =>
        {
            if (writer.Find<Scenario>(scenario.Id) is not { } now || ScenarioAccess.Decide(domain, actor, now, DomainAction.Query, zone.ZoneKind) is Decision.Denied
                || PermissionNeed.Moved(domain, writer, scenario with { Tables = [.. scenario.Tables.Where(item => item.DataSet == set.Id)] }, permissions is null ? [] : [permissions])
                || writer.Find<DataSet>(set.Id)!.ZoneSegments().Count != published.Segments
                || (!known && (!writer.TryAdd(answered with { Entry = writer.Entry }) || !book.Commit(writer))))
            {
                throw new RefusedException(ProductionWords.Changed());
            }

            if (known)
            {
                book.Subjects.Commit(writer);
            }
        });
        book.RemoveReplaced();
        return ProductionForm.Shown(request, judged, domain.Profile.Floor);
    }
}
