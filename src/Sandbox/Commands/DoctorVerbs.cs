using System.CommandLine;
using Sandbox.Host.Doctor;

namespace Sandbox.Host.Commands;

/// <summary><c>doctor</c>.</summary>
internal static class DoctorVerbs
{
    public static Command Doctor()
    {
        var quick = new Option<bool>("--quick") { Description = "Do not hash the engine files" };
        return Verb.Create("doctor", "Say which engines, jail level and algorithms this machine has, and what to do about what is missing.", ["doctor", "doctor --json", "doctor --dir ./city"], [quick], context => Checkup.Run(context.Get(quick), context.Folder, TimeProvider.System));
    }
}
