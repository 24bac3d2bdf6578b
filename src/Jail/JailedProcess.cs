using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail;

/// <summary>A running child. Dispose it and it is dead, with everything that it started.</summary>
public sealed class JailedProcess : IAsyncDisposable
{
    private const int MaxHeldStderr = 64 * 1024;
    private static readonly TimeSpan ReportAfterDeath = TimeSpan.FromSeconds(2);

    private readonly KernelProcess _launcher;
    private readonly KernelProcess? _first;
    private readonly JailPolicy _policy;
    private readonly TimeProvider _time;
    private long _started;
    private readonly PipeWriter _input;
    private readonly PipeReader _output;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryWatch _watch;
    private readonly ITimer _deadline;
    private CancellationTokenRegistration _later;
    private int _forced = -1;

    internal JailedProcess(JailedParts parts, CancellationToken token)
    {
        (_launcher, _first, _policy, _time) = (parts.Launcher, parts.First, parts.Policy, parts.Time);
        _started = _time.GetTimestamp();
        _input = new PipeWriter(parts.Input);
        _output = new PipeReader(parts.Output, _policy.MaxOutputBytes, () => Stop(ExitReason.OutputTooLarge));
        _watch = new MemoryWatch(_first?.Id, _launcher.Id, parts.Jailed);
        Exit = FollowAsync(parts.Error, parts.Word);
        _deadline = _time.CreateTimer(static self => ((JailedProcess)self!).Stop(ExitReason.TimedOut), this, parts.Ahead ? Timeout.InfiniteTimeSpan : _policy.WallLimit, Timeout.InfiniteTimeSpan);
        _cancellation = token.UnsafeRegister(static self => ((JailedProcess)self!).Stop(ExitReason.Cancelled), this);
    }

    /// <summary>The child's standard input; dispose it to send the end of file.</summary>
    public Stream Input => _input;

    /// <summary>The child's standard output; ends with the child. Reading more than the policy's limit kills the child and throws <see cref="IOException"/>.</summary>
    public Stream Output => _output;

    /// <summary>Completes when the child has ended and was accounted; never faults. The output may still hold unread bytes then.</summary>
    public Task<JailExit> Exit { get; }

    /// <summary>The launcher's process id here; the child's own lies below it.</summary>
    public int ProcessId => _launcher.Id;

    /// <summary>The level that the kernel reports right now: 2 once the second filter is in force. 0 only under the development override.</summary>
    public int Level => _watch.Level();

    /// <summary>Sends SIGINT to the engine: a polite wish for a worker that listens (PosixSignalRegistration); everybody else, the .NET default included, goes on.</summary>
    public void Interrupt()
    {
        if (_watch.Engine() is { } engine && !Exit.IsCompleted)
        {
            using var process = TryOpen(engine);
            process?.Signal(LibCProcess.SIGINT);
        }
    }

    /// <summary>For a child that was started ahead: its work begins, and its time and its limit run from now.</summary>
    /// <param name="token">Kills the child when cancelled, as the token of its start does.</param>
    public void Begin(CancellationToken token)
    {
        Volatile.Write(ref _started, _time.GetTimestamp());
        _deadline.Change(_policy.WallLimit, Timeout.InfiniteTimeSpan);
        _later = token.UnsafeRegister(static self => ((JailedProcess)self!).Stop(ExitReason.Cancelled), this);
    }

    /// <summary>Kills the child and everything below it.</summary>
    public void Kill() => Stop(ExitReason.Cancelled);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stop(ExitReason.Cancelled);
        await Exit.ConfigureAwait(false);
        await _cancellation.DisposeAsync().ConfigureAwait(false);
        await _later.DisposeAsync().ConfigureAwait(false);
        await _deadline.DisposeAsync().ConfigureAwait(false);
        await _input.DisposeAsync().ConfigureAwait(false);
        await _output.DisposeAsync().ConfigureAwait(false);
        _launcher.Dispose();
        _first?.Dispose();
    }

    private static KernelProcess? TryOpen(int id)
    {
        try
        {
            return KernelProcess.Open(id);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Stop(ExitReason reason)
    {
        if (_ended.Task.IsCompleted)
        {
            return;
        }

        _ = _watch.Level();

        // The launcher first: then it can't reap the jail's first process, whose account comes to us. That one takes all others in the jail with it.
        _ = Interlocked.CompareExchange(ref _forced, (int)reason, -1);
        _launcher.Signal(LibCProcess.SIGKILL);
        _first?.Signal(LibCProcess.SIGKILL);
    }

    private async Task<JailExit> FollowAsync(SafeFileHandle error, SafeFileHandle? word)
    {
        using var stopHolding = new CancellationTokenSource();
        var held = HeldText.ReadAsync(error, MaxHeldStderr, stopHolding.Token);
        var lastWord = word is null ? Task.FromResult("") : HeldText.ReadAsync(word, JailExit.MostWordBytes, stopHolding.Token);
        var watching = _watch.RunAsync(_ended.Task, _time);
        var account = await Accounting.WaitAsync(_launcher, _first).ConfigureAwait(false);
        _ended.TrySetResult();
        stopHolding.CancelAfter(ReportAfterDeath);
        var stderr = await held.ConfigureAwait(false);
        var said = await lastWord.ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        var (code, signal) = ExitReasons.Split(account.Status);
        var sent = _output.CountWithPending;

        // Our kill shows as that signal; a child that ended by itself just before keeps its own reason.
        ExitReason? forced = Volatile.Read(ref _forced) is >= 0 and var reason && signal == LibCProcess.SIGKILL ? (ExitReason)reason : null;
        return new JailExit
        {
            Reason = ExitReasons.Of(forced, code, signal, account.Cpu >= _policy.CpuLimit, sent > _policy.MaxOutputBytes, stderr),
            Code = code,
            Signal = signal,
            Cpu = account.Cpu > _watch.Cpu ? account.Cpu : _watch.Cpu,
            Wall = _time.GetElapsedTime(Volatile.Read(ref _started)),
            PeakMemoryBytes = Math.Max(account.PeakBytes, _watch.Peak),
            BytesIn = _input.Count,
            BytesOut = sent,
            HeldStderr = stderr,
            Word = said,
            Level = _watch.LastLevel,
        };
    }
}
