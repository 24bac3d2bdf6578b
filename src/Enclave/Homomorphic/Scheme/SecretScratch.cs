using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>Buffers for secret numbers: pinned, so that the collector leaves no copies behind, and zeroed when disposed.</summary>
internal sealed class SecretScratch<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _numbers;
    private readonly int _length;

    /// <param name="count">Number of buffers.</param>
    /// <param name="length">Elements of each.</param>
    public SecretScratch(int count, int length)
    {
        _numbers = GC.AllocateArray<T>(count * length, pinned: true);
        _length = length;
    }

    /// <summary>A buffer; the span must not outlive this object.</summary>
    public Span<T> this[int index] => _numbers.AsSpan(index * _length, _length);

    /// <summary>Zeroes every buffer.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_numbers.AsSpan()));

    public void Dispose() => Clear();
}
