using System.Text.RegularExpressions;

namespace Sandbox.Host.Domains;

/// <summary>Names that people give: short and plain, so that they are safe in files, logs and the ledger and have no room for a record.</summary>
public static partial class Names
{
    public static bool Valid(string? name) => name is not null && Form().IsMatch(name);

    [GeneratedRegex("^(?!.*[0-9]{6})[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
