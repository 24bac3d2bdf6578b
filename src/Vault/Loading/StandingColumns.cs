using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>What the parts of a text say of its columns, put together: the widest type, the strictest grade. Reports come from children that read a hostile file and are held against what was known.</summary>
internal sealed class StandingColumns
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private List<LoadReportColumn> _columns = [];
    private bool _any;

    /// <summary>The columns in their order.</summary>
    internal IReadOnlyList<LoadReportColumn> Columns => _columns;

    /// <summary>For the next child.</summary>
    internal IReadOnlyList<StandingColumn> Standing => [.. _columns.Select(column => new StandingColumn(column.Name, column.Type, column.Identifier, column.Seen, column.Made))];

    /// <summary>Forgets the counts; names, types and groups stay.</summary>
    internal void Restart() => _columns = [.. _columns.Select(column => column with { Kind = IdentifierKind.None, Grade = ColumnGrade.General, Values = 0, Empty = 0, Recognised = 0 })];

    /// <summary>Takes a part's columns.</summary>
    /// <returns>Whether something stands differently now, so that parts written before do not fit.</returns>
    /// <exception cref="WorkerRefusedException">A column is narrower than it stands, or has gone.</exception>
    internal bool Take(IReadOnlyList<LoadReportColumn> part)
    {
        if (!_any)
        {
            (_columns, _any) = ([.. part], true);
            foreach (var (at, column) in part.Index())
            {
                _places.Add(column.Name, at);
            }

            return false;
        }

        var (changed, found, known) = (false, 0, _columns.Count);
        foreach (var column in part)
        {
            if (!_places.TryGetValue(column.Name, out var at))
            {
                _places.Add(column.Name, _columns.Count);
                _columns.Add(column);
                changed = true;
                continue;
            }

            found++;
            var before = _columns[at];
            _columns[at] = Merge(before, column);
            changed |= _columns[at].Type != before.Type || _columns[at].Identifier != before.Identifier;
        }

        return found == known ? changed : throw new WorkerRefusedException(LoadRules.Reader);
    }

    private static LoadReportColumn Merge(LoadReportColumn before, LoadReportColumn now)
    {
        var type = !now.Seen ? before.Type : !before.Seen || before.Made || IsWider(before.Type.Kind, now.Type) ? now.Type : before.Type;
        if ((now.Seen && now.Type != type) || (before.Identifier && !now.Identifier))
        {
            throw new WorkerRefusedException(LoadRules.Reader);
        }

        var strict = now.Grade < before.Grade || before.Values + before.Empty == 0 ? now : before;
        return before with
        {
            Type = type,
            Identifier = now.Identifier,
            Seen = before.Seen || now.Seen,
            Met = before.Met || now.Met,
            Made = now.Seen ? now.Made : before.Made,
            Kind = strict.Kind,
            Grade = strict.Grade,
            Values = before.Values + now.Values,
            Empty = before.Empty + now.Empty,
            Recognised = before.Kind == now.Kind ? before.Recognised + now.Recognised : strict.Recognised,
            Origin = type.Kind == StoredKind.Nested ? now.Origin ?? before.Origin : before.Origin,
        };
    }

    private static bool IsWider(StoredKind before, StoredType now) =>
        now.Kind == StoredKind.Nested || (now.Kind == StoredKind.Text && before != StoredKind.Nested) || (now.Kind == StoredKind.Floating64 && before == StoredKind.Whole64);
}
