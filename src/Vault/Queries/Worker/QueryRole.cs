using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>The warm query child: opens one masked zone, then judges and runs one statement after the other.</summary>
internal sealed class QueryRole : IWorkerRole
{
    private readonly WarmStart _start = new();
    private LockedEngine? _engine;
    private QueryCaps? _caps;
    private readonly List<GrantedTable> _made = [];
    private IReadOnlyList<GrantedTable> _granted = [];
    private QueryLimits _limits = new();
    private StatementGuard? _guard;
    private DuckDbStatement? _parser;

    public void Handle(Frame request, FrameWriter output)
    {
        var message = QueryWire.Read(request.Payload);
        if (message is { ZonePath: { } path, Caps: { } caps, Sql: null } && _engine is null)
        {
            Open(path, caps, message.Results ?? []);
            output.Json(FrameKind.Result, QueryWire.Write(new ZoneOpened(_engine!.Tables)));
        }
        else if (message is { Sql: { } sql, ZonePath: null, Caps: null } && _engine is { } engine)
        {
            output.Json(FrameKind.Result, QueryWire.Write(Run(engine, sql, message.Parameters ?? [], message.Keep is { } keep && NamedResults.ValidName(keep.Name) ? new KeptFile(engine.Connection, output, keep) : null)));
        }
        else
        {
            throw new FrameException("The request is neither the first opening nor a statement.");
        }
    }

    public void Dispose()
    {
        _parser?.Dispose();
        _engine?.Dispose();
    }

    private void Open(string path, QueryCaps caps, IReadOnlyList<ResultPath> results)
    {
        var engine = LockedEngine.Open(_start, path, caps, results);
        _engine = engine;
        _caps = caps;
        _limits = new QueryLimits { TextCharacters = caps.TextCharacters, Depth = caps.Depth, Parts = caps.Parts };
        _granted = [.. engine.Tables.Select(table => new GrantedTable(table.Schema, table.Name, [.. table.Columns.Select(column => column.Name)]))];
        _guard = new StatementGuard([.. _granted, .. LockedEngine.Catalogue], FunctionList.BuiltIn, _limits);
        _parser = engine.Connection.Prepare(WarmStart.Parser);
    }

    private QueryReply Run(LockedEngine engine, string sql, IReadOnlyList<QueryParameter> parameters, KeptFile? keep)
    {
        if (parameters.Count > QueryParameter.Most || !parameters.All(parameter => parameter.Holds))
        {
            return Refused(new QueryRefusal(GuardRefusals.Parameter, null));
        }

        var limits = _caps!;
        if (StatementGuard.CheckText(sql, new QueryLimits { TextCharacters = limits.TextCharacters }) is { } broken)
        {
            return Refused(broken);
        }

        using var deadline = new Deadline(engine.Connection, TimeSpan.FromMilliseconds(limits.DeadlineMilliseconds));
        try
        {
            var made = MadeTable.Of(sql);
            if (made is not null && (!made.IsFree(_granted) || _made.Count(table => !Identifier.Comparer.Equals(table.Name, made.Name)) >= MadeTable.Most))
            {
                return Refused(new QueryRefusal(GuardRefusals.OwnTable, null));
            }

            var explained = ExplainedStatement.Of(sql);
            if (explained is { Analyses: true } || (explained is not null && keep is not null))
            {
                return Refused(new QueryRefusal(explained.Analyses ? GuardRefusals.Analyze : GuardRefusals.ExplainOnly, null));
            }

            if (made is not null && keep is not null)
            {
                return Refused(new QueryRefusal(GuardRefusals.OnlySelect, null));
            }

            var select = made?.Select ?? explained?.Select ?? sql;
            return _guard!.Check(select, Parse(select), [.. parameters.Select(parameter => parameter.Name)]) switch
            {
                GuardVerdict.Accepted accepted => SecondReading(engine, select, accepted) ?? Do(engine, select, parameters, accepted, made, explained, keep),
                GuardVerdict.Refused refused => Refused(refused.Reason),
                _ => Refused(new QueryRefusal(GuardRefusals.UnknownForm, null)),
            };
        }
        catch (EngineException failure) when (failure.Fault != EngineFault.Internal)
        {
            return new QueryReply(null, null, failure.Fault);
        }
    }

    private QueryReply Do(LockedEngine engine, string select, IReadOnlyList<QueryParameter> parameters, GuardVerdict.Accepted accepted, MadeTable? made, ExplainedStatement? explained, KeptFile? keep)
    {
        if (made is not null)
        {
            return Make(engine, made, parameters, accepted);
        }

        if (keep is not null)
        {
            return keep.Write(select, statement => Bind(statement, parameters)) is var (rows, columns)
                ? new QueryReply(null, null, null, new KeptReply(rows, columns, Zone(accepted)))
                : Refused(new QueryRefusal(GuardRefusals.TooLarge, null));
        }

        if (explained is not null)
        {
            var (steps, truncated) = PlanReader.Read(engine.Connection, select, statement => Bind(statement, parameters), accepted, [.. _made, .. LockedEngine.Catalogue], _caps!.Rows);
            return new QueryReply(new RowsReply(PlanWords.Columns, steps, truncated, Zone(accepted)), null, null);
        }

        return Fetch(engine, select, parameters, _caps!, accepted);
    }

