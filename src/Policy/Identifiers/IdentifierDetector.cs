namespace Sandbox.Policy.Identifiers;

/// <summary>Recognises one value as an identifier of a kind. Nothing is kept of the value.</summary>
public static class IdentifierDetector
{
    private static readonly IdentifierKind[] Detectable =
    [
        IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.Phone, IdentifierKind.BankCard, IdentifierKind.Plate, IdentifierKind.Passport,
        IdentifierKind.Email, IdentifierKind.IpAddress, IdentifierKind.PersonName, IdentifierKind.Address, IdentifierKind.BirthDate,
    ];

    /// <summary>Kinds that can be recognised from a value alone, in order of strength.</summary>
    public static IReadOnlyList<IdentifierKind> Kinds => Detectable;

    /// <summary>Whether the value is an identifier of the kind.</summary>
    /// <param name="kind">A kind of <see cref="Kinds"/>; any other gives false.</param>
    /// <param name="value">The value as it stands in the data.</param>
    public static bool Matches(IdentifierKind kind, ReadOnlySpan<char> value)
    {
        value = value.Trim();
        if (value.IsEmpty)
        {
            return false;
        }

        switch (kind)
        {
            case IdentifierKind.Email:
                return NetworkAddress.IsEmail(value);
            case IdentifierKind.IpAddress:
                return NetworkAddress.IsIp(value);
            case IdentifierKind.PersonName:
                return PersonName.IsName(value);
            case IdentifierKind.Address:
                return PostalAddress.IsAddress(value);
            case IdentifierKind.BirthDate:
                return BirthDate.IsBirthDate(value);
        }

        Span<char> buffer = stackalloc char[CleanValue.Longest];
        var length = CleanValue.Code(value, buffer);
        if (length <= 0)
        {
            return false;
        }

        ReadOnlySpan<char> code = buffer[..length];
        return kind switch
        {
            IdentifierKind.ResidentIdentity => ResidentIdentity.Check(code) != ResidentIdentityMatch.None,
            IdentifierKind.SocialCredit => SocialCredit.IsCode(code),
            IdentifierKind.Phone => Phone.IsPhone(code),
            IdentifierKind.BankCard => BankCard.IsCard(code),
            IdentifierKind.Plate => Plate.IsPlate(code),
            IdentifierKind.Passport => Passport.IsPassport(code),
            _ => false,
        };
    }
}
