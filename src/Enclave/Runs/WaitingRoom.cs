namespace Sandbox.Enclave.Runs;

/// <summary>Bounds the input that waits for jails, of all partitions of a run together. Whoever brings more waits until some was taken: what is read goes on, so nobody waits for ever.</summary>
/// <param name="most">Bytes that may wait.</param>
internal sealed class WaitingRoom(long most)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _waiting;

    /// <summary>Enters as soon as fewer than the bound wait; one piece may go beyond it.</summary>
    public async ValueTask EnterAsync(int bytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_waiting < most)
                {
                    _waiting += bytes;
                    return;
                }

                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public void Leave(long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _waiting -= bytes;
            if (_waiting < most)
            {
                (room, _room) = (_room, null);
            }
        }

        room?.TrySetResult();
    }
}
