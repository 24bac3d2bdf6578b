using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>The jail's input as a source sees it: write only, and it remembers when the reading end went away. Closing it is the runner's business.</summary>
internal sealed class InputPipe(Stream pipe) : WriteOnlyStream, IChildInput
{
    /// <summary>True once a write found that nobody reads any more.</summary>
    public bool ClosedByReader { get; private set; }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            pipe.Write(buffer);
        }
        catch (IOException)
        {
            ClosedByReader = true;
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await pipe.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            ClosedByReader = true;
            throw;
        }
    }

    public async ValueTask<int> MoveFromAsync(Stream output, int count, CancellationToken cancellation)
    {
        try
        {
            return await ((IChildInput)pipe).MoveFromAsync(output, count, cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            ClosedByReader = true;
            throw;
        }
    }

    public override void Flush() => pipe.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => pipe.FlushAsync(cancellationToken);
}
