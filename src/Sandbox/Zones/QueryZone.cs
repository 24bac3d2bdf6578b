using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>A person's session on a zone: the authoriser is asked for every statement, each one is in the ledger, answers stay under the display limit. A workbench runs statements in its child; a production zone answers closed aggregates.</summary>
public sealed class QueryZone : IAsyncDisposable
{
    private readonly OpenDomain _domain;
    private readonly Actor _actor;
    private readonly Zone _zone;
    private readonly QuerySession? _session;
    private readonly Secret _mark;

    private QueryZone(OpenDomain domain, Actor actor, Zone zone, QuerySession? session, Secret mark)
    {
        _domain = domain;
        _actor = actor;
        _zone = zone;
        _session = session;
        _mark = mark;
    }

    /// <summary>Opens a session, or answers why not.</summary>
    public static async Task<(QueryZone? Session, Answer? Refusal)> OpenAsync(OpenDomain domain, Actor actor, string zoneId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var zone = Find(domain, zoneId);
        var facts = new Facts { ["zone"] = zone.Id };
        if (Refused(domain, actor, zone) is { } refusals)
        {
            return (null, domain.Refuse("query", actor.Name, refusals, facts));
        }

        using var key = domain.Keys.OpenKey(KeyScope.Zone, zone.Id);
        if (zone.ZoneKind == ZoneKind.Production)
        {
            return (new QueryZone(domain, actor, zone, null, key.Derive("ledger/query-text", Suite.HashLength)), null);
        }

        var floor = domain.Profile.Floor;
        var limits = new QueryLimits { Rows = floor.DisplayRows.Value, Bytes = floor.DisplayBytes.Value, Threads = Math.Clamp(Environment.ProcessorCount, 1, 16) };
        var session = await new QueryService(domain.Jailer, domain.Store).OpenAsync(zone.Object, key, limits, cancel).ConfigureAwait(false);
        return (new QueryZone(domain, actor, zone, session, key.Derive("ledger/query-text", Suite.HashLength)), null);
    }

    /// <exception cref="RefusedException">No such zone.</exception>
    internal static Zone Find(OpenDomain domain, string id) =>
        domain.Registry.Find<Zone>(id) ?? throw new RefusedException(Refusals.Missing("zone", "分区", Names.Valid(id) ? id : "?"));

    /// <summary>A statement without parameters.</summary>
    public Task<Answer> RunAsync(string sql, CancellationToken cancel) => RunAsync(sql, [], cancel);

    /// <summary>Judges and answers one statement.</summary>
    /// <param name="sql">One SELECT, or what the zone's door takes.</param>
    /// <param name="parameters">Values for its <c>$names</c>, in a workbench; the ledger's commitment covers them.</param>
    public async Task<Answer> RunAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(parameters);
        var committed = sql + string.Concat(parameters.Select(parameter => $"\0{parameter.Name}\0{parameter.Kind}\0{parameter.Value}"));
        var facts = new Facts { ["zone"] = _zone.Id, ["statement"] = Convert.ToHexStringLower(_domain.Keys.Suite.Hmac(_mark.Bytes, Encoding.UTF8.GetBytes(committed))) };
        if (Refused(_domain, _actor, _zone) is { } refusals)
        {
            return _domain.Refuse("query", _actor.Name, refusals, facts);
        }

        if (_session is null)
        {
            return await new ProductionDesk(_domain, _actor, _zone).RunAsync(sql, ScenarioAccess.Find(_domain, _zone.Scenario), facts, cancel).ConfigureAwait(false);
        }

        switch (await _session.QueryAsync(sql, parameters, cancel).ConfigureAwait(false))
        {
            case QueryAnswer.Rows when Refused(_domain, _actor, _zone) is { } closed:
                // The right ended while the statement ran: its rows are not shown.
                return _domain.Refuse("query", _actor.Name, closed, facts);
            case QueryAnswer.Rows rows:
                facts["tables"] = string.Join(' ', rows.Tables.Take(16));
                facts["truncated"] = rows.Truncated ? 1 : 0;
                _domain.Note(new("query.answered", _actor.Name, facts));
                return Shown(rows);
            case QueryAnswer.Refused refused:
                facts["offset"] = refused.Reason.Position?.Offset ?? -1;
                return _domain.Refuse("query", _actor.Name, [ProductionWords.At(refused.Reason)], facts);
            case QueryAnswer.Failed { Fault: QueryFault.Binding }:
                return _domain.Refuse("query", _actor.Name, [NotInTheZone()], facts);
            case QueryAnswer.Failed failed:
                facts["fault"] = failed.Fault.ToString();
                _domain.Note(new("query.failed", _actor.Name, facts));
                return new Answer.Failed(failed.Sentence + (failed.FreshSession ? " The session goes on with a fresh engine; its temporary tables are gone. 会话已更换引擎，临时表不再存在。" : ""));
            default:
                return new Answer.Failed("The query ended in a way this version does not know.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _mark.Dispose();
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IReadOnlyList<Refusal>? Refused(OpenDomain domain, Actor actor, Zone zone)
    {
        var scenario = ScenarioAccess.Find(domain, zone.Scenario);
        var decision = ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Query, zone.ZoneKind);
        if (decision is not Decision.Denied && StaleZones.Of(domain, zone, scenario) is { } stale)
        {
            return [stale];
        }

        return decision is Decision.Denied denied ? denied.Reasons : null;
    }

    private static Answer Shown(QueryAnswer.Rows rows)
    {
        string[] columns = [.. rows.Columns.Select(column => column.Name)];
        return Answer.Of(ShownRows.Body(columns, rows.Values, rows.Truncated), console =>
        {
            ShownRows.Draw(console, columns, rows.Values);
            if (rows.Truncated)
            {
                console.WriteLine("Cut off at the display limit: more rows matched than a screen may show.");
            }
        });
    }

    private static Refusal NotInTheZone() => new(
        "CC-17-3",
        "The statement names a table, column or function that the zone does not have for these types; columns that were not granted, or are suppressed, do not exist in it.",
        "`sandbox zone show` lists what there is; ask for a scenario with more columns if the purpose needs them.",
        "语句引用了分区中不存在的表、列或函数；未授权或已隐去的列在分区内不存在。",
        "请查看分区现有的列；确有需要的，请申请包含相应列的场景。");
}
