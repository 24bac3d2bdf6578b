using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Results;
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
    private readonly HostMemory? _memory;
    private readonly Secret _mark;
    private readonly QueryHistory _history;

    private QueryZone(OpenDomain domain, Actor actor, Zone zone, DataKey key, QuerySession? session, HostMemory? memory)
    {
        _domain = domain;
        _actor = actor;
        _zone = zone;
        _session = session;
        _memory = memory;
        _mark = key.Derive("ledger/query-text", Suite.HashLength);
        _history = new QueryHistory(key, actor.Name);
    }

    /// <summary>Opens a session, or answers why not.</summary>
    /// <param name="sql">The only statement that the session is for: of the zone's results it opens those that the text may mean. Null opens all.</param>
    /// <param name="keeps">Whether its answer is to be kept.</param>
    public static async Task<(QueryZone? Session, Answer? Refusal)> OpenAsync(OpenDomain domain, Actor actor, string zoneId, CancellationToken cancel, string? sql = null, bool keeps = false)
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
            return (new QueryZone(domain, actor, zone, key, null, null), null);
        }

        var floor = domain.Profile.Floor;
        var limits = new QueryLimits { Rows = floor.DisplayRows.Value, Bytes = floor.DisplayBytes.Value, Threads = Math.Clamp(Environment.ProcessorCount, 1, 16) };
        var results = KeptResults.Named(domain, zone.Id, sql);

        // Memory files are not counted by the child's own limit, so they are claimed beside it.
        var bytes = limits.ChildBytes + zone.Object.PlainLength + results.Sum(result => result.Object.PlainLength) + (keeps ? NamedResults.MostBytes : 0);
        if (await HostMemory.ClaimAsync(domain.Folder.Memory, bytes, HostMemory.Budget, cancel).ConfigureAwait(false) is not { } memory)
        {
            return (null, domain.Refuse("query", actor.Name, [HostMemory.Spent()], facts));
        }

        try
        {
            var session = await new QueryService(domain.Jailer, domain.Store).OpenAsync(zone.Object, key, limits, results, keeps, cancel).ConfigureAwait(false);
            return (new QueryZone(domain, actor, zone, key, session, memory), null);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
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
        var facts = Facts(sql, parameters);
        if (Refused(_domain, _actor, _zone) is { } refusals)
        {
            return _domain.Refuse("query", _actor.Name, refusals, facts);
        }

        // What was put to the zone is written down with the entry that it leaves, whatever came of it.
        void Remember(SqliteTransaction transaction) => _history.Add(transaction, sql, parameters, _domain.Time.GetUtcNow());
        if (_session is null)
        {
            return await new ProductionDesk(_domain, _actor, _zone).RunAsync(sql, ScenarioAccess.Find(_domain, _zone.Scenario), facts, Remember, cancel).ConfigureAwait(false);
        }

        return Said(await _session.QueryAsync(sql, parameters, cancel).ConfigureAwait(false), "query", "query.answered", facts, Remember, Shown);
    }

    /// <summary>Runs a statement of ours over a result and shows its rows.</summary>
    /// <param name="show">Null when the rows can't be shown that way.</param>
    internal async Task<Answer> ShowAsync(string sql, string result, Func<QueryAnswer.Rows, Answer?> show, CancellationToken cancel)
    {
        var facts = Facts(sql, []);
        facts["result"] = result;
        var answer = await _session!.QueryAsync(sql, cancel).ConfigureAwait(false);
        return answer is QueryAnswer.Rows rows && show(rows) is null
            ? _domain.Refuse("result.show", _actor.Name, [ResultRefusals.Bars()], facts)
            : Said(answer, "result.show", "result.shown", facts, null, rows => show(rows)!);
    }

    /// <summary>Judges and runs one statement and keeps its whole answer in the zone.</summary>
    /// <param name="name">Name of the result.</param>
    /// <param name="sql">One SELECT.</param>
    /// <param name="parameters">Values for its <c>$names</c>.</param>
    public async Task<Answer> KeepAsync(string name, string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(parameters);
        var facts = Facts(sql, parameters);
        if (_session is null)
        {
            return _domain.Refuse("result.keep", _actor.Name, [ResultRefusals.Workbench()], facts);
        }

        if (Refused(_domain, _actor, _zone) is { } refusals)
        {
            return _domain.Refuse("result.keep", _actor.Name, refusals, facts);
        }

        if (KeptResults.Refused(NamedResult.Of(_domain.Registry.All<NamedResult>(), _zone.Id), name, 0) is { } refusal)
        {
            return _domain.Refuse("result.keep", _actor.Name, [refusal], facts);
        }

        facts["result"] = name;
        void Remember(SqliteTransaction transaction) => _history.Add(transaction, sql, parameters, _domain.Time.GetUtcNow());
        QueryAnswer? answer = null;
        using var key = _domain.Keys.OpenKey(KeyScope.Zone, _zone.Id);
        using var staged = await _domain.Store.StageAsync(NamedResults.ObjectKind, key, async target => answer = await _session.KeepAsync(sql, parameters, name, target, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        if (answer is not QueryAnswer.Kept kept)
        {
            return Said(answer!, "result.keep", "result.kept", facts, Remember, _ => new Answer.Failed("The query ended in a way this version does not know."));
        }

        var result = new NamedResult(NamedResult.IdOf(_zone.Id, name), _zone.Id, name, staged.Commit(), kept.Count, kept.Columns, kept.Tables, _domain.Time.GetUtcNow(), _actor.Name);
        facts["tables"] = string.Join(' ', kept.Tables.Take(16));
        facts["rows"] = Coarse.Count(kept.Count);
        _domain.Commit(new("result.kept", _actor.Name, facts), writer =>
        {
            // The right may have ended while the statement ran.
            if (Refused(_domain, _actor, _zone) is { } closed)
            {
                throw new RefusedException([.. closed]);
            }

            KeptResults.Write(writer, result);
            Remember(writer.Transaction);
        });
        return Answer.Of(
            new JsonObject { ["zone"] = _zone.Id, ["result"] = name, ["rows"] = kept.Count, ["columns"] = kept.Columns, ["bytes"] = result.Object!.SealedLength },
            $"Kept as results.{name}: {kept.Count:N0} rows, {kept.Columns} columns. Later sessions of this zone read it by that name; it leaves by no way (figures leave by `sandbox export request`) and ends with the zone.");
    }

    public async ValueTask DisposeAsync()
    {
        _mark.Dispose();
        _history.Dispose();
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }

        // Not before the child is gone.
        _memory?.Dispose();
    }

    private Facts Facts(string sql, IReadOnlyList<QueryParameter> parameters)
    {
        var committed = sql + string.Concat(parameters.Select(parameter => $"\0{parameter.Name}\0{parameter.Kind}\0{parameter.Value}"));
        return new() { ["zone"] = _zone.Id, ["statement"] = Convert.ToHexStringLower(_domain.Keys.Suite.Hmac(_mark.Bytes, Encoding.UTF8.GetBytes(committed))) };
    }

    private Answer Said(QueryAnswer answer, string act, string kind, Facts facts, Action<SqliteTransaction>? remember, Func<QueryAnswer.Rows, Answer> show)
    {
        switch (answer)
        {
            case QueryAnswer.Rows when Refused(_domain, _actor, _zone) is { } closed:
                // The right ended while the statement ran: its rows are not shown.
                return _domain.Refuse(act, _actor.Name, closed, facts);
            case QueryAnswer.Rows rows:
                facts["tables"] = string.Join(' ', rows.Tables.Take(16));
                facts["truncated"] = rows.Truncated ? 1 : 0;
                _domain.Note(new(kind, _actor.Name, facts), remember);
                return show(rows);
            case QueryAnswer.Refused refused:
                facts["offset"] = refused.Reason.Position?.Offset ?? -1;
                return _domain.Refuse(act, _actor.Name, [ProductionWords.At(refused.Reason)], facts, remember);
            case QueryAnswer.Failed { Fault: QueryFault.Binding }:
                return _domain.Refuse(act, _actor.Name, [NotInTheZone()], facts, remember);
            case QueryAnswer.Failed failed:
                facts["fault"] = failed.Fault.ToString();
                _domain.Note(new("query.failed", _actor.Name, facts), remember);
                return new Answer.Failed(failed.Sentence + (failed.FreshSession ? " The session goes on with a fresh engine; its temporary tables are gone. 会话已更换引擎，临时表不再存在。" : ""));
            default:
                return new Answer.Failed("The query ended in a way this version does not know.");
        }
    }

    /// <summary>Why a person may not read a zone now; null when they may.</summary>
    internal static IReadOnlyList<Refusal>? Refused(OpenDomain domain, Actor actor, Zone zone)
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
