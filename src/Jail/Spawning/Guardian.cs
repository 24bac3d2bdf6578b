using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Spawning;

/// <summary>
/// A small process that outlives us for a moment and kills its whole process group when we are gone, however we went. Every child joins that group
/// before it runs its program and can't leave it (no setsid, no setpgid in a jail). bubblewrap's "die with parent" alone is not enough: killed between
/// two steps of building a jail we would leave a first process behind that waits for ever. No window is left here: until a child has joined the group it
/// still holds a copy of our end of the pipe, so the guardian sees the end of the pipe only afterwards.
/// </summary>
internal sealed class Guardian
{
    /// <summary>Waits for the end of its input, then kills the group, itself included.</summary>
    public static readonly IReadOnlyList<string> CommandLine = ["/bin/sh", "-c", "while read -r _; do :; done; kill -9 0"];

    private readonly Pipe _pipe;

    /// <param name="group">Its process id, which is the group's.</param>
    /// <param name="pipe">The pipe that it reads; the writing end is held for as long as we live.</param>
    public Guardian(int group, Pipe pipe)
    {
        (Group, _pipe) = (group, pipe);
        _pipe.Read.Dispose();
    }

    /// <summary>The process group of all children.</summary>
    public int Group { get; }
}
