using Sandbox.Jail.Native;

namespace Sandbox.Jail.Launching;

/// <summary>
/// The limit on threads where the jail shares its kernel user with other processes. It is set on the jail's first process while that waits for our word: set earlier it would count every process of the
/// same user on the machine, set here it counts the jail's own user namespace only.
/// </summary>
internal static unsafe class ChildLimits
{
    public static bool SetThreads(int process, int threads)
    {
        var limit = new LibCProcess.ResourceLimit { Soft = (ulong)threads, Hard = (ulong)threads };
        return LibCProcess.prlimit64(process, LibCProcess.RLIMIT_NPROC, &limit, null) == 0;
    }
}
