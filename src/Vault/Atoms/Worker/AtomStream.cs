using System.Globalization;
using System.Text;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>One way in which a table divides the rows: its cells over all rows of its range, or over those that have a value in one column.</summary>
/// <param name="Table">Ordinal of the table: earlier ones first, then wanted ones.</param>
/// <param name="Present">Column that must have a value; null for all rows of the range.</param>
/// <param name="Wanted">True for a table that is asked for.</param>
internal sealed record AtomStream(int Table, WireTable Form, string? Present, bool Wanted)
{
    /// <summary>Key of the one cell of a table without dimensions.</summary>
    public const string WholeKey = "c";

    private readonly Dictionary<string, int> _cells = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    /// <summary>Number of rows is the family of the empty name; a column is the family of its sums.</summary>
    public bool IsIn(string family) => family.Length == 0 ? Present is not null || Form.CountsRows : Present is null && Form.SumsOf.Contains(family, StringComparer.Ordinal);

    public bool IsWhole => Form.Withheld.Count == 0;

    public IReadOnlyList<string> Keys => _keys;

    public static IEnumerable<AtomStream> Of(int table, WireTable form, bool wanted) =>
        form.CountsOf.Select(column => new AtomStream(table, form, column, wanted)).Prepend(new AtomStream(table, form, null, wanted));

    /// <summary>Number of a cell; −1 for the empty text, which says that a row is outside the range.</summary>
    public int Number(string key)
    {
        if (key.Length == 0)
        {
            return -1;
        }

        if (!_cells.TryGetValue(key, out var number))
        {
            _cells.Add(key, number = _keys.Count);
            _keys.Add(key);
        }

        return number;
    }

    /// <summary>What was told of a cell: itself and its margins, without what was withheld. A whole table's margins are sums of its cells and add nothing.</summary>
    public IEnumerable<string> Told(int cell)
    {
        if (IsWhole)
        {
            yield return cell.ToString(CultureInfo.InvariantCulture);
            yield break;
        }

        var parts = Parts(_keys[cell], Form.Dimensions.Count);
        for (var mask = 0; mask < 1 << parts.Length; mask++)
        {
            string?[] key = [.. parts.Select((part, at) => (mask & (1 << at)) != 0 ? null : part)];
            if (!Form.Withheld.Any(withheld => withheld.SequenceEqual(key, StringComparer.Ordinal)))
            {
                yield return mask.ToString(CultureInfo.InvariantCulture) + "/" + string.Concat(key.Select(part => part is null ? "*" : string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
            }
        }
    }

    /// <summary>Reads the key that <see cref="AtomSql"/> writes: c, then each part as its length in bytes, a colon and the part, or a hyphen where it is missing.</summary>
    internal static string[] Parts(string key, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var parts = new string[count];
        var at = 1;
        for (var part = 0; part < count; part++)
        {
            if (bytes[at] == (byte)'-')
            {
                parts[part] = EvidenceService.MissingKey;
                at++;
                continue;
            }

            var colon = Array.IndexOf(bytes, (byte)':', at);
            var length = int.Parse(bytes.AsSpan(at, colon - at), NumberStyles.None, CultureInfo.InvariantCulture);
            parts[part] = Encoding.UTF8.GetString(bytes, colon + 1, length);
            at = colon + 1 + length;
        }

        return at == bytes.Length ? parts : throw new FrameException("A key is not what was agreed.");
    }
}
