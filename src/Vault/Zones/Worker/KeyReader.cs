using System.Security.Cryptography;

namespace Sandbox.Vault.Zones;

/// <summary>The child's side of a <see cref="KeyFile"/>; zeroed when disposed.</summary>
internal sealed class KeyReader : IDisposable
{
    private const int Largest = 64 * 1024;
    private readonly byte[] _bytes;

    public KeyReader(string path)
    {
        using var file = File.OpenRead(path);
        _bytes = GC.AllocateArray<byte>(checked((int)Math.Min(file.Length, Largest)), pinned: true);
        file.ReadExactly(_bytes);
    }

    public ReadOnlySpan<byte> this[KeySlot slot] => _bytes.AsSpan(slot.Offset, slot.Length);

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
