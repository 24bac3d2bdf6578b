using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Launching;

/// <summary>
/// Waits for a child's end and adds up what it used. The launcher ends as soon as it has the exit code; the jail's first process, which has waited
/// for the engine and so carries its account, then becomes our child (we are its subreaper) and is waited for too.
/// </summary>
internal static class Accounting
{
    /// <summary>The launcher's wait status, the processor time of all, and the largest resident size of a process inside (0 = not known).</summary>
    internal readonly record struct Account(int Status, TimeSpan Cpu, long PeakBytes);

    private static readonly TimeSpan FirstProcessMayTake = TimeSpan.FromSeconds(5);

    public static async Task<Account> WaitAsync(KernelProcess launcher, KernelProcess? first)
    {
        await Readiness.Readable(launcher.Handle, CancellationToken.None).ConfigureAwait(false);

        // An error means that somebody else reaped it and nothing is known: that counts as killed.
        var (status, cpu, ownPeak) = Reap(launcher.Id) ?? (LibCProcess.SIGKILL, TimeSpan.Zero, 0);
        if (first is null)
        {
            return new Account(status, cpu, ownPeak);
        }

        try
        {
            // It dies with the launcher; once it has ended nothing of the jail is left.
            await Readiness.Readable(first.Handle, CancellationToken.None).WaitAsync(FirstProcessMayTake).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            first.Signal(LibCProcess.SIGKILL);
            return new Account(status, cpu, 0);
        }

        // The launcher's own peak is not the child's: a spawned process starts its account from the memory of its parent, that is ours.
        return Reap(first.Id) is { } inside ? new Account(status, cpu + inside.Cpu, inside.Peak) : new Account(status, cpu, 0);
    }

    /// <summary>Takes the exit of an ended child of ours, or null when it is not ours.</summary>
    private static (int Status, TimeSpan Cpu, long Peak)? Reap(int id)
    {
        if (LibCProcess.Wait(id, out var status, out var usage, LibCProcess.WNOHANG) != id)
        {
            return null;
        }

        var cpu = TimeSpan.FromSeconds(usage.UserSeconds + usage.SystemSeconds) + TimeSpan.FromMicroseconds(usage.UserMicroseconds + usage.SystemMicroseconds);
        return (status, cpu, usage.MaxResidentKib * 1024);
    }
}
