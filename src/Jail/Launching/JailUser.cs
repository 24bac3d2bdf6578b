namespace Sandbox.Jail.Launching;

/// <summary>
/// The kernel's user behind a jail; inside, every jail is user 65534. As root each jail gets a number of its own, so that jails can't signal each
/// other and the limit on threads, which the kernel counts by user, is the jail's own. An ordinary user's jails run as that user.
/// </summary>
/// <param name="Id">The user to change to, or null to stay.</param>
/// <param name="Alone">Whether nobody else runs as that user.</param>
internal readonly record struct JailUser(uint? Id, bool Alone)
{
    private const uint Nobody = 65534, First = 0x7000_0000, Slots = 64, ProcessIds = 1 << 22;

    private static readonly Lazy<bool> AllUsersMapped = new(HasAllUsers);
    private static uint _next;

    /// <summary>Ourselves.</summary>
    public static JailUser Ordinary => default;

    public static JailUser Next(bool root)
    {
        if (!root)
        {
            return Ordinary;
        }

        if (!AllUsersMapped.Value)
        {
            return new JailUser(Nobody, Alone: false);
        }

        var slot = Interlocked.Increment(ref _next) % Slots;
        return new JailUser(First + ((uint)Environment.ProcessId % ProcessIds * Slots) + slot, Alone: true);
    }

    /// <summary>A container may map only some users; then numbers of our own do not exist.</summary>
    private static bool HasAllUsers()
    {
        try
        {
            var words = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words is ["0", _, "4294967295"];
        }
        catch (IOException)
        {
            return false;
        }
    }
}
