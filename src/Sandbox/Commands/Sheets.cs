using System.CommandLine;

namespace Sandbox.Host.Commands;

/// <summary>The option of the verbs that show a decision: the same as a printable sheet.</summary>
internal static class Sheets
{
    public static Option<bool> Option() => new("--sheet") { Description = "As the approval sheet to print, in Chinese (审批表)" };
}
