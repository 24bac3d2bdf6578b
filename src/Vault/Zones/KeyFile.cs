using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Vault.Zones;

/// <summary>Keys on their way to a child: in a sealed memory file, never in a message, an argument or a managed text.</summary>
internal sealed class KeyFile : IDisposable
{
    private readonly Stream _target;
    private SealedMemory? _memory = SealedMemory.Create("keys");
    private int _length;

    public KeyFile() => _target = _memory!.OpenWrite();

    public KeySlot Add(Secret key)
    {
        _target.Write(key.Bytes);
        var slot = new KeySlot(_length, key.Length);
        _length += key.Length;
        return slot;
    }

    public void Seal()
    {
        _target.Dispose();
        _memory!.Seal();
    }

    /// <summary>Hands the sealed file to a new owner.</summary>
    public SealedMemory TakeMemory()
    {
        var memory = _memory ?? throw new InvalidOperationException("The key file was handed on already.");
        _memory = null;
        return memory;
    }

    public void Dispose()
    {
        _target.Dispose();
        _memory?.Dispose();
    }
}
