using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>The evidence child: the engine groups the rows of opened segments into inner cells; margins, texts and what subjects add are worked out of these here.</summary>
internal sealed class EvidenceRole : IWorkerRole
{
    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(EvidenceJson.Default.EvidenceRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads);
        using var permissions = PermissionFilter.Open(connection, message.Marks);
        var rows = EvidenceRows.Open(connection, message, permissions);
        var book = new CellBook(message.Dimensions.Count, message.LargestCells);
        var tallies = rows.Subjects is { OneEach: false } numbers ? BySubject(connection, message, rows, numbers, book) : ByRow(connection, message, rows, book);
        output.Json(FrameKind.Result, new EvidenceReply([.. book.InOrder().Select(cell => tallies[cell.Number].ToWire(cell.Key, message.SubjectColumn is not null))]), EvidenceJson.Default.EvidenceReply);
    }

    public void Dispose()
    {
    }

    /// <summary>Rows are contributions: there are no subjects, or each has one row.</summary>
    private static List<CellTally> ByRow(DuckDbConnection connection, EvidenceRequest message, EvidenceRows rows, CellBook book)
    {
        var measured = message.Measure is not null;
        var subjects = rows.Subjects is null ? "0::BIGINT"
            : rows.Subjects.Nobody is >= 0 and var nobody ? string.Create(CultureInfo.InvariantCulture, $"count({(measured ? "v" : "p")}) FILTER (p <> {nobody})")
            : measured ? "count(v)" : "count(*)";
        var given = measured ? string.Create(CultureInfo.InvariantCulture, $"count(v) AS present, fsum(v) AS total, countif(v < 0)::BIGINT AS negatives, countif(v <> 0)::BIGINT AS nonzero, max(v, {message.Top}) AS top") : "count(*) AS present";
        var told = measured ? string.Concat(Enumerable.Range(1, message.Top).Select(at => string.Create(CultureInfo.InvariantCulture, $", top[{at}]"))) : "";
        var tallies = new List<CellTally>();
        var sql = $"SELECT {rows.Texts}n, subjects, present{(measured ? ", total, negatives, nonzero" : "")}{told} FROM (SELECT {rows.Names}count(*) AS n, {subjects} AS subjects, {given} FROM ({rows.Sql(rows.Subjects is { Nobody: >= 0 })}) {rows.GroupBy})";
        var numbers = new int[book.Width];
        EachCell(connection, sql, message.Dimensions.Count, (chunk, row, texts, at) =>
        {
            book.Find(texts, numbers);
            foreach (var number in numbers)
            {
                var tally = Of(tallies, number, message.Top);
                tally.AddRows(chunk[at].Values<long>()[row], chunk[at + 2].Values<long>()[row], measured ? Number(chunk[at + 3], row) : 0);
                tally.AddSubjects(chunk[at + 1].Values<long>()[row]);
                if (measured)
                {
                    tally.AddCounted(chunk[at + 4].Values<long>()[row], chunk[at + 5].Values<long>()[row]);
                    for (var top = at + 6; top < at + 6 + message.Top && !chunk[top].IsNull(row); top++)
                    {
                        tally.AddLarge(chunk[top].Values<double>()[row]);
                    }
                }
            }
        });
        return tallies;
    }

    /// <summary>First the inner cells, then the cell and value of every row, then what each subject adds: a person's rows are one contribution.</summary>
    private static List<CellTally> BySubject(DuckDbConnection connection, EvidenceRequest message, EvidenceRows rows, SubjectNumbers subjects, CellBook book)
    {
        var measured = message.Measure is not null;
        connection.Execute($"CREATE TEMP TABLE cells AS SELECT (row_number() OVER () - 1)::INTEGER AS id, * FROM (SELECT {rows.Names}count(*) AS n, {(measured ? "count(v)" : "count(*)")} AS present, fsum(v) AS total FROM ({rows.Sql(false)}) {rows.GroupBy})");
        var tallies = new List<CellTally>();
        var margins = new List<int>();
        var numbers = new int[book.Width];
        EachCell(connection, $"SELECT {rows.Texts}n, present, total FROM cells ORDER BY id", message.Dimensions.Count, (chunk, row, texts, at) =>
        {
            book.Find(texts, numbers);
            margins.AddRange(numbers);
            foreach (var number in numbers)
            {
                Of(tallies, number, message.Top).AddRows(chunk[at].Values<long>()[row], chunk[at + 1].Values<long>()[row], Number(chunk[at + 2], row));
            }
        });
        if (tallies.Count > 0)
        {
            var (cells, values) = Places(connection, rows, subjects.OfRows.Length, measured);
            SubjectContributions.Count(subjects, cells, values, [.. margins], book.Width, [.. tallies], message.Top, message.Threads);
        }

        return tallies;
    }

    private static (int[] Cells, double[]? Values) Places(DuckDbConnection connection, EvidenceRows rows, int count, bool measured)
    {
        var cells = new int[count];
        cells.AsSpan().Fill(SubjectContributions.Outside);
        var values = measured ? new double[count] : null;
        using var result = connection.Stream($"SELECT p, id, v FROM ({rows.Sql(true)}) r JOIN cells c ON {rows.Same("r", "c")}");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                var place = chunk[0].Values<long>();
                var id = chunk[1].Values<int>();
                for (var row = 0; row < chunk.Rows; row++)
                {
                    cells[place[row]] = id[row];
                }

                if (values is not null)
                {
                    var value = chunk[2];
                    var reals = value.Values<double>();
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        values[place[row]] = value.IsNull(row) ? double.NaN : reals[row];
                    }
                }
            }
        }

        return (cells, values);
    }

    private static void EachCell(DuckDbConnection connection, string sql, int dimensions, CellReading read)
    {
        using var result = connection.Stream(sql);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    // Without groups there is a row even where nothing lies in the range.
                    if (chunk[dimensions].Values<long>()[row] == 0)
                    {
                        continue;
                    }

                    var texts = new string?[dimensions];
                    for (var at = 0; at < dimensions; at++)
                    {
                        texts[at] = chunk[at].IsNull(row) ? null : chunk[at].Text(row);
                    }

                    read(chunk, row, texts, dimensions);
                }
            }
        }
    }

    private static CellTally Of(List<CellTally> tallies, int number, int top)
    {
        while (tallies.Count <= number)
        {
            tallies.Add(new CellTally(top));
        }

        return tallies[number];
    }

    private static double Number(DuckDbVector vector, int row) => vector.IsNull(row) ? 0 : vector.Values<double>()[row];

    /// <param name="at">First column behind the texts.</param>
    private delegate void CellReading(DuckDbChunk chunk, int row, string?[] texts, int at);
}
