namespace Sandbox.Jail.Launching;

/// <summary>
/// Looks now and then at the engine's number of filters, processor time and peak memory in /proc: the level is known only there, and the others are a
/// second source beside the kernel's account at the end.
/// </summary>
internal sealed class MemoryWatch(int? first, int launcher, bool jailed)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5), Longest = TimeSpan.FromSeconds(1);

    private int? _engine;

    /// <summary>The level seen last.</summary>
    public int LastLevel { get; private set; } = jailed ? 1 : 0;

    /// <summary>The engine's process id, or null while the jail is being built.</summary>
    public int? Engine() => _engine ??= jailed ? (first is { } id ? KernelProcess.FirstChild(id) : null) : launcher;

    /// <summary>Asks the kernel now.</summary>
    public int Level()
    {
        Look();
        return LastLevel;
    }

    /// <summary>The engine's largest resident size seen, in bytes.</summary>
    public long Peak { get; private set; }

    /// <summary>Processor time of the engine when it was last looked at. A jail that is killed takes its account with it: nobody inside waits for the engine any more.</summary>
    public TimeSpan Cpu { get; private set; }

    /// <summary>Asks the kernel now; the processor time of all: engine, first process and launcher.</summary>
    public TimeSpan Whole()
    {
        Look();
        return jailed ? Cpu + OfOthers(first) + OfOthers(launcher) : Cpu;

        static TimeSpan OfOthers(int? id) => id is { } other ? KernelProcess.Cpu(other) ?? TimeSpan.Zero : TimeSpan.Zero;
    }

    public async Task RunAsync(Task ended, TimeProvider time)
    {
        for (var pause = Shortest; !ended.IsCompleted; pause = pause < Longest ? pause * 2 : pause)
        {
            Look();
            await Task.WhenAny(ended, Task.Delay(pause, time)).ConfigureAwait(false);
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Look()
    {
        if (Engine() is not { } engine)
        {
            return;
        }

        Cpu = Max(Cpu, KernelProcess.Cpu(engine) ?? TimeSpan.Zero);
        var status = KernelProcess.Status(engine);
        Peak = Math.Max(Peak, (KernelProcess.Number(status, "VmHWM") ?? 0) * 1024);
        if (jailed && KernelProcess.Number(status, "Seccomp_filters") >= 2)
        {
            LastLevel = 2;
        }
    }
}
