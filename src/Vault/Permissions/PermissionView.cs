using Sandbox.Trust;

namespace Sandbox.Vault.Permissions;

/// <summary>Whose rows may be seen: those with a permission that stood in a state of a book on a day.</summary>
/// <param name="Book">The sealed book, under the data set's key; null where nobody has given a permission, so that no row is seen.</param>
/// <param name="State">State of the book.</param>
/// <param name="Day">The day.</param>
public sealed record PermissionView(ObjectRef? Book, int State, DateOnly Day);
