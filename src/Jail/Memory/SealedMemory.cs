using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail;

/// <summary>
/// A file that lives in memory only (memfd): the way plaintext goes to a jailed child and comes back without touching a disk.
/// Write it, <see cref="Seal"/> it, pass it on; after the seal nobody, this process included, can change or resize it.
/// The memory is returned when every holder has closed it, so dispose it as soon as the child runs.
/// </summary>
public sealed class SealedMemory : IDisposable
{
    private const int AllSeals = LibC.F_SEAL_WRITE | LibC.F_SEAL_GROW | LibC.F_SEAL_SHRINK | LibC.F_SEAL_SEAL;

    private SealedMemory(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor. Its file position belongs to nobody: use the streams, or pass it to a child.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Length in bytes.</summary>
    public long Length => RandomAccess.GetLength(Handle);

    /// <summary>True once <see cref="Seal"/> was called; asked of the kernel, not remembered.</summary>
    public bool IsSealed => (LibC.fcntl(Handle, LibC.F_GET_SEALS, 0) & AllSeals) == AllSeals;

    /// <summary>An empty memory file. The name shows up in /proc only and must carry no data.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    public static SealedMemory Create(string name)
    {
        var fd = LibC.memfd_create(name, LibC.MFD_CLOEXEC | LibC.MFD_ALLOW_SEALING);
        return fd >= 0 ? new SealedMemory(new SafeFileHandle(fd, ownsHandle: true)) : throw NativeError.Io("memfd_create");
    }

    /// <summary>A sealed memory file with what is written into it; nothing is left when that fails.</summary>
    /// <param name="name">As of <see cref="Create"/>.</param>
    /// <param name="write">Writes the content; what it throws is handed on.</param>
    /// <exception cref="IOException">The kernel refused it.</exception>
    public static SealedMemory Of(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var memory = Create(name);
        try
        {
            memory.Fill(write);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Writes the whole content and seals it.</summary>
    /// <param name="write">Writes the content; what it throws is handed on, and the memory is not sealed.</param>
    /// <exception cref="IOException">The memory is sealed already, or the kernel refused it.</exception>
    public void Fill(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using (var target = OpenWrite())
        {
            write(target);
        }

        Seal();
    }

    /// <summary>A stream that writes from the start; closing it leaves the memory open.</summary>
    /// <exception cref="IOException">The memory is sealed already.</exception>
    public Stream OpenWrite() => IsSealed
        ? throw new IOException("The memory file is sealed; nothing can be written to it any more.")
        : new FileStream(Reopen(LibC.O_RDWR), FileAccess.ReadWrite, 0);

    /// <summary>A stream that reads from the start, with a position of its own; closing it leaves the memory open.</summary>
    public Stream OpenRead() => new FileStream(Reopen(LibC.O_RDONLY), FileAccess.Read, 0);

    /// <summary>Forbids every further write, growth and shrinking, for ever and for every holder.</summary>
    /// <exception cref="IOException">A writable mapping is still alive somewhere.</exception>
    public void Seal()
    {
        if (!IsSealed && LibC.fcntl(Handle, LibC.F_ADD_SEALS, AllSeals) != 0)
        {
            throw NativeError.Io("fcntl(F_ADD_SEALS)");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>A new open file of the same memory with its own position: read-only when sealed or wanted so, then a child can't even ask for a write.</summary>
    internal SafeFileHandle ForChild(bool readOnly = false) => Reopen(readOnly || IsSealed ? LibC.O_RDONLY : LibC.O_RDWR);

    private SafeFileHandle Reopen(int access)
    {
        var added = false;
        try
        {
            Handle.DangerousAddRef(ref added);
            var fd = LibC.open($"/proc/self/fd/{Handle.DangerousGetHandle()}", access | LibC.O_CLOEXEC);
            return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw NativeError.Io("open");
        }
        finally
        {
            if (added)
            {
                Handle.DangerousRelease();
            }
        }
    }
}
