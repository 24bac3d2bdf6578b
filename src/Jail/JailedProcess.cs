using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail;

/// <summary>A running child. Dispose it and it is dead, with everything that it started.</summary>
public sealed class JailedProcess : IAsyncDisposable
{
    private const int MaxHeldStderr = 64 * 1024;
    private const int NotForced = -1, EndedByItself = -2;
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
    private readonly Task<Accounting.Account> _gone;
    private int _forced = NotForced;

    internal JailedProcess(JailedParts parts, CancellationToken token)
    {
        (_launcher, _first, _policy, _time) = (parts.Launcher, parts.First, parts.Policy, parts.Time);
        _started = _time.GetTimestamp();
        _input = new PipeWriter(parts.Input);
        _output = new PipeReader(parts.Output, _policy.MaxOutputBytes, () => Stop(ExitReason.OutputTooLarge));
        _watch = new MemoryWatch(_first?.Id, _launcher.Id, parts.Jailed);
        _gone = Accounting.WaitAsync(_launcher, _first);
        Exit = FollowAsync(Held(parts.Error), parts.Word is null ? null : Held(parts.Word));
        _deadline = _time.CreateTimer(static self => ((JailedProcess)self!).Stop(ExitReason.TimedOut), this, parts.Ahead ? Timeout.InfiniteTimeSpan : _policy.WallLimit, Timeout.InfiniteTimeSpan);
        _cancellation = token.UnsafeRegister(static self => ((JailedProcess)self!).Stop(ExitReason.Cancelled), this);
    }

    /// <summary>The child's standard input; dispose it to send the end of file.</summary>
    public Stream Input => _input;

    /// <summary>The child's standard output; ends with the child. Reading more than the policy's limit kills the child and throws <see cref="IOException"/>.</summary>
    public Stream Output => _output;

    /// <summary>
    /// Completes when the child has ended, or has said its last word, and was accounted; never faults. The output is complete then, and may still hold unread bytes.
    /// After a last word the child was told to die; that nothing is left of it is known when it was disposed.
    /// </summary>
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
        await _gone.ConfigureAwait(false);
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
        _ = Interlocked.CompareExchange(ref _forced, (int)reason, NotForced);
        SignalAll();
    }

    private void SignalAll()
    {
        _launcher.Signal(LibCProcess.SIGKILL);
        _first?.Signal(LibCProcess.SIGKILL);
    }

    private static PipeReader Held(SafeFileHandle end) => new(end, long.MaxValue, static () => { });

    private async Task<JailExit> FollowAsync(PipeReader error, PipeReader? word)
    {
        using var stopHolding = new CancellationTokenSource();
        var held = HeldText.ReadAsync(error, MaxHeldStderr, stopHolding.Token);
        var lastWord = word is null ? Task.FromResult<LastWord?>(null) : LastWord.ReadAsync(word, stopHolding.Token);
        var watching = _watch.RunAsync(_ended.Task, _time);
        await Task.WhenAny(_gone, word is null ? _gone : lastWord).ConfigureAwait(false);
        if (lastWord is { IsCompletedSuccessfully: true, Result: { } said } && Interlocked.CompareExchange(ref _forced, EndedByItself, NotForced) == NotForced)
        {
            return await AccountAtLastWordAsync(said, error, held).ConfigureAwait(false);
        }

        var account = await _gone.ConfigureAwait(false);
        _ended.TrySetResult();
        stopHolding.CancelAfter(ReportAfterDeath);
        var stderr = await held.ConfigureAwait(false);
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
            Word = (await lastWord.ConfigureAwait(false))?.Text ?? "",
            Level = _watch.LastLevel,
        };
    }

    /// <summary>
    /// The end of a child that has said its last word and waits for the end. All that it wrote lies in the pipes by then, and the kernel's counters still stand, so neither the death of its
    /// memory nor that of its namespaces (some milliseconds) says anything new. Whatever it might do after the word no longer counts.
    /// </summary>
    private async Task<JailExit> AccountAtLastWordAsync(LastWord said, PipeReader error, Task<string> held)
    {
        var cpu = _watch.Whole();
        var wall = _time.GetElapsedTime(Volatile.Read(ref _started));
        SignalAll();
        var sent = _output.Seal();
        error.Seal();
        _ended.TrySetResult();
        var stderr = await held.ConfigureAwait(false);
        return new JailExit
        {
            Reason = ExitReasons.Of(forced: null, said.Code, signal: null, cpu >= _policy.CpuLimit, sent > _policy.MaxOutputBytes, stderr),
            Code = said.Code,
            Signal = null,
            Cpu = cpu,
            Wall = wall,
            PeakMemoryBytes = _watch.Peak,
            BytesIn = _input.Count,
            BytesOut = sent,
            HeldStderr = stderr,
            Word = said.Text,
            Level = _watch.LastLevel,
        };
    }
}
