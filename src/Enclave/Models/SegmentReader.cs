namespace Sandbox.Enclave.Models;

/// <summary>Types, globals and segments of a module (core specification 2.0, sections 5.3 to 5.5). Forms of later proposals are refused.</summary>
internal static class SegmentReader
{
    private const int MostValues = 1000, MostEntries = 10_000_000;

    public static FunctionType FunctionType(ref WasmReader reader)
    {
        if (reader.Byte() != 0x60)
        {
            throw new MalformedModuleException("it uses a type outside WebAssembly 2.0");
        }

        return new(ValueTypes(ref reader), ValueTypes(ref reader));
    }

    public static void Global(ref WasmReader reader, ModuleShape shape)
    {
        ModuleShape.ValueType(reader.Byte());
        if (reader.Byte() > 1)
        {
            throw new MalformedModuleException("it declares a global outside WebAssembly 2.0");
        }

        Constant(ref reader, shape);
    }

    public static void Element(ref WasmReader reader, ModuleShape shape)
    {
        var flags = reader.U32();
        if (flags > 7)
        {
            throw new MalformedModuleException("it has a segment outside WebAssembly 2.0");
        }

        var (passive, stated, expressions) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
        if (!passive)
        {
            ModuleShape.Demand(stated ? reader.U32() : 0, shape.Tables);
            Constant(ref reader, shape);
        }

        if (passive || stated)
        {
            var kind = reader.Byte();
            if (expressions)
            {
                ModuleShape.ReferenceType(kind);
            }
            else if (kind != 0)
            {
                throw new MalformedModuleException("it has a segment outside WebAssembly 2.0");
            }
        }

        for (var i = reader.Count(MostEntries); i > 0; i--)
        {
            if (expressions)
            {
                Constant(ref reader, shape);
            }
            else
            {
                ModuleShape.Demand(reader.U32(), shape.Functions.Count);
            }
        }
    }

    public static void Data(ref WasmReader reader, ModuleShape shape)
    {
        var flags = reader.U32();
        if (flags > 2)
        {
            throw new MalformedModuleException("it has a segment outside WebAssembly 2.0");
        }

        if (flags != 1)
        {
            ModuleShape.Demand(flags == 2 ? reader.U32() : 0, shape.Memories);
            Constant(ref reader, shape);
        }

        reader.Skip(reader.U32());
    }

    /// <summary>A constant expression: constants, null and function references, and globals that stand before.</summary>
    private static void Constant(ref WasmReader reader, ModuleShape shape)
    {
        while (true)
        {
            switch (reader.Byte())
            {
                case 0x0B:
                    return;
                case 0x41:
                    reader.SkipSigned(32);
                    break;
                case 0x42:
                    reader.SkipSigned(64);
                    break;
                case 0x43:
                    reader.Skip(4);
                    break;
                case 0x44:
                    reader.Skip(8);
                    break;
                case 0xFD when reader.U32() == 12:
                    reader.Skip(16);
                    break;
                case 0xD0:
                    ModuleShape.ReferenceType(reader.Byte());
                    break;
                case 0xD2:
                    ModuleShape.Demand(reader.U32(), shape.Functions.Count);
                    break;
                case 0x23:
                    ModuleShape.Demand(reader.U32(), shape.Globals);
                    break;
                default:
                    throw new MalformedModuleException("it uses an instruction outside WebAssembly 2.0");
            }
        }
    }

    private static byte[] ValueTypes(ref WasmReader reader)
    {
        var types = new byte[reader.Count(MostValues)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = ModuleShape.ValueType(reader.Byte());
        }

        return types;
    }
}
