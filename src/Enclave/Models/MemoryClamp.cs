using System.Buffers;

namespace Sandbox.Enclave.Models;

/// <summary>
/// Rewrites the one memory of a module so that it declares a maximum no larger than the run allows. The engine then
/// makes <c>memory.grow</c> fail cleanly at the limit whatever its own flags say.
/// </summary>
internal static class MemoryClamp
{
    /// <param name="module">A module that <see cref="ModelInspector"/> accepted.</param>
    /// <param name="pages">Most pages of 64 KiB, at least the module's minimum.</param>
    public static byte[] Apply(ReadOnlySpan<byte> module, uint pages)
    {
        var reader = new WasmReader(module);
        reader.Skip(8);
        while (!reader.AtEnd)
        {
            var start = reader.Position;
            var id = reader.Byte();
            var content = reader.Bytes(reader.U32());
            if (id == 5)
            {
                return [.. module[..start], .. Section(content, pages), .. module[reader.Position..]];
            }
        }

        throw new MalformedModuleException("it has no memory");
    }

    private static byte[] Section(ReadOnlySpan<byte> content, uint pages)
    {
        var reader = new WasmReader(content);
        if (reader.U32() != 1)
        {
            throw new MalformedModuleException("it has more than one memory");
        }

        var flags = reader.Byte();
        var minimum = reader.U32();
        var maximum = flags == 1 ? Math.Min(reader.U32(), pages) : pages;
        if (flags > 1 || minimum > maximum)
        {
            throw new MalformedModuleException("its memory does not fit the limit");
        }

        var body = new ArrayBufferWriter<byte>();
        body.Write((ReadOnlySpan<byte>)[1, 1]);
        Unsigned(body, minimum);
        Unsigned(body, maximum);
        var section = new ArrayBufferWriter<byte>();
        section.Write((ReadOnlySpan<byte>)[5]);
        Unsigned(section, (uint)body.WrittenCount);
        section.Write(body.WrittenSpan);
        return section.WrittenSpan.ToArray();
    }

    private static void Unsigned(ArrayBufferWriter<byte> writer, uint value)
    {
        do
        {
            var part = (byte)(value & 0x7F);
            value >>= 7;
            writer.Write((ReadOnlySpan<byte>)[value == 0 ? part : (byte)(part | 0x80)]);
        }
        while (value != 0);
    }
}
