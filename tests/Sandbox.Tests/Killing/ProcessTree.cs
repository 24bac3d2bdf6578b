using System.Globalization;
using System.Runtime.InteropServices;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>A process by number and moment of start, so that a reused number is not taken for it.</summary>
internal sealed record Child(int Id, long Started, string Command);

/// <summary>Stops a process for a moment, counts everything below it, and kills only its leader, as a power cut for the program would.</summary>
internal static partial class ProcessTree
{
    internal const int Interrupt = 2;

    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>ESRCH.</summary>
    private const int NoSuchProcess = 3;

    /// <summary>Sends kill -9, or the signal of Ctrl-C, to the process alone.</summary>
    /// <returns>Everything that lived below it at that moment.</returns>
    public static IReadOnlyList<Child> KillLeader(int id, int signal = Kill)
    {
        // A stopped process starts no more children: what is counted now is all there is.
        Signal(id, Stop);
        var below = Below(id);
        Signal(id, signal);
        if (signal == Interrupt)
        {
            Signal(id, Continue);
        }

        return below;
    }

    /// <summary>Which of them still live after a grace of a few seconds.</summary>
    public static async Task<IReadOnlyList<Child>> SurvivorsAsync(IReadOnlyList<Child> children)
    {
        for (var attempt = 0; ; attempt++)
        {
            var alive = children.Where(child => Read(child.Id) is { State: not ('Z' or 'X') } now && now.Started == child.Started).ToArray();
            if (alive.Length == 0 || attempt == 50)
            {
                return alive;
            }

            await Task.Delay(100);
        }
    }

    internal static List<Child> Below(int root)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Read(id)))
            .Where(item => item.Stat is not null)
            .ToArray();
        var found = new List<Child>();
        var parents = new HashSet<int> { root };
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var (id, stat) in all)
            {
                if (parents.Contains(stat!.Value.Parent) && parents.Add(id))
                {
                    found.Add(new Child(id, stat.Value.Started, Command(id)));
                    grew = true;
                }
            }
        }

        return found;
    }

    private static (int Parent, long Started, char State)? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture), fields[0][0]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Command(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "?";
        }
    }

    /// <summary>A process that ended by itself on the way, and was reaped while its children were counted, is no failure of the signal.</summary>
    private static void Signal(int id, int signal)
    {
        if (SendSignal(id, signal) != 0)
        {
            Assert.Equal(NoSuchProcess, Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int id, int signal);
}
