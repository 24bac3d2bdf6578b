namespace Sandbox.Enclave.Runs;

/// <summary>Cuts the input of a partitionable model and joins its outputs. The room that knows Arrow does it; here streams are bytes.</summary>
public interface IPartitioner
{
    /// <summary>A stream that takes the whole input and hands it on in parts of <paramref name="rows"/> rows each, the last one with what is left; at least one part.</summary>
    /// <param name="rows">Rows of a part. The edges depend on nothing else.</param>
    /// <param name="next">Gives the target of the next part; the part before is complete then.</param>
    Stream Cut(int rows, Func<CancellationToken, ValueTask<Stream>> next);

    /// <summary>The rows of all outputs in their order as one stream; null when they are not streams of the same columns.</summary>
    byte[]? Join(IReadOnlyList<ReadOnlyMemory<byte>> outputs);
}
