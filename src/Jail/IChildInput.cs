namespace Sandbox.Jail;

/// <summary>A stream that ends in a child's standard input, and so can take bytes of another child's output in the kernel: they need not come into this process.</summary>
public interface IChildInput
{
    /// <summary>Moves bytes from <see cref="JailedProcess.Output"/> of another child.</summary>
    /// <param name="output">That output.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the waiting; what was moved stays moved.</param>
    /// <returns>How many came: fewer than <paramref name="count"/> where the output ended, or passed its limit, before.</returns>
    /// <exception cref="IOException">This child has closed its input.</exception>
    ValueTask<int> MoveFromAsync(Stream output, int count, CancellationToken cancellation);
}
