using System.Numerics;
using System.Text;
using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Identifiers;

/// <summary>
/// Looks at the values of one column and proposes its kind and grade. Keeps counts only. Not safe for two threads: give each
/// its own and <see cref="Add"/> them.
/// </summary>
/// <param name="column">The column's name.</param>
/// <param name="type">The column's type, as far as known.</param>
public sealed class ColumnClassifier(string column, MaskInput type = MaskInput.Text)
{
    private readonly long[] _hits = new long[IdentifierDetector.Kinds.Count];
    private long _values;
    private long _empty;
    private long _longTexts;

    /// <summary>Looks at one value.</summary>
    public void Feed(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        if (value.IsEmpty)
        {
            _empty++;
            return;
        }

        _values++;
        if (value.Length > 40)
        {
            _longTexts++;
        }

        var found = IdentifierDetector.Scan(value);
        if (found == 0 && HasManyDigits(value))
        {
            found = IdentifierDetector.ScanInside(value);
        }

        for (; found != 0; found &= found - 1)
        {
            _hits[BitOperations.TrailingZeroCount(found)]++;
        }
    }

    /// <summary>Looks at one value in UTF-8; bytes that are no UTF-8 count as a value that nothing recognises.</summary>
    public void Feed(ReadOnlySpan<byte> utf8)
    {
        // Only the beginning of a long text can be an identifier by itself.
        Span<char> buffer = stackalloc char[256];
        var cut = utf8.Length > buffer.Length ? utf8[..buffer.Length] : utf8;
        Feed(buffer[..Encoding.UTF8.GetChars(cut, buffer)]);
    }

    /// <summary>Counts a NULL.</summary>
    public void FeedNull() => _empty++;

    /// <summary>Adds the counts of another classifier of the same column.</summary>
    public void Add(ColumnClassifier other)
    {
        _values += other._values;
        _empty += other._empty;
        _longTexts += other._longTexts;
        for (var at = 0; at < _hits.Length; at++)
        {
            _hits[at] += other._hits[at];
        }
    }

    /// <summary>The proposal over everything fed so far.</summary>
    public ColumnProposal Propose()
    {
        var hits = new Dictionary<IdentifierKind, long>();
        for (var at = 0; at < _hits.Length; at++)
        {
            if (_hits[at] > 0)
            {
                hits[IdentifierDetector.Kinds[at]] = _hits[at];
            }
        }

        var hint = ColumnHints.Of(column);
        var kind = KindOf(hint.Kind);
        var grade = GradeOf(kind, hint.Grade);
        return new ColumnProposal(column, kind, grade, _values, _empty, hits, hint.Kind == kind && kind != IdentifierKind.None);
    }

    // The shortest number of a person has ten digits; a plain number of another length can hold none.
    private static bool HasManyDigits(ReadOnlySpan<char> value)
    {
        if (value.Length <= 10)
        {
            return false;
        }

        var (digits, others) = (0, 0);
        foreach (var character in value)
        {
            if (char.IsAsciiDigit(CleanValue.Narrow(character)))
            {
                digits++;
            }
            else
            {
                others++;
            }
        }

        return digits >= 10 && others > 0;
    }

    private IdentifierKind KindOf(IdentifierKind hint)
    {
        // A tenth of the values is enough where a check digit makes chance agreement rare; the weaker detectors need most values
        // or the column's name on their side.
        foreach (var kind in IdentifierDetector.Kinds)
        {
            var share = _values == 0 ? 0 : (double)_hits[IndexOf(kind)] / _values;
            if (share > 0 && share >= Needed(kind, hint == kind))
            {
                return kind;
            }
        }

        if (hint is not (IdentifierKind.None or IdentifierKind.Unknown) && ByName(hint) is var named && named != IdentifierKind.None)
        {
            return named;
        }

        return type == MaskInput.Text && _values > 0 && _longTexts * 2 > _values ? IdentifierKind.FreeText : IdentifierKind.None;
    }

    // What a name alone proves. Values that do not look like the announced number may be hashed or shortened ones: still a key of
    // somebody. A name must not call a number or date column what it cannot be ("phone_count").
    private IdentifierKind ByName(IdentifierKind hint) => hint switch
    {
        IdentifierKind.PersonName or IdentifierKind.Address or IdentifierKind.FreeText => type == MaskInput.Text ? hint : IdentifierKind.None,
        IdentifierKind.BirthDate => type is MaskInput.Text or MaskInput.Date or MaskInput.Timestamp or MaskInput.Whole ? hint : IdentifierKind.None,
        IdentifierKind.Coordinate => type is MaskInput.Floating or MaskInput.Exact or MaskInput.Text ? hint : IdentifierKind.None,
        IdentifierKind.RecordKey => type is MaskInput.Text or MaskInput.Whole ? hint : IdentifierKind.None,
        _ when _values == 0 => type is MaskInput.Text or MaskInput.Whole ? hint : IdentifierKind.None,
        _ => type == MaskInput.Text ? IdentifierKind.RecordKey : IdentifierKind.None,
    };

    private static double Needed(IdentifierKind kind, bool named) => kind switch
    {
        IdentifierKind.ResidentIdentity or IdentifierKind.SocialCredit => named ? 0.01 : 0.1,
        IdentifierKind.Email => named ? 0.01 : 0.1,
        IdentifierKind.BankCard => named ? 0.05 : 0.5,
        IdentifierKind.Phone => named ? 0.05 : 0.5,
        IdentifierKind.Plate => named ? 0.05 : 0.3,
        IdentifierKind.IpAddress => named ? 0.05 : 0.3,
        IdentifierKind.Passport => named ? 0.05 : 0.6,
        IdentifierKind.Address => named ? 0.05 : 0.5,
        IdentifierKind.PersonName => named ? 0.1 : 0.8,
        IdentifierKind.BirthDate => named ? 0.1 : 2,
        _ => 2,
    };

    private static int IndexOf(IdentifierKind kind)
    {
        for (var at = 0; at < IdentifierDetector.Kinds.Count; at++)
        {
            if (IdentifierDetector.Kinds[at] == kind)
            {
                return at;
            }
        }

        return 0;
    }

    private static ColumnGrade GradeOf(IdentifierKind kind, ColumnGrade hint)
    {
        var byKind = kind switch
        {
            IdentifierKind.None => ColumnGrade.General,
            IdentifierKind.BirthDate or IdentifierKind.Coordinate => ColumnGrade.QuasiIdentifier,
            IdentifierKind.FreeText => ColumnGrade.Sensitive,
            _ => ColumnGrade.Identifier,
        };
        return hint < byKind ? hint : byKind;
    }
}
