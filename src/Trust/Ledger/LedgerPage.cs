namespace Sandbox.Trust;

/// <summary>Entries as they are stored, one behind the other: whoever reached the file may have left anything in any column.</summary>
internal sealed class LedgerPage
{
    private readonly List<(long? Index, int Start, int Middle, int End)> _rows = [];
    private byte[] _bytes = new byte[1 << 22];
    private int _length;

    public int Count => _rows.Count;

    /// <summary>The tiles over them.</summary>
    public List<(int Level, long Index, byte[] Hash)> Tiles { get; private set; } = [];

    /// <summary>The place of a row; null when it is no number.</summary>
    public long? Index(int row) => _rows[row].Index;

    /// <summary>The entry's bytes; none when the column holds something else.</summary>
    public ReadOnlySpan<byte> Entry(int row) => _bytes.AsSpan(_rows[row].Start.._rows[row].Middle);

    /// <summary>The stored leaf hash; empty when the column holds something else.</summary>
    public ReadOnlySpan<byte> Leaf(int row) => _bytes.AsSpan(_rows[row].Middle.._rows[row].End);

    public void Begin(List<(int Level, long Index, byte[] Hash)> tiles)
    {
        Tiles = tiles;
        _rows.Clear();
        _length = 0;
    }

    public void Add(long? index, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> leaf)
    {
        var end = _length + entry.Length + leaf.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        }

        entry.CopyTo(_bytes.AsSpan(_length));
        leaf.CopyTo(_bytes.AsSpan(_length + entry.Length));
        _rows.Add((index, _length, _length + entry.Length, end));
        _length = end;
    }
}
