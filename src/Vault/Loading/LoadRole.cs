using System.Text.Json;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>The load child: reads one hostile file and writes it as Parquet, identifier columns apart. One request, then it ends.</summary>
internal sealed class LoadRole(LoadFiles files) : IWorkerRole
{
    internal const string Name = "load";

    private DuckDbConnection? _engine;

    public void Warm()
    {
        var work = new LoadWork(LoadFormat.Auto, [], [], true, 64L << 20, 16L << 20, 2);
        _ = new Frame(FrameKind.Request, JsonSerializer.SerializeToUtf8Bytes(work, LoadJson.Default.LoadWork)).Json(LoadJson.Default.LoadWork);
        var path = Path.Combine(files.Temp, "warm.parquet");
        var nowhere = new FrameWriter(Stream.Null);
        using (var connection = LoadEngine.Open(files))
        {
            LoadEngine.Lock(connection, files, work);
            connection.Execute("CREATE TEMP TABLE warm AS SELECT i AS a, (i / 7)::DOUBLE AS b, '1390000' || lpad(i::VARCHAR, 4, '0') AS c, DATE '2001-01-01' AS d, 'x' || i AS e FROM range(3000) r(i)");
            using (var empty = connection.Query("SELECT * FROM warm"))
            {
                var columns = new SourceColumn[empty.ColumnCount];
                for (var i = 0; i < columns.Length; i++)
                {
                    using var type = empty.ColumnType(i);
                    columns[i] = new SourceColumn(empty.ColumnName(i), DuckDbConnection.Quote(empty.ColumnName(i)), StoredTypes.FromEngine(type));
                }

                var warm = new SourceTable("warm", "true", columns);
                SegmentWriting.Write(connection, warm, columns, new SampleLook(warm).Condition(connection), path);
            }

            var source = ParquetSource.Open(connection, path, acceptEmpty: false);
            var proposals = ColumnSampling.Propose(connection, source);
            nowhere.Json(FrameKind.Result, new LoadReport(LoadFormat.Parquet, proposals.Length, [], true, false, 0, new Dictionary<RejectReason, long>()), LoadJson.Default.LoadReport);
            nowhere.Json(FrameKind.Progress, new LoadStep(LoadStage.Reading, 0), LoadJson.Default.LoadStep);
        }

        _ = SourceInspection.Inspect(files with { Source = path }, LoadFormat.Auto, SourceEncoding.Auto);
        File.Delete(path);
        _engine = LoadEngine.Open(files);
    }

    public void Handle(Frame request, FrameWriter output)
    {
        var work = request.Json(LoadJson.Default.LoadWork);
        void Tell(LoadStage stage, double fraction) => output.Json(FrameKind.Progress, new LoadStep(stage, fraction), LoadJson.Default.LoadStep);

        (SourceForm Form, WindowReport? Window) source = work.Window is { } window ? WindowText.Take(files, work, window) : (SourceInspection.Inspect(files, work.Format, work.Encoding), null);
        var form = source.Form;
        try
        {
            Load(form, work, source.Window, output, Tell);
        }
        catch (EngineException failure) when (form.Format == LoadFormat.Parquet && failure.Fault is not (EngineFault.OutOfMemory or EngineFault.Interrupted))
        {
            // Damage can show anywhere: in the footer, in the sample, or only when all pages are read.
            throw new WorkerRefusedException(LoadRules.Parquet);
        }
    }

    public void Dispose() => _engine?.Dispose();

    private void Load(SourceForm form, LoadWork work, WindowReport? window, FrameWriter output, Action<LoadStage, double> tell)
    {
        tell(LoadStage.Reading, 0.05);
        using var connection = Interlocked.Exchange(ref _engine, null) ?? LoadEngine.Open(files);
        LoadEngine.Lock(connection, form.Files, work);
        var (format, delimiter) = (form.Format, (char?)null);
        SourceTable Csv()
        {
            using var reading = new ProgressTicker(connection, share => tell(LoadStage.Reading, 0.05 + (0.25 * share)));
            (var table, delimiter) = CsvSource.Open(connection, form.Files, work);
            return table;
        }

        var source = format switch
        {
            LoadFormat.Csv => Csv(),
            LoadFormat.JsonLines => JsonSource.Open(connection, form.Files.Source, work),
            LoadFormat.Xlsx => XlsxSource.Open(connection, files.Source, work),
            LoadFormat.Arrow => ArrowSource.Open(connection, files.Source, work, share => tell(LoadStage.Reading, 0.05 + (0.25 * share))),
            _ => ParquetSource.Open(connection, files.Source, work.AcceptEmpty),
        };
        source = SchemaFit.Fit(source, work.Expected ?? []);
        tell(LoadStage.Classifying, 0.3);

        var (apart, rows, proposals) = work.Window is { Survey: true } ? Survey(connection, source, work) : Write(connection, source, work, tell);
        var (rejected, reasons) = format is LoadFormat.Csv or LoadFormat.JsonLines or LoadFormat.Xlsx ? Quarantine(connection, work.Window) : (0, new Dictionary<RejectReason, long>());
        var columns = source.Columns.Select((column, i) => new LoadReportColumn(
            column.Name, column.Type, apart[i], proposals[i].Kind, proposals[i].Grade, proposals[i].Values, proposals[i].Empty,
            proposals[i].Hits.TryGetValue(proposals[i].Kind, out var hits) ? hits : 0, column.Origin, column.Seen, column.Met, column.Made));
        output.Json(
            FrameKind.Result,
            new LoadReport(format, rows, [.. columns], apart.Contains(false), apart.Contains(true), rejected, reasons, form.Encoding, delimiter?.ToString(), window),
            LoadJson.Default.LoadReport);
    }

