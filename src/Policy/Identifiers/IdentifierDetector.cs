namespace Sandbox.Policy.Identifiers;

/// <summary>Recognises one value as an identifier of a kind. Nothing is kept of the value.</summary>
public static class IdentifierDetector
{
    private static readonly IdentifierKind[] Detectable =
    [
        IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.Phone, IdentifierKind.BankCard, IdentifierKind.Plate, IdentifierKind.Passport,
        IdentifierKind.Email, IdentifierKind.IpAddress, IdentifierKind.PersonName, IdentifierKind.Address, IdentifierKind.BirthDate,
    ];

    // The first of the list: identity number, credit code, phone, card.
    private const int StrongKinds = 4;

    /// <summary>Kinds that can be recognised from a value alone, in order of strength.</summary>
    public static IReadOnlyList<IdentifierKind> Kinds => Detectable;

    /// <summary>Whether the value is an identifier of the kind.</summary>
    /// <param name="kind">A kind of <see cref="Kinds"/>; any other gives false.</param>
    /// <param name="value">The value as it stands in the data.</param>
    public static bool Matches(IdentifierKind kind, ReadOnlySpan<char> value) => Matches(kind, new CleanedValue(value, stackalloc char[CleanValue.Longest]));

    /// <summary>Whether the value is a mobile number of mainland China, which <see cref="IdentifierKind.Phone"/> takes together with fixed lines.</summary>
    public static bool IsMobileNumber(ReadOnlySpan<char> value) => Phone.IsMobileNumber(new CleanedValue(value, stackalloc char[CleanValue.Longest]).Code);

    /// <summary>All kinds that the value is an identifier of: bit n stands for entry n of <see cref="Kinds"/>.</summary>
    internal static int Scan(ReadOnlySpan<char> value)
    {
        var cleaned = new CleanedValue(value, stackalloc char[CleanValue.Longest]);
        var found = 0;
        for (var at = 0; at < Detectable.Length; at++)
        {
            found |= Matches(Detectable[at], cleaned) ? 1 << at : 0;
        }

        return found;
    }

    private static bool Matches(IdentifierKind kind, CleanedValue value) => kind switch
    {
        IdentifierKind.ResidentIdentity => ResidentIdentity.Check(value.Code) != ResidentIdentityMatch.None,
        IdentifierKind.SocialCredit => SocialCredit.IsCode(value.Code),
        IdentifierKind.Phone => Phone.IsPhone(value.Code),
        IdentifierKind.BankCard => BankCard.IsCard(value.Code),
        IdentifierKind.Plate => Plate.IsPlate(value.Code),
        IdentifierKind.Passport => Passport.IsPassport(value.Code),
        IdentifierKind.Email => NetworkAddress.IsEmail(value.Text),
        IdentifierKind.IpAddress => NetworkAddress.IsIp(value.Text),
        IdentifierKind.PersonName => PersonName.IsName(value.Text),
        IdentifierKind.Address => PostalAddress.IsAddress(value.Text),
        IdentifierKind.BirthDate => BirthDate.IsBirthDate(value.Text),
        _ => false,
    };

    /// <summary>
    /// Numbers of people and companies inside longer text ("张三 138…", "办公 010-…/手机 139…"), as bits like those of <see cref="Scan"/>. Only the four kinds whose length or check digit
    /// makes chance agreement rare; digits of a decimal fraction and of a longer number do not count.
    /// </summary>
    internal static int ScanInside(ReadOnlySpan<char> value)
    {
        Span<char> text = stackalloc char[256];
        value = value[..Math.Min(value.Length, text.Length)];
        for (var i = 0; i < value.Length; i++)
        {
            text[i] = CleanValue.Narrow(value[i]);
        }

        text = text[..value.Length];
        var found = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('+' or '('))
            {
                continue;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || (text[end] is ' ' or '-' or ')' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]))))
            {
                end++;
            }

            if (!IsFraction(text, at, end))
            {
                found |= InRun(text[at..end]);
            }

            at = end;
        }

        return found;
    }

    private static bool IsFraction(ReadOnlySpan<char> text, int start, int end) =>
        (start > 1 && text[start - 1] == '.' && char.IsAsciiDigit(text[start - 2])) || (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]) && !IsSpreadsheetZero(text[end..]));

    private static bool IsSpreadsheetZero(ReadOnlySpan<char> rest) => rest[1] == '0' && (rest.Length == 2 || !char.IsAsciiLetterOrDigit(rest[2]));

    // The run as a whole, else its pieces between blanks and hyphens, each also without the letters or the bracket in front ("tel138…", "(1101…").
    private static int InRun(ReadOnlySpan<char> run)
    {
        if ((Strong(run) | Strong(run.TrimStart('('))) is var whole and not 0)
        {
            return whole;
        }

        var found = 0;
        foreach (var range in run.SplitAny(' ', '-', ')'))
        {
            var piece = run[range];
            found |= Strong(piece) is var found1 and not 0 ? found1 : Strong(piece.TrimStart("(+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        }

        return found;
    }

    private static int Strong(ReadOnlySpan<char> text)
    {
        if (text.Length < 10)
        {
            return 0;
        }

        var value = new CleanedValue(text, stackalloc char[CleanValue.Longest]);
        var found = 0;
        for (var at = 0; at < StrongKinds; at++)
        {
            found |= Matches(Detectable[at], value) ? 1 << at : 0;
        }

        return found;
    }

    /// <summary>A value with its cleaned code; lives no longer than the buffer it was given.</summary>
    private readonly ref struct CleanedValue
    {
        public CleanedValue(ReadOnlySpan<char> value, Span<char> buffer)
        {
            Text = value.Trim();
            var length = CleanValue.Code(Text, buffer);
            Code = length > 0 ? buffer[..length] : default;
        }

        public ReadOnlySpan<char> Text { get; }

        public ReadOnlySpan<char> Code { get; }
    }
}
