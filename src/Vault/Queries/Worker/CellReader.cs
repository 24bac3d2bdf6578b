using System.Text;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>Turns rows of a result into texts, within a budget of bytes.</summary>
internal sealed class CellReader
{
    private readonly CellShape?[] _shapes;
    private readonly StringBuilder _text = new();

    public CellReader(DuckDbResult result)
    {
        _shapes = new CellShape?[result.ColumnCount];
        var columns = new QueryColumn[_shapes.Length];
        for (var i = 0; i < _shapes.Length; i++)
        {
            using var type = result.ColumnType(i);
            _shapes[i] = CellShape.Of(type);
            columns[i] = new QueryColumn(result.ColumnName(i), _shapes[i]?.Type ?? CellType.Text);
        }

        Columns = columns;
    }

    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>False when a column has a type that is not shown.</summary>
    public bool Readable => Array.TrueForAll(_shapes, shape => shape is not null);

    /// <summary>The way in which a column of this SQL type is handed out.</summary>
    public static CellType TypeOf(string sqlType) => sqlType switch
    {
        "BOOLEAN" => CellType.Flag,
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" => CellType.Whole,
        "FLOAT" or "DOUBLE" => CellType.Floating,
        _ when sqlType.StartsWith("DECIMAL", StringComparison.Ordinal) => CellType.Exact,
        _ => CellType.Text,
    };

    /// <summary>One row as texts; null when the budget does not hold it.</summary>
    public IReadOnlyList<string?>? Row(DuckDbChunk chunk, int row, ref int budget)
    {
        var cells = new string?[_shapes.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var vector = chunk[i];
            if (!vector.IsNull(row))
            {
                _text.Clear();
                if (!CellText.Append(_text, vector, row, _shapes[i]!, budget))
                {
                    return null;
                }

                cells[i] = _text.ToString();
            }

            budget -= cells[i] is { } text ? Encoding.UTF8.GetByteCount(text) + 1 : 1;
            if (budget < 0)
            {
                return null;
            }
        }

        return cells;
    }
}
