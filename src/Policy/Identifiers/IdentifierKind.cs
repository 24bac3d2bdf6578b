namespace Sandbox.Policy.Identifiers;

/// <summary>What a column (or a value) identifies. Unknown is treated as strictly as a direct identifier.</summary>
public enum IdentifierKind
{
    /// <summary>Nobody has looked yet: handled as a direct identifier.</summary>
    Unknown = 0,

    /// <summary>Resident identity number 公民身份号码 (GB 11643), 18 or 15 characters.</summary>
    ResidentIdentity,

    /// <summary>Unified social credit code 统一社会信用代码 (GB 32100).</summary>
    SocialCredit,

    /// <summary>Mobile or fixed-line telephone number of mainland China.</summary>
    Phone,

    /// <summary>Bank card number with Luhn check digit.</summary>
    BankCard,

    /// <summary>Vehicle number plate.</summary>
    Plate,

    /// <summary>Passport or travel permit number.</summary>
    Passport,

    /// <summary>Electronic mail address.</summary>
    Email,

    /// <summary>IPv4 or IPv6 address.</summary>
    IpAddress,

    /// <summary>Personal name written in Chinese characters.</summary>
    PersonName,

    /// <summary>Postal address in Chinese.</summary>
    Address,

    /// <summary>Date of birth.</summary>
    BirthDate,

    /// <summary>Geographic coordinate.</summary>
    Coordinate,

    /// <summary>Free text that may hold anything.</summary>
    FreeText,

    /// <summary>A key of a subject or record that is none of the kinds above, such as a customer number.</summary>
    RecordKey,

    /// <summary>Looked at and found not to identify by itself.</summary>
    None,
}
