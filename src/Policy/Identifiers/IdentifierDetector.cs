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
    public static bool Matches(IdentifierKind kind, ReadOnlySpan<char> value) => Matches(kind, new CleanedValue(value, stackalloc char[CleanValue.Longest]));

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
