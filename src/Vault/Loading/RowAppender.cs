using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Appends to a table row by row, in chunks.</summary>
internal sealed class RowAppender : IDisposable
{
    private readonly DuckDbAppender _appender;
    private readonly DuckDbChunk _chunk;
    private int _rows;

    internal RowAppender(DuckDbConnection connection, string table, DuckDbTypeId[] columns)
    {
        _appender = DuckDbAppender.Create(connection, null, table);
        _chunk = DuckDbChunk.Create(columns);
    }

    /// <summary>The chunk and the row in it that is to be filled now.</summary>
    internal (DuckDbChunk Chunk, int Row) Next()
    {
        if (_rows == DuckDbDatabase.VectorSize)
        {
            Flush();
        }

        return (_chunk, _rows++);
    }

    /// <summary>Writes what is left.</summary>
    internal void Complete()
    {
        Flush();
        _appender.Complete();
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
    }

    private void Flush()
    {
        if (_rows > 0)
        {
            _chunk.Rows = _rows;
            _appender.Append(_chunk);
        }

        _chunk.Reset();
        _rows = 0;
    }
}
