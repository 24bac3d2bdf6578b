using System.Globalization;

namespace Sandbox.Vault.Loading;

/// <summary>Paths of the files of one load as the child sees them. In the jail they are memory files that it inherits; it can open nothing else.</summary>
internal sealed record LoadFiles(string Source, string Main, string Identifiers, string Quarantine, string Temp)
{
    internal const int SourceNumber = 3;
    internal const int MainNumber = 4;
    internal const int IdentifiersNumber = 5;
    internal const int QuarantineNumber = 6;

    internal static LoadFiles Jailed { get; } = new(Inherited(SourceNumber), Inherited(MainNumber), Inherited(IdentifiersNumber), Inherited(QuarantineNumber), "/tmp");

    private static string Inherited(int number) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{number}");
}
