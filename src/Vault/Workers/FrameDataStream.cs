using Sandbox.Jail;

namespace Sandbox.Vault.Workers;

/// <summary>A write-only stream that cuts what is written into data frames: what an Arrow writer or a copy is handed inside the worker.</summary>
internal sealed class FrameDataStream(FrameWriter writer) : WriteOnlyStream
{
    private long _written;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!buffer.IsEmpty)
        {
            writer.Data(buffer);
            _written += buffer.Length;
        }
    }
}
