using System.Runtime.InteropServices;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Tests;

/// <summary>A signal that reaches a waiting thread, as the end of another child of the process does, is neither the end of the time nor the end of the child.</summary>
public sealed partial class InterruptTests : IDisposable
{
    private readonly PosixSignalRegistration _handler = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => context.Cancel = true);

    [Fact]
    public void Signals_do_not_end_a_wait()
    {
        using var pipe = Pipe.Create();
        Assert.True(UnderSignals(() => Polling.Wait(pipe.Read, forWriting: false, 20_000), () => JailInfo.Release(pipe.Write)));
    }

    [Fact]
    public void Signals_do_not_lengthen_a_wait()
    {
        using var pipe = Pipe.Create();
        Assert.False(UnderSignals(() => Polling.Wait(pipe.Read, forWriting: false, 300), () => { }));
    }

    [Fact]
    public void Signals_do_not_end_the_handshake_with_the_launcher()
    {
        using var pipe = Pipe.Create();
        Assert.Equal(4711, UnderSignals(() => JailInfo.ReadFirstProcess(pipe.Read), () =>
        {
            using var write = new FileStream(Pipe.Duplicate(pipe.Write), FileAccess.Write, 0);
            write.Write("{ \"child-pid\": 4711 }\n"u8);
        }));
    }

    public void Dispose() => _handler.Dispose();

    /// <summary>Runs the wait in a thread of its own, sends that thread signals for a while, then does what it waits for, signals going on.</summary>
    private static T UnderSignals<T>(Func<T> wait, Action then)
    {
        var answer = default(T);
        var number = 0;
        var waiting = new Thread(() =>
        {
            Volatile.Write(ref number, gettid());
            answer = wait();
        });
        waiting.Start();
        var sent = 0;
        while (waiting.IsAlive)
        {
            const int WindowChanged = 28;
            if (Volatile.Read(ref number) is not 0 and var thread && tgkill(Environment.ProcessId, thread, WindowChanged) == 0 && ++sent == 20)
            {
                then();
            }

            Thread.Sleep(5);
        }

        waiting.Join();
        Assert.True(sent >= 20, $"only {sent} signals were sent before the wait was over");
        return answer!;
    }

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int tgkill(int process, int thread, int signal);
}
