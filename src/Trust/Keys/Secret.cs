using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Bytes that must not linger: pinned so that the collector makes no copies, and zeroed when disposed.</summary>
public sealed class Secret : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    private Secret(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>Length in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The bytes; the span dies with this object and must not be stored.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Fresh random bytes from the operating system.</summary>
    public static Secret Random(int length)
    {
        var secret = new Secret(length);
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    /// <summary>A copy of the given bytes; the caller zeroes its own.</summary>
    public static Secret CopyOf(ReadOnlySpan<byte> bytes)
    {
        var secret = new Secret(bytes.Length);
        bytes.CopyTo(secret._bytes);
        return secret;
    }

    /// <summary>Both parts one after the other; the caller zeroes its own.</summary>
    internal static Secret Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var secret = new Secret(first.Length + second.Length);
        first.CopyTo(secret._bytes);
        second.CopyTo(secret._bytes.AsSpan(first.Length));
        return secret;
    }

    /// <summary>A secret that <paramref name="fill"/> writes in place, so that no other copy exists.</summary>
    public static Secret Fill(int length, SecretWriter fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        var secret = new Secret(length);
        try
        {
            fill(secret._bytes);
            return secret;
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    public override string ToString() => "secret";
}

/// <summary>Writes a secret into its final place.</summary>
public delegate void SecretWriter(Span<byte> target);
