using System.Runtime.InteropServices;

namespace Sandbox.Jail.Spawning;

/// <summary>A null-ended array of C strings for argv and envp; owns its memory until disposed.</summary>
internal sealed unsafe class StringTable : IDisposable
{
    private readonly int _count;

    public StringTable(IReadOnlyList<string> values)
    {
        if (values.Any(value => value.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException("An argument or variable of a child holds a NUL character.", nameof(values));
        }

        _count = values.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < _count; i++)
        {
            Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(values[i]);
        }
    }

    public byte** Pointer { get; }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            Marshal.FreeCoTaskMem((nint)Pointer[i]);
        }

        NativeMemory.Free(Pointer);
    }
}
