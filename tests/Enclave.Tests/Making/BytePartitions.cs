using Sandbox.Enclave.Runs;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>Partitions of plain bytes: a row is a byte. Outputs are joined as they are; one that holds a <c>!</c> can't be.</summary>
internal sealed class BytePartitions : IPartitioner
{
    public Stream Cut(int rows, Func<CancellationToken, ValueTask<Stream>> next) => new Cutter(rows, next);

    public byte[]? Join(IReadOnlyList<ReadOnlyMemory<byte>> outputs) =>
        outputs.Any(output => output.Span.Contains((byte)'!')) ? null : [.. outputs.SelectMany(output => output.ToArray())];

    private sealed class Cutter(int rows, Func<CancellationToken, ValueTask<Stream>> next) : MemoryStream
    {
        private Stream? _part;
        private int _left;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                if (_left == 0)
                {
                    (_part, _left) = (await next(cancellationToken), rows);
                }

                var taken = Math.Min(_left, buffer.Length);
                await _part!.WriteAsync(buffer[..taken], cancellationToken);
                (buffer, _left) = (buffer[taken..], _left - taken);
            }
        }
    }
}
