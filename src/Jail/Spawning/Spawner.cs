using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Spawning;

/// <summary>
/// Starts programs by posix_spawn with exactly the named descriptors and the named environment. .NET's own Process can do neither.
/// All children are born from one thread that lives as long as the process: "die with parent" in Linux means the parent *thread*,
/// and a thread of the pool may end at any moment.
/// </summary>
internal static unsafe class Spawner
{
    /// <summary>Above every number that a child may ask for, so that moving descriptors into place can't overwrite one that is still needed.</summary>
    private const int Parking = 512;

    private static readonly BlockingCollection<Action> Work = [];
    private static Guardian? _guardian;
    private static readonly Lazy<Thread> Parent = new(StartParent);

    /// <summary>Starts the program and returns its process id; the caller must wait for it.</summary>
    /// <param name="arguments">The program's absolute path, then its arguments.</param>
    /// <param name="environment">Lines NAME=value; nothing else is inherited.</param>
    /// <param name="files">What the child sees; every other descriptor is closed.</param>
    /// <exception cref="IOException">The program can't be started.</exception>
    public static int Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<ChildFile> files)
    {
        _ = Parent.Value;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                _guardian ??= StartGuardian();
                done.SetResult(Spawn(arguments, environment, files, _guardian.Group));
            }
            catch (Exception error)
            {
                // Whatever it is belongs to the caller: this thread must live on, its death would be the death of all children.
                done.SetException(error);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    private static Thread StartParent()
    {
        // A jail's first process outlives its launcher for a moment; with this it becomes our child then, and its account of processor time and memory is ours to read.
        _ = LibCProcess.prctl(LibCProcess.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        var thread = new Thread(() =>
        {
            foreach (var work in Work.GetConsumingEnumerable())
            {
                work();
            }
        })
        { IsBackground = true, Name = "jail-parent" };
        thread.Start();
        return thread;
    }

    private static Guardian StartGuardian()
    {
        var pipe = Pipe.Create();
        return new Guardian(Spawn(Guardian.CommandLine, [], [new ChildFile(pipe.Read, 0)], group: 0), pipe);
    }

    private static int Spawn(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<ChildFile> files, int group)
    {
        var actions = stackalloc byte[LibCProcess.FileActionsSize];
        var attributes = stackalloc byte[LibCProcess.AttributesSize];
        var parked = new List<SafeFileHandle>();
        Check(LibCProcess.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
        Check(LibCProcess.posix_spawnattr_init(attributes), "posix_spawnattr_init");
        try
        {
            PlaceFiles(actions, files, parked);
            SetAttributes(attributes, group);
            using var argv = new StringTable(arguments);
            using var envp = new StringTable(environment);
            Check(LibCProcess.posix_spawn(out var pid, arguments[0], actions, attributes, argv.Pointer, envp.Pointer), "posix_spawn");
            return pid;
        }
        finally
        {
            parked.ForEach(handle => handle.Dispose());
            _ = LibCProcess.posix_spawn_file_actions_destroy(actions);
            _ = LibCProcess.posix_spawnattr_destroy(attributes);
        }
    }

    private static void PlaceFiles(byte* actions, IReadOnlyList<ChildFile> files, List<SafeFileHandle> parked)
    {
        var numbers = files.ToDictionary(file => file.Number, file => file.Handle);
        var highest = numbers.Keys.Max();
        for (var number = 0; number <= highest; number++)
        {
            if (!numbers.TryGetValue(number, out var handle))
            {
                Check(LibCProcess.posix_spawn_file_actions_addclose(actions, number), "posix_spawn_file_actions_addclose");
                continue;
            }

            var copy = LibC.fcntl(handle, LibC.F_DUPFD_CLOEXEC, Parking);
            if (copy < 0)
            {
                throw NativeError.Io("fcntl(F_DUPFD_CLOEXEC)");
            }

            parked.Add(new(copy, ownsHandle: true));
            Check(LibCProcess.posix_spawn_file_actions_adddup2(actions, copy, number), "posix_spawn_file_actions_adddup2");
        }

        Check(LibCProcess.posix_spawn_file_actions_addclosefrom_np(actions, highest + 1), "posix_spawn_file_actions_addclosefrom_np");
    }

    /// <summary>The guardian's group, so Ctrl-C at our terminal is ours to handle; no blocked and no ignored signals (.NET ignores SIGPIPE).</summary>
    private static void SetAttributes(byte* attributes, int group)
    {
        var none = stackalloc byte[LibCProcess.SignalSetSize];
        var all = stackalloc byte[LibCProcess.SignalSetSize];
        new Span<byte>(none, LibCProcess.SignalSetSize).Clear();
        new Span<byte>(all, LibCProcess.SignalSetSize).Clear();
        const ulong ExceptKillAndStop = 0x7FFF_FFFF & ~(1UL << 8) & ~(1UL << 18);
        *(ulong*)all = ExceptKillAndStop;
        Check(LibCProcess.posix_spawnattr_setsigdefault(attributes, all), "posix_spawnattr_setsigdefault");
        Check(LibCProcess.posix_spawnattr_setsigmask(attributes, none), "posix_spawnattr_setsigmask");
        Check(LibCProcess.posix_spawnattr_setpgroup(attributes, group), "posix_spawnattr_setpgroup");
        const short Flags = LibCProcess.POSIX_SPAWN_SETPGROUP | LibCProcess.POSIX_SPAWN_SETSIGDEF | LibCProcess.POSIX_SPAWN_SETSIGMASK;
        Check(LibCProcess.posix_spawnattr_setflags(attributes, Flags), "posix_spawnattr_setflags");
    }

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            throw NativeError.Io(call, error);
        }
    }
}
