using System.IO.Pipelines;
using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>
/// The input of one partition between the source and its jail. The source goes on to the next partition while the jail still reads this one; what waits is bounded by the run's
/// <see cref="WaitingRoom"/>. Write only; <see cref="Complete"/> is its end. Once the jail has ended, what still comes is dropped.
/// </summary>
internal sealed class PartitionInput(WaitingRoom room) : WriteOnlyStream
{
    private readonly Lock _gate = new();
    private long _inside;
    private bool _abandoned;

    // The room is the bound: a pipe of its own that paused would hold up the source at one slow jail.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false, minimumSegmentSize: 1 << 16));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await room.EnterAsync(buffer.Length, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_abandoned)
            {
                room.Leave(buffer.Length);
                return;
            }

            _inside += buffer.Length;
        }

        await _pipe.Writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Everything is here.</summary>
    public void Complete() => _pipe.Writer.Complete();

    /// <summary>Hands everything on, as it comes, until <see cref="Complete"/>.</summary>
    public async Task FeedAsync(Stream jail, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            try
            {
                foreach (var piece in read.Buffer)
                {
                    await jail.WriteAsync(piece, cancellation).ConfigureAwait(false);
                    Leave(piece.Length);
                }
            }
            finally
            {
                _pipe.Reader.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The jail has ended: nothing waits any more, and what comes is dropped.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            room.Leave(_inside);
            _inside = 0;
        }

        _pipe.Reader.Complete();
    }

    private void Leave(int bytes)
    {
        lock (_gate)
        {
            _inside -= bytes;
        }

        room.Leave(bytes);
    }
}
