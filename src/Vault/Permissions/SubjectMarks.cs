using System.Buffers.Binary;
using System.Text;
using Sandbox.Trust;

namespace Sandbox.Vault.Permissions;

/// <summary>Turns the text of a subject into its mark; <see cref="PermissionBook.Marks"/> makes one.</summary>
public sealed class SubjectMarks : IDisposable
{
    private readonly KeyedHash _hash;

    internal SubjectMarks(KeyedHash hash) => _hash = hash;

    /// <param name="subject">As it stands in the subject column.</param>
    public UInt128 Of(string subject)
    {
        Span<byte> code = stackalloc byte[Suite.HashLength];
        _hash.Compute(Encoding.UTF8.GetBytes(subject), code);
        return BinaryPrimitives.ReadUInt128BigEndian(code);
    }

    /// <summary>Marks of many subjects in UTF-8, one after the other, which is several times as fast.</summary>
    /// <param name="ends">Where each subject ends.</param>
    /// <param name="marks">One for each end.</param>
    public void Of(ReadOnlySpan<byte> subjects, ReadOnlySpan<int> ends, Span<UInt128> marks)
    {
        var codes = new byte[ends.Length * Suite.HashLength];
        _hash.Compute(subjects, ends, codes);
        for (var at = 0; at < ends.Length; at++)
        {
            marks[at] = BinaryPrimitives.ReadUInt128BigEndian(codes.AsSpan(at * Suite.HashLength));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
