using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>One connection; keeps its database open. Not for two threads at once, except <see cref="Interrupt"/> and <see cref="Progress"/>.</summary>
internal sealed unsafe class DuckDbConnection : SafeHandle
{
    private readonly DuckDbDatabase _database;

    internal DuckDbConnection(DuckDbDatabase database, nint native)
        : base(0, ownsHandle: true)
    {
        var added = false;
        database.DangerousAddRef(ref added);
        _database = database;
        SetHandle(native);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Native => IsClosed ? throw new ObjectDisposedException(nameof(DuckDbConnection)) : handle;

    /// <summary>Runs one or more statements and drops their results.</summary>
    /// <returns>Rows changed by the last statement.</returns>
    /// <exception cref="EngineException">A statement failed.</exception>
    internal long Execute(string sql)
    {
        using var result = Query(sql);
        return result.RowsChanged;
    }

    /// <summary>Runs one or more statements; the last one's result is materialised in the engine.</summary>
    /// <exception cref="EngineException">A statement failed.</exception>
    internal DuckDbResult Query(string sql)
    {
        var result = new DuckDbResult(this);
        if (DuckDbNative.Query(Native, sql, result.Native) != 0)
        {
            throw result.TakeError();
        }

        return result;
    }

    /// <summary>Runs one statement whose rows are made while they are fetched: one stream a connection at a time.</summary>
    /// <exception cref="EngineException">The statement failed, here or at a later chunk.</exception>
    internal DuckDbResult Stream(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Stream();
    }

    /// <exception cref="EngineException">Not one well-formed statement over known names.</exception>
    internal DuckDbStatement Prepare(string sql) => DuckDbStatement.Create(this, sql);

    /// <summary>First column of the first row as a number; null for no row or a missing value.</summary>
    /// <exception cref="EngineException">The statement failed.</exception>
    internal long? ScalarInt64(string sql)
    {
        using var result = Query($"SELECT ({sql})::BIGINT");
        using var chunk = result.Fetch();
        return chunk is null || chunk.Rows == 0 || chunk[0].IsNull(0) ? null : chunk[0].Values<long>()[0];
    }

    /// <summary>First column of the first row as text; null for no row or a missing value.</summary>
    /// <exception cref="EngineException">The statement failed.</exception>
    internal string? ScalarText(string sql)
    {
        using var result = Query($"SELECT ({sql})::VARCHAR");
        using var chunk = result.Fetch();
        return chunk is null || chunk.Rows == 0 || chunk[0].IsNull(0) ? null : chunk[0].Text(0);
    }

    /// <summary>Base tables that the statement would read, after binding; null when it can't be told (also for every JOIN … USING in 1.5), which must mean "no" unless the tree itself was checked.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="qualified">Whether names come with catalogue and schema.</param>
    internal IReadOnlyList<string>? TableNames(string sql, bool qualified)
    {
        var list = DuckDbNative.GetTableNames(Native, sql, qualified ? (byte)1 : (byte)0);
        if (list == 0)
        {
            return null;
        }

        var names = new List<string>();
        for (ulong i = 0, count = DuckDbNative.ListSize(list); i < count; i++)
        {
            var item = DuckDbNative.ListItem(list, i);
            var text = DuckDbNative.ValueText(item);
            names.Add(Marshal.PtrToStringUTF8(text) ?? "");
            DuckDbNative.Free(text);
            DuckDbNative.DestroyValue(ref item);
        }

        DuckDbNative.DestroyValue(ref list);
        return names;
    }

    /// <summary>Asks the running statement to stop. An interrupt before the start is lost: repeat it on a timer.</summary>
    internal void Interrupt() => DuckDbNative.Interrupt(Native);

    /// <summary>Share of the running statement that is done, 0…1; null when unknown. Needs <c>enable_progress_bar=true</c> and <c>enable_progress_bar_print=false</c>.</summary>
    internal double? Progress()
    {
        var progress = DuckDbNative.QueryProgress(Native);
        return progress.Percentage < 0 ? null : Math.Clamp(progress.Percentage / 100, 0, 1);
    }

    /// <summary>A name as an SQL identifier.</summary>
    internal static string Quote(string name) => string.Create(CultureInfo.InvariantCulture, $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    /// <summary>A text as an SQL literal. A NUL would end the statement early and is refused.</summary>
    internal static string Literal(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A text with a NUL can't be part of a statement.", nameof(text))
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    protected override bool ReleaseHandle()
    {
        DuckDbNative.Disconnect(ref handle);
        _database.DangerousRelease();
        return true;
    }
}
