using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sandbox.JailProbe;

internal static unsafe partial class Verbs
{
    public static string Echo() => Console.In.ReadToEnd();

    public static string Variables() =>
        string.Join(' ', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => (string)e.Key).Order(StringComparer.Ordinal));

    /// <summary>Number and target of each open descriptor that the runtime has not opened itself from its own folders.</summary>
    public static string OpenDescriptors() => string.Join('|', Directory.GetFiles("/proc/self/fd")
        .Select(path => (Number: Path.GetFileName(path), Target: Target(path)))
        .Where(file => !file.Target.Contains("/dotnet/", StringComparison.Ordinal) && !file.Target.Contains("/app/", StringComparison.Ordinal))
        .Select(file => file.Number + "=" + file.Target));

    public static string Read(string path) => Try(() =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return "read " + new StreamReader(stream).ReadToEnd().Length.ToString(CultureInfo.InvariantCulture);
    });

    public static string Write(string path, int megabytes) => Try(() => Fill(path, megabytes, FileMode.Create));

    public static string Append(string path, int megabytes) => Try(() => Fill(path, megabytes, FileMode.Open));

    public static string List(string path) => Try(() => string.Join(' ', Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)));

    public static string Call(string[] numbers)
    {
        var n = numbers.Select(text => long.Parse(text, CultureInfo.InvariantCulture)).Concat(new long[6]).ToArray();
        var result = syscall(n[0], n[1], n[2], n[3], n[4], n[5]);
        return result < 0 ? "errno " + Marshal.GetLastPInvokeError().ToString(CultureInfo.InvariantCulture) : "result " + result.ToString(CultureInfo.InvariantCulture);
    }

    public static string Spin()
    {
        for (var i = 0UL; ; i = unchecked(i + 1))
        {
            if (i == ulong.MaxValue)
            {
                return "done";
            }
        }
    }

    public static string Sleep()
    {
        Console.WriteLine("sleeping");
        Thread.Sleep(Timeout.Infinite);
        return "woke";
    }

    public static string Listen()
    {
        using var heard = new ManualResetEventSlim();
        using var listening = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            heard.Set();
        });
        Console.WriteLine("listening");
        heard.Wait();
        return "interrupted";
    }

    public static string NativeMemory(long megabytes)
    {
        for (var i = 0L; i < megabytes; i++)
        {
            var block = malloc(1 << 20);
            if (block == 0)
            {
                return "refused at " + i.ToString(CultureInfo.InvariantCulture);
            }

            new Span<byte>((void*)block, 1 << 20).Fill(1);
        }

        return "allocated";
    }

    public static string ManagedMemory(long megabytes)
    {
        var kept = new List<byte[]>();
        for (var i = 0L; i < megabytes; i++)
        {
            kept.Add(GC.AllocateUninitializedArray<byte>(1 << 20));
            kept[^1].AsSpan().Fill(1);
        }

        return "allocated";
    }

    public static string Output(long megabytes)
    {
        using var output = Console.OpenStandardOutput();
        var block = new byte[1 << 20];
        for (var i = 0L; i < megabytes; i++)
        {
            output.Write(block);
        }

        return "";
    }

    public static string Complain(int kilobytes)
    {
        for (var i = 0; i < kilobytes; i++)
        {
            Console.Error.Write(new string('x', 1024));
        }

        return "complained";
    }

    public static string Exit(int code)
    {
        Environment.Exit(code);
        return "";
    }

    public static string Threads(int count) => Try(() =>
    {
        for (var i = 0; i < count; i++)
        {
            new Thread(() => Thread.Sleep(Timeout.Infinite), 64 * 1024) { IsBackground = true }.Start();
        }

        return "started";
    });

    /// <summary>Tries to map a memory file shared and writable, the way around write().</summary>
    public static string SharedMapping(string path) => Try(() =>
    {
        using var file = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.ReadWrite);
        using var view = file.CreateViewAccessor();
        view.Write(0, (byte)1);
        return "wrote";
    });

    public static string StartProcess() => Try(() =>
    {
#pragma warning disable RS0030 // The test child tries just what is banned in the product.
        using var process = Process.Start("/dotnet/dotnet", "--version");
#pragma warning restore RS0030
        return "started";
    });

    public static string Socket() => Try(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return "socket";
    });

    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "?";
        }
        catch (IOException)
        {
            return "?";
        }
    }

    private static string Fill(string path, int megabytes, FileMode mode)
    {
        using var stream = new FileStream(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
        var block = new byte[1 << 20];
        for (var i = 0; i < megabytes; i++)
        {
            stream.Write(block);
        }

        return "wrote";
    }

    private static string Try(Func<string> attempt)
    {
        try
        {
            return attempt();
        }
        catch (Exception error)
        {
            return "failed " + error.GetType().Name;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d, long e);

    [LibraryImport("libc")]
    private static partial nint malloc(nint size);
}
