using System.Buffers.Binary;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// Several parts of a round in one file: four letters and a version, then each part after its length (4 bytes). Parts are read one at a time, each up to a stated limit,
/// so that a file can't ask for more memory than its place may have.
/// </summary>
public sealed class RoundContainer : IDisposable
{
    /// <summary>Terms, total and contributions, for a witness.</summary>
    public const string Recount = "SBHR";

    /// <summary>Terms, total, permit and witnesses' statements, for the key holder.</summary>
    public const string ForOpening = "SBHO";

    private readonly Stream _source;

    private RoundContainer(Stream source) => _source = source;

    /// <summary>Writes a container.</summary>
    /// <param name="target">Stays open.</param>
    /// <param name="kind">One of the kinds.</param>
    /// <param name="parts">Taken one at a time.</param>
    public static void Write(Stream target, string kind, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(parts);
        target.Write(Head(kind));
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            target.Write(length);
            target.Write(part.Span);
        }
    }

    /// <summary>Starts reading.</summary>
    /// <param name="source">Belongs to the container from now on.</param>
    /// <param name="kind">The kind that is expected.</param>
    /// <exception cref="EnclaveException">SB-HE-26.</exception>
    public static RoundContainer FromUntrusted(Stream source, string kind)
    {
        ArgumentNullException.ThrowIfNull(source);
        var head = new byte[5];
        if (source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) != head.Length || !head.AsSpan().SequenceEqual(Head(kind)))
        {
            source.Dispose();
            throw new EnclaveException(RoundRefusals.Container());
        }

        return new(source);
    }

    /// <summary>The next part.</summary>
    /// <param name="limit">Most bytes it may have.</param>
    /// <exception cref="EnclaveException">SB-HE-26: there is none, it is longer, or the file was cut.</exception>
    public byte[] Next(long limit) => NextOrEnd(limit) ?? throw new EnclaveException(RoundRefusals.Container());

    /// <summary>The next part, or null at the end of the file.</summary>
    /// <inheritdoc cref="Next" path="/param"/>
    /// <exception cref="EnclaveException">SB-HE-26.</exception>
    public byte[]? NextOrEnd(long limit)
    {
        var head = new byte[4];
        var got = _source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (got == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);

        // What the file says it holds is believed only as far as it holds it.
        if (got < head.Length || length < 0 || length > limit || (_source.CanSeek && length > _source.Length - _source.Position))
        {
            throw new EnclaveException(RoundRefusals.Container());
        }

        var part = new byte[length];
        return _source.ReadAtLeast(part, length, throwOnEndOfStream: false) == length ? part : throw new EnclaveException(RoundRefusals.Container());
    }

    /// <summary>The parts that are left, one at a time.</summary>
    /// <inheritdoc cref="NextOrEnd"/>
    public IEnumerable<byte[]> Rest(long limit)
    {
        while (NextOrEnd(limit) is { } part)
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static byte[] Head(string kind) => [.. System.Text.Encoding.ASCII.GetBytes(kind), 1];
}
