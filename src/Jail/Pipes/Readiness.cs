using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Pipes;

/// <summary>
/// Waits for descriptors on one thread by epoll, so that reading from many children blocks no thread of the pool
/// (.NET has no asynchronous pipes on Linux). Lives as long as the process.
/// </summary>
internal sealed class Readiness
{
    private static readonly Lazy<Readiness> Shared = new(() => new Readiness());

    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waiting = new();
    private readonly SafeFileHandle _epoll;
    private long _lastId;

    private Readiness()
    {
        var fd = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        _epoll = fd >= 0 ? new SafeFileHandle(fd, true) : throw NativeError.Io("epoll_create1");
        new Thread(Loop) { IsBackground = true, Name = "jail-readiness" }.Start();
    }

    /// <summary>Completes when the descriptor is readable or its other end is closed, or when <paramref name="enough"/> says that it is not worth waiting any more.</summary>
    public static Task Readable(SafeHandle handle, CancellationToken token, CancellationToken enough = default) => Shared.Value.WaitAsync(handle, LibC.EPOLLIN, token, enough);

    /// <summary>Completes when the descriptor takes bytes or its other end is closed.</summary>
    public static Task Writable(SafeHandle handle, CancellationToken token) => Shared.Value.WaitAsync(handle, LibC.EPOLLOUT, token, default);

    private async Task WaitAsync(SafeHandle handle, uint events, CancellationToken token, CancellationToken enough)
    {
        token.ThrowIfCancellationRequested();
        var added = false;
        try
        {
            // The reference keeps the number from being closed, and so from being reused, while epoll watches it.
            handle.DangerousAddRef(ref added);
            var fd = (int)handle.DangerousGetHandle();
            var id = Interlocked.Increment(ref _lastId);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting[id] = done;
            try
            {
                Control(LibC.EPOLL_CTL_ADD, fd, events | LibC.EPOLLONESHOT, id);
                using (enough.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), done))
                using (token.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), done))
                {
                    await done.Task.ConfigureAwait(false);
                }
            }
            finally
            {
                _waiting.TryRemove(id, out _);
                Control(LibC.EPOLL_CTL_DEL, fd, 0, 0);
            }
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    private unsafe void Control(int operation, int fd, uint events, long id)
    {
        var change = new LibC.EpollEvent { Events = events, Id = id };
        if (LibC.epoll_ctl(_epoll, operation, fd, &change) != 0 && operation == LibC.EPOLL_CTL_ADD)
        {
            throw NativeError.Io("epoll_ctl");
        }
    }

    private unsafe void Loop()
    {
        const int Batch = 64;
        var events = stackalloc LibC.EpollEvent[Batch];
        while (true)
        {
            var count = LibC.epoll_wait(_epoll, events, Batch, -1);
            for (var i = 0; i < count; i++)
            {
                if (_waiting.TryRemove(events[i].Id, out var done))
                {
                    done.TrySetResult();
                }
            }
        }
    }
}
