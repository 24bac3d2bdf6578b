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
        CREATE OR REPLACE TABLE rejected AS
        SELECT line::BIGINT AS line,
               CASE error_type::VARCHAR WHEN 'MISSING COLUMNS' THEN '{nameof(RejectReason.MissingFields)}' WHEN 'TOO MANY COLUMNS' THEN '{nameof(RejectReason.ExtraFields)}'
                   WHEN 'UNQUOTED VALUE' THEN '{nameof(RejectReason.Quotes)}' WHEN 'LINE SIZE OVER MAXIMUM' THEN '{nameof(RejectReason.TooLong)}'
                   WHEN 'INVALID ENCODING' THEN '{nameof(RejectReason.NotUtf8)}' WHEN 'CAST' THEN '{nameof(RejectReason.Type)}' ELSE '{nameof(RejectReason.Other)}' END AS reason,
               column_idx::INTEGER AS "column", trim(csv_line, chr(10) || chr(13)) AS content
        FROM reject_errors
        QUALIFY row_number() OVER (PARTITION BY line_byte_position ORDER BY column_idx) = 1
        ORDER BY line
        """);

    /// <summary>Column of <c>loaded</c> that says which declared column of the row, from 1, is not of its type; missing where all are.</summary>
    internal const string Unfit = "unfit";

    /// <summary>Column of <c>loaded</c> with the texts of such a row.</summary>
    internal const string Content = "unfit_content";

    /// <summary>Moves rows with a value that is not of its declared type from <c>loaded</c> to <c>rejected</c>.</summary>
    internal static void TakeUnfit(DuckDbConnection connection, bool header, string? line)
    {
        if (connection.ScalarInt64($"SELECT count({Unfit}) FROM loaded") is not > 0)
        {
            return;
        }

        // The q-th record that the reader kept (the header counts) stands after all rejected ones that have fewer than q kept ones before them.
        var ordinal = header ? "loaded.rowid + 2" : "loaded.rowid + 1";
        var gaps = line is null ? "CREATE TABLE gaps AS SELECT line - row_number() OVER (ORDER BY line) AS before FROM rejected;" : "";
        connection.Execute($"""
            {gaps}
            INSERT INTO rejected SELECT {line ?? $"{ordinal} + (SELECT count(*) FROM gaps WHERE gaps.before < {ordinal})"}, '{nameof(RejectReason.Type)}', {Unfit}, {Content} FROM loaded WHERE {Unfit} IS NOT NULL;
            DELETE FROM loaded WHERE {Unfit} IS NOT NULL
            """);
    }
}
