namespace Sandbox.Enclave.Models;

/// <summary>Walks over instructions by their immediates (core specification 2.0, section 5.4); an opcode outside it is refused.</summary>
internal sealed class InstructionScanner
{
    public bool Simd { get; private set; }

    public bool RelaxedSimd { get; private set; }

    public bool Atomics { get; private set; }

    public bool GrowsMemory { get; private set; }

    /// <summary>Reads one function body, locals included, up to its last byte.</summary>
    public void Body(ReadOnlySpan<byte> body)
    {
        var reader = new WasmReader(body);
        var groups = reader.Count(50_000);
        for (var i = 0; i < groups; i++)
        {
            reader.U32();
            reader.Byte();
        }

        var depth = 1;
        while (depth > 0)
        {
            depth += Instruction(ref reader);
        }

        if (!reader.AtEnd)
        {
            throw new MalformedModuleException("a function goes on after its end");
        }
    }

    /// <summary>Reads one instruction and returns how the nesting changes: 1 for a block, -1 for an end.</summary>
    private int Instruction(ref WasmReader reader)
    {
        var opcode = reader.Byte();
        switch (opcode)
        {
            case 0x02 or 0x03 or 0x04:
                reader.SkipSigned(33);
                return 1;
            case 0x0B:
                return -1;
            case 0x00 or 0x01 or 0x05 or 0x0F or 0x1A or 0x1B or (>= 0x45 and <= 0xC4) or 0xD1:
                return 0;
            case 0x0C or 0x0D or 0x10 or (>= 0x20 and <= 0x26) or 0xD2:
                reader.U32();
                return 0;
            case 0x0E:
                SkipIndices(ref reader, reader.Count(1_000_000) + 1);
                return 0;
            case 0x11:
                SkipIndices(ref reader, 2);
                return 0;
            case 0x1C:
                reader.Skip(reader.Count(1000));
                return 0;
            case >= 0x28 and <= 0x3E:
                MemoryArgument(ref reader);
                return 0;
            case 0x3F or 0x40:
                GrowsMemory |= opcode == 0x40;
                MemoryIndex(ref reader);
                return 0;
            case 0x41:
                reader.SkipSigned(32);
                return 0;
            case 0x42:
                reader.SkipSigned(64);
                return 0;
            case 0x43:
                reader.Skip(4);
                return 0;
            case 0x44:
                reader.Skip(8);
                return 0;
            case 0xD0:
                reader.SkipSigned(33);
                return 0;
            case 0xFC:
                Bulk(ref reader);
                return 0;
            case 0xFD:
                Vector(ref reader);
                return 0;
            case 0xFE:
                // The immediates of atomics are not needed: a module that has one is refused as a whole.
                Atomics = true;
                throw new MalformedModuleException("it uses shared-memory instructions");
            default:
                throw new MalformedModuleException("it uses an instruction outside WebAssembly 2.0");
        }
    }

    private static void Bulk(ref WasmReader reader)
    {
        switch (reader.U32())
        {
            case <= 7:
                return;
            case 8:
                reader.U32();
                MemoryIndex(ref reader);
                return;
            case 9 or 13 or 15 or 16 or 17:
                reader.U32();
                return;
            case 10:
                MemoryIndex(ref reader);
                MemoryIndex(ref reader);
                return;
            case 11:
                MemoryIndex(ref reader);
                return;
            case 12 or 14:
                SkipIndices(ref reader, 2);
                return;
            default:
                throw new MalformedModuleException("it uses an instruction outside WebAssembly 2.0");
        }
    }

    private void Vector(ref WasmReader reader)
    {
        Simd = true;
        switch (reader.U32())
        {
            case <= 11 or 92 or 93:
                MemoryArgument(ref reader);
                return;
            case 12 or 13:
                reader.Skip(16);
                return;
            case >= 21 and <= 34:
                reader.Byte();
                return;
            case >= 84 and <= 91:
                MemoryArgument(ref reader);
                reader.Byte();
                return;
            case <= 255:
                return;
            case <= 0x12F:
                RelaxedSimd = true;
                return;
            default:
                throw new MalformedModuleException("it uses an instruction outside WebAssembly 2.0");
        }
    }

    private static void MemoryArgument(ref WasmReader reader)
    {
        // An alignment exponent above 32 would be the flag of the multi-memory or 64-bit proposals.
        if (reader.U32() > 32)
        {
            throw new MalformedModuleException("it addresses more than one memory");
        }

        reader.U32();
    }

    private static void MemoryIndex(ref WasmReader reader)
    {
        if (reader.Byte() != 0)
        {
            throw new MalformedModuleException("it addresses more than one memory");
        }
    }

    private static void SkipIndices(ref WasmReader reader, int count)
    {
        for (var i = 0; i < count; i++)
        {
            reader.U32();
        }
    }
}