    private string Parse(string sql)
    {
        using var result = _parser!.Bind(1, sql).Execute();
        using var chunk = result.Fetch();
        return chunk is { Rows: 1 } && !chunk[0].IsNull(0) ? chunk[0].Text(0) : "";
    }

    // The engine's own list of tables must be part of ours. It has none for statements with common tables; those rest on the tree alone.
    private QueryReply? SecondReading(LockedEngine engine, string sql, GuardVerdict.Accepted accepted)
    {
        if (engine.Connection.TableNames(sql, qualified: false) is not { } names)
        {
            return null;
        }

        // A view of the session's own is read as the tables behind it, which were judged when it was made.
        var known = accepted.Tables.Any(_made.Contains) ? [.. _granted, .. LockedEngine.Catalogue, .. _made] : accepted.Tables;
        return names.All(name => known.Any(table => Identifier.Comparer.Equals(table.Name, name)))
            ? null
            : Refused(new QueryRefusal(GuardRefusals.Disagreement, null));
    }

    /// <summary>Makes a table of the session's own. The SELECT has passed the guard as a statement of itself; what stands before it is ours.</summary>
    private QueryReply Make(LockedEngine engine, MadeTable made, IReadOnlyList<QueryParameter> parameters, GuardVerdict.Accepted accepted)
    {
        using (var statement = engine.Connection.Prepare(made.Head + made.Select.TrimStart()))
        {
            Bind(statement, parameters);
            statement.Execute().Dispose();
        }

        using var shape = engine.Connection.Query($"SELECT * FROM temp.main.{Identifier.Quote(made.Name)} LIMIT 0");
        _made.RemoveAll(table => Identifier.Comparer.Equals(table.Name, made.Name));
        _made.Add(new GrantedTable(GrantedTable.DefaultSchema, made.Name, [.. Enumerable.Range(0, shape.ColumnCount).Select(shape.ColumnName)]));
        _guard = new StatementGuard([.. _granted, .. LockedEngine.Catalogue, .. _made], FunctionList.BuiltIn, _limits);
        return new QueryReply(new RowsReply([new QueryColumn("made", CellType.Text)], [[made.Name]], false, Zone(accepted)), null, null);
    }

    // Tables of the session's own are no tables of the zone; what they were made from was told when they were made.
    private IReadOnlyList<string> Zone(GuardVerdict.Accepted accepted) =>
        [.. accepted.Tables.Where(_granted.Contains).Select(table => $"{table.Schema}.{table.Name}").Order(StringComparer.Ordinal)];

    private QueryReply Fetch(LockedEngine engine, string sql, IReadOnlyList<QueryParameter> parameters, QueryCaps caps, GuardVerdict.Accepted accepted)
    {
        using var result = Start(engine.Connection, sql, parameters);
        var reader = new CellReader(result);
        if (!reader.Readable)
        {
            return new QueryReply(null, null, EngineFault.NotSupported);
        }

        var rows = new List<IReadOnlyList<string?>>();
        var budget = caps.Bytes;
        var truncated = false;
        while (!truncated && result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows && !truncated; row++)
                {
                    var cells = rows.Count < caps.Rows ? reader.Row(chunk, row, ref budget) : null;
                    if (cells is null)
                    {
                        truncated = true;
                    }
                    else
                    {
                        rows.Add(cells);
                    }
                }
            }
        }

        return new QueryReply(new RowsReply(reader.Columns, rows, truncated, Zone(accepted)), null, null);
    }

    // A failed preparation comes without its kind; the same statement run whole fails again and tells it.
    private static DuckDbResult Start(DuckDbConnection connection, string sql, IReadOnlyList<QueryParameter> parameters)
    {
        try
        {
            using var statement = connection.Prepare(sql);
            Bind(statement, parameters);
            return statement.Stream();
        }
        catch (EngineException error) when (error.Fault == EngineFault.Binding && parameters.Count == 0)
        {
            connection.Query(sql).Dispose();
            throw;
        }
    }

    private static void Bind(DuckDbStatement statement, IReadOnlyList<QueryParameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (statement.ParameterIndex(parameter.Name) is not { } index)
            {
                continue;
            }

            _ = parameter.Kind switch
            {
                ParameterKind.Whole => statement.Bind(index, long.Parse(parameter.Value, CultureInfo.InvariantCulture)),
                ParameterKind.Number => statement.Bind(index, double.Parse(parameter.Value, CultureInfo.InvariantCulture)),
                ParameterKind.Flag => statement.Bind(index, parameter.Value == "true"),
                _ => statement.Bind(index, parameter.Value),
            };
        }
    }

    private static QueryReply Refused(QueryRefusal reason) => new(null, new RefusedReply(reason.Refusal, reason.Position), null);
}
