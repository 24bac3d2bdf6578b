namespace Sandbox.Vault.Permissions;

/// <summary>One permission of one subject: a keyed commitment with its term and the states of the book between which it stands.</summary>
/// <param name="Mark">First 128 bits of the subject's keyed hash under the data set's key.</param>
/// <param name="From">First day, as a day number.</param>
/// <param name="Until">Last day, as a day number.</param>
/// <param name="Given">State of the book from which it stands, 1 or more.</param>
/// <param name="Ended">State from which it stands no more; 0 while it stands.</param>
public readonly record struct PermissionEntry(UInt128 Mark, int From, int Until, int Given, int Ended) : IComparable<PermissionEntry>
{
    /// <summary>Whether it held in a state of the book on a day.</summary>
    public bool Holds(int state, int day) => Given <= state && (Ended == 0 || Ended > state) && From <= day && day <= Until;

    /// <summary>A term and states that a book can hold.</summary>
    public bool IsWhole => From >= 0 && From <= Until && Until <= DateOnly.MaxValue.DayNumber && Given >= 1 && (Ended == 0 || Ended > Given);

    /// <inheritdoc/>
    public int CompareTo(PermissionEntry other) =>
        Mark != other.Mark ? Mark.CompareTo(other.Mark)
        : From != other.From ? From.CompareTo(other.From)
        : Until != other.Until ? Until.CompareTo(other.Until)
        : Given.CompareTo(other.Given);

    /// <summary>Whether one stands before the other in a book.</summary>
    public static bool operator <(PermissionEntry left, PermissionEntry right) => left.CompareTo(right) < 0;

    /// <summary>Whether one stands after the other in a book.</summary>
    public static bool operator >(PermissionEntry left, PermissionEntry right) => left.CompareTo(right) > 0;

    /// <summary>Whether one stands before the other in a book, or is it.</summary>
    public static bool operator <=(PermissionEntry left, PermissionEntry right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one stands after the other in a book, or is it.</summary>
    public static bool operator >=(PermissionEntry left, PermissionEntry right) => left.CompareTo(right) >= 0;
}
