using System.Globalization;
using Sandbox.Policy;

namespace Sandbox.Host.Domains;

/// <summary>
/// The memory that query sessions of all processes of this host may have together. It is cut into slots of <see cref="SlotBytes"/>, each a file in the domain's folder that a session holds locked;
/// the kernel lets go of it when the process ends, however it ends. A session that gets no slots is not started.
/// </summary>
internal sealed class HostMemory : IDisposable
{
    /// <summary>Bytes of a slot.</summary>
    public const long SlotBytes = 256L << 20;

    /// <summary>How long a session waits for others to end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly List<FileStream> _slots;

    private HostMemory(List<FileStream> slots) => _slots = slots;

    /// <summary>Three quarters of what this process may have at all (the machine's memory, or its control group's): the rest is for the host processes, loads and models.</summary>
    public static long Budget => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Takes as many slots as the bytes need; null when they are not free within <see cref="Patience"/>.</summary>
    /// <param name="folder">Where the slots' files lie.</param>
    /// <param name="bytes">What the session can use at most.</param>
    /// <param name="budget">Bytes of all slots together.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<HostMemory?> ClaimAsync(string folder, long bytes, long budget, CancellationToken cancel)
    {
        var needed = (bytes + SlotBytes - 1) / SlotBytes;
        var all = budget / SlotBytes;
        if (needed > all)
        {
            return null;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(100))
        {
            if (Take(folder, (int)needed, (int)all) is { } slots)
            {
                return new HostMemory(slots);
            }

            if (waited >= Patience)
            {
                return null;
            }

            await Task.Delay(100, cancel).ConfigureAwait(false);
        }
    }

    public static Refusal Spent() => new(
        "SB-QUERY-20",
        "The memory that this host gives to query sessions is taken by sessions that are open.",
        "Ask again when one of them has ended; nothing was run.",
        "本机供查询会话使用的内存已被正在进行的会话占满。",
        "请待其中一个会话结束后再试；语句未执行。");

    public void Dispose() => _slots.ForEach(slot => slot.Dispose());

    // In one order, and all or nothing: two that each got half of what they need let go and come again.
    private static List<FileStream>? Take(string folder, int needed, int all)
    {
        var taken = new List<FileStream>(needed);
        for (var number = 0; number < all && taken.Count < needed && all - number >= needed - taken.Count; number++)
        {
            try
            {
                taken.Add(new FileStream(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"slot-{number}")), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0));
            }
            catch (IOException)
            {
                // Somebody else's.
            }
        }

        if (taken.Count == needed)
        {
            return taken;
        }

        taken.ForEach(slot => slot.Dispose());
        return null;
    }
}