    private (bool[] Apart, long Rows, ColumnProposal[] Proposals) Write(DuckDbConnection connection, SourceTable source, LoadWork work, Action<LoadStage, double> tell)
    {
        // The names say what is probably identifying; whether it is, the values tell while they are written. A wrong guess costs a second writing.
        var sample = new SampleLook(source);
        var acceptEmpty = work.AcceptEmpty || work.Window is { First: false };
        var apart = work.Expected is { Count: > 0 } expected ? SchemaFit.Apart(expected, null) : Apart(source, sample.Propose(), work);
        using var writing = new ProgressTicker(connection, share => tell(LoadStage.Writing, 0.4 + (0.6 * share)));
        var rows = WriteGroups(connection, source, apart, sample.Condition(connection), acceptEmpty);
        var proposals = sample.Propose();
        var seen = Seen(source, proposals, work);
        if (!seen.SequenceEqual(apart))
        {
            SegmentWriting.Empty(files.Main);
            SegmentWriting.Empty(files.Identifiers);
            rows = WriteGroups(connection, source, seen, condition: null, acceptEmpty);
        }

        return (seen, rows, proposals);
    }

    private static (bool[] Apart, long Rows, ColumnProposal[] Proposals) Survey(DuckDbConnection connection, SourceTable source, LoadWork work)
    {
        var proposals = ColumnSampling.Propose(connection, source);
        return (Seen(source, proposals, work), connection.ScalarInt64($"SELECT count(*) FROM {source.Relation}") ?? 0, proposals);
    }

    private static bool[] Seen(SourceTable source, ColumnProposal[] proposals, LoadWork work) => work.Expected is { Count: > 0 } expected
        ? SchemaFit.Apart(expected, [.. proposals.Select(proposal => proposal.Grade <= ColumnGrade.Identifier)])
        : Apart(source, proposals, work);

    // Recognised or named: a provider can put columns apart, not put them together.
    private static bool[] Apart(SourceTable source, ColumnProposal[] proposals, LoadWork work)
    {
        var apart = proposals.Select(proposal => proposal.Grade <= ColumnGrade.Identifier).ToArray();
        foreach (var name in work.Identifiers.Concat((work.Window?.Standing ?? []).Where(column => column.Identifier).Select(column => column.Name)))
        {
            var found = false;
            for (var i = 0; i < apart.Length; i++)
            {
                if (string.Equals(source.Columns[i].Name, name, StringComparison.Ordinal))
                {
                    (apart[i], found) = (true, true);
                }
            }

            if (!found)
            {
                throw new WorkerRefusedException(LoadRules.Identifier);
            }
        }

        return apart;
    }

    private long WriteGroups(DuckDbConnection connection, SourceTable source, bool[] apart, string? condition, bool acceptEmpty)
    {
        long? rows = null;
        foreach (var (group, path) in new[] { (false, files.Main), (true, files.Identifiers) })
        {
            var columns = source.Columns.Where((_, i) => apart[i] == group).ToArray();
            if (columns.Length == 0)
            {
                continue;
            }

            // Once is enough to look at the sample.
            var written = SegmentWriting.Write(connection, source, columns, rows is null ? condition : null, path);
            if (rows is { } before && before != written)
            {
                throw new WorkerRefusedException(LoadRules.Reader);
            }

            rows = written;
        }

        return rows is > 0 || (rows == 0 && acceptEmpty) ? rows.Value : throw new WorkerRefusedException(LoadRules.NoRows);
    }

    private (long Rejected, Dictionary<RejectReason, long> Reasons) Quarantine(DuckDbConnection connection, LoadWindow? window)
    {
        var reasons = new Dictionary<RejectReason, long>();
        using (var result = connection.Query("SELECT reason, count(*) FROM rejected GROUP BY reason"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        reasons[Enum.Parse<RejectReason>(chunk[0].Text(row))] = chunk[1].Values<long>()[row];
                    }
                }
            }
        }

        if (reasons.Count > 0 && window is not { Survey: true })
        {
            if (window is { Lines: > 0 })
            {
                connection.Execute(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"UPDATE rejected SET line = line + {window.Lines}"));
            }

            SegmentWriting.WriteQuarantine(connection, files.Quarantine);
        }

        return (reasons.Values.Sum(), reasons);
    }
}
