using Sandbox.Enclave.Runs;
using Sandbox.Vault.Arrow;

namespace Sandbox.Host.Models;

/// <summary>Partitions as Arrow streams, cut and joined by the vault's reader and writer.</summary>
internal sealed class ArrowPartitions : IPartitioner
{
    public Stream Cut(int rows, Func<CancellationToken, ValueTask<Stream>> next) => new PartitioningStream(rows, next);

    public byte[]? Join(IReadOnlyList<ReadOnlyMemory<byte>> outputs)
    {
        try
        {
            return ArrowJoin.FromUntrusted(outputs, ArrowLimits.Default);
        }
        catch (ArrowFormatException)
        {
            return null;
        }
    }
}
