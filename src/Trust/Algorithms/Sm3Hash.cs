using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>SM3 over parts.</summary>
internal sealed class Sm3Hash : StreamingHash
{
    private readonly byte[] _pending = new byte[Sm3.BlockLength];
    private Sm3State _state = Sm3State.Initial;
    private long _absorbed;
    private int _held;

    public override void Append(ReadOnlySpan<byte> data)
    {
        if (_held > 0)
        {
            var taken = Math.Min(Sm3.BlockLength - _held, data.Length);
            data[..taken].CopyTo(_pending.AsSpan(_held));
            _held += taken;
            data = data[taken..];
            if (_held < Sm3.BlockLength)
            {
                return;
            }

            Sm3.Compress(ref _state, _pending);
            _absorbed += Sm3.BlockLength;
            _held = 0;
        }

        var whole = data.Length & ~(Sm3.BlockLength - 1);
        Sm3.Compress(ref _state, data[..whole]);
        _absorbed += whole;
        data[whole..].CopyTo(_pending);
        _held = data.Length - whole;
    }

    public override void Finish(Span<byte> destination)
    {
        Sm3.Finish(ref _state, _absorbed, _pending.AsSpan(0, _held), destination);
        Reset();
    }

    protected override void Dispose(bool disposing) => Reset();

    private void Reset()
    {
        CryptographicOperations.ZeroMemory(_pending);
        _state = Sm3State.Initial;
        _absorbed = 0;
        _held = 0;
    }
}

/// <summary>HMAC-SM3 with both key blocks absorbed once, which halves the work of short messages.</summary>
internal sealed class Sm3KeyedHash : KeyedHash
{
    private Sm3State _inner = Sm3State.Initial;
    private Sm3State _outer = Sm3State.Initial;
    private readonly LaneHmac<Sm3Lanes> _lanes;
    private bool _disposed;

    public Sm3KeyedHash(ReadOnlySpan<byte> key)
    {
        Span<byte> block = stackalloc byte[Sm3.BlockLength];
        block.Clear();
        if (key.Length > Sm3.BlockLength)
        {
            Sm3.Hash(key, block);
        }
        else
        {
            key.CopyTo(block);
        }

        _lanes = new LaneHmac<Sm3Lanes>(block);
        Mask(block, 0x36);
        Sm3.Compress(ref _inner, block);
        Mask(block, 0x36 ^ 0x5c);
        Sm3.Compress(ref _outer, block);
        CryptographicOperations.ZeroMemory(block);
    }

    public override void Compute(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Span<byte> digest = stackalloc byte[Suite.HashLength];
        var state = _inner;
        Sm3.Finish(ref state, Sm3.BlockLength, data, digest);
        state = _outer;
        Sm3.Finish(ref state, Sm3.BlockLength, digest, destination);
        CryptographicOperations.ZeroMemory(digest);
    }

    public override void Compute(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Lanes8.IsFast)
        {
            _lanes.Compute(messages, ends, codes);
        }
        else
        {
            base.Compute(messages, ends, codes);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _lanes.Dispose();
        _inner = default;
        _outer = default;
    }

    private static void Mask(Span<byte> block, byte mask)
    {
        foreach (ref var b in block)
        {
            b ^= mask;
        }
    }
}
