using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Trust;

/// <summary>The exact bytes under a signature: <c>sandbox-signature-v1 NUL alg NUL label NUL length(8) payload</c>.</summary>
internal static class SignedBytes
{
    public const int MaxLabel = 100;

    public static byte[] Frame(Suite suite, string label, ReadOnlySpan<byte> payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(label.Length, MaxLabel);
        if (label.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("A label is printable ASCII without blanks.", nameof(label));
        }

        var head = Encoding.ASCII.GetBytes($"sandbox-signature-v1\0{suite.SignatureAlgorithm}\0{label}\0");
        var framed = new byte[head.Length + 8 + payload.Length];
        head.CopyTo(framed, 0);
        BinaryPrimitives.WriteInt64BigEndian(framed.AsSpan(head.Length), payload.Length);
        payload.CopyTo(framed.AsSpan(head.Length + 8));
        return framed;
    }
}
