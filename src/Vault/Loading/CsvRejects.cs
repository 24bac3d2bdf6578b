using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>
/// The table <c>rejected</c> (line, reason, column, content) of a CSV load. <c>line</c> counts records from 1 with the header line as the first;
/// it is the line number of an editor unless quoted line breaks stand before it. The reason is a <see cref="RejectReason"/>.
/// </summary>
internal static class CsvRejects
{
    /// <summary>Takes over what the engine's reader put aside.</summary>
    internal static void Take(DuckDbConnection connection) => connection.Execute($"""
        CREATE TABLE rejected AS
        SELECT line::BIGINT AS line,
               CASE error_type::VARCHAR WHEN 'MISSING COLUMNS' THEN '{nameof(RejectReason.MissingFields)}' WHEN 'TOO MANY COLUMNS' THEN '{nameof(RejectReason.ExtraFields)}'
                   WHEN 'UNQUOTED VALUE' THEN '{nameof(RejectReason.Quotes)}' WHEN 'LINE SIZE OVER MAXIMUM' THEN '{nameof(RejectReason.TooLong)}'
                   WHEN 'INVALID ENCODING' THEN '{nameof(RejectReason.NotUtf8)}' WHEN 'CAST' THEN '{nameof(RejectReason.Type)}' ELSE '{nameof(RejectReason.Other)}' END AS reason,
               column_idx::INTEGER AS "column", trim(csv_line, chr(10) || chr(13)) AS content
        FROM reject_errors
        QUALIFY row_number() OVER (PARTITION BY line_byte_position ORDER BY column_idx) = 1
        ORDER BY line
        """);

    /// <summary>Moves rows with a value that is not of its declared type from <c>loaded</c> to <c>rejected</c>.</summary>
    internal static void TakeUnfit(DuckDbConnection connection, IReadOnlyList<SourceColumn> columns, IReadOnlyList<SourceColumn> texts, bool header, string? line)
    {
        var tests = columns
            .Select((column, i) => (Index: i, Test: ReferenceEquals(column, texts[i]) ? null : CsvTyping.Unfit(column, texts[i].Expression)))
            .Where(pair => pair.Test is not null)
            .ToArray();
        if (tests.Length == 0)
        {
            return;
        }

        var first = "CASE " + string.Join(" ", tests.Select(pair => string.Create(CultureInfo.InvariantCulture, $"WHEN {pair.Test} THEN {pair.Index + 1}"))) + " END";
        var content = "concat_ws(chr(31), " + string.Join(", ", texts.Select(text => $"coalesce({text.Expression}, '')")) + ")";
        var ordinal = header ? "unfit.place + 2" : "unfit.place + 1";

        if (line is not null)
        {
            connection.Execute($"""
                INSERT INTO rejected SELECT {line}, '{nameof(RejectReason.Type)}', {first}, {content} FROM loaded WHERE {first} IS NOT NULL;
                DELETE FROM loaded WHERE {first} IS NOT NULL
                """);
            return;
        }

        // The q-th record that the reader kept (the header counts) stands after all rejected ones that have fewer than q kept ones before them.
        connection.Execute($"""
            CREATE TABLE unfit AS SELECT rowid AS place, {first} AS "column", {content} AS content FROM loaded WHERE {first} IS NOT NULL;
            CREATE TABLE gaps AS SELECT line - row_number() OVER (ORDER BY line) AS before FROM rejected;
            INSERT INTO rejected
            SELECT {ordinal} + (SELECT count(*) FROM gaps WHERE gaps.before < {ordinal}), '{nameof(RejectReason.Type)}', unfit."column", unfit.content FROM unfit;
            DELETE FROM loaded WHERE rowid IN (SELECT place FROM unfit);
            """);
    }
}
