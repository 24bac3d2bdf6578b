namespace Sandbox.Enclave.Models;

/// <summary>Reads the structure of a module: sections, imports, limits, exports, and every instruction's opcode. Types are left to the engine in the jail.</summary>
internal static class ModuleParser
{
    private const int MostEntries = 1_000_000;
    private const ulong MostPages = 65536;

    /// <summary>True when the bytes start as a WebAssembly 1.0 binary does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\0asm\u0001\0\0\0"u8);

    /// <exception cref="MalformedModuleException">The structure does not hold.</exception>
    public static (ModuleReport Report, ModuleShape Shape) Parse(ReadOnlySpan<byte> bytes)
    {
        if (!HasMagic(bytes))
        {
            throw new MalformedModuleException("it does not start as a WebAssembly module does");
        }

        var reader = new WasmReader(bytes);
        reader.Skip(8);
        var found = new Found();
        var last = 0;
        while (!reader.AtEnd)
        {
            var id = reader.Byte();
            var content = reader.Bytes(reader.U32());
            if (id != 0)
            {
                var order = Order(id);
                if (order <= last)
                {
                    throw new MalformedModuleException("its sections are out of order");
                }

                last = order;
            }

            Section(id, content, found);
        }

        found.Close();
        return (found.Report(bytes.Length), found.Shape);
    }

    private static int Order(byte id) => id switch
    {
        >= 1 and <= 9 => id,
        12 => 10,
        10 => 11,
        11 => 12,
        _ => throw new MalformedModuleException("it has a section outside WebAssembly 2.0"),
    };

    private static void Section(byte id, ReadOnlySpan<byte> content, Found found)
    {
        var reader = new WasmReader(content);
        if (id == 0)
        {
            found.Customs.Add(new(reader.Name(), content.Length));
            return;
        }

        if (id == 8)
        {
            found.Start = true;
            ModuleShape.Demand(reader.U32(), found.Shape.Functions.Count);
        }
        else if (id == 12)
        {
            found.Shape.DataCount = reader.U32();
        }
        else
        {
            var count = reader.Count(MostEntries);
            found.Begin(id, count, content.Length);
            for (var i = 0; i < count; i++)
            {
                Entry(id, i, ref reader, found);
            }
        }

        if (!reader.AtEnd)
        {
            throw new MalformedModuleException("a section is longer than its content");
        }
    }

    private static void Entry(byte id, int number, ref WasmReader reader, Found found)
    {
        var shape = found.Shape;
        switch (id)
        {
            case 1:
                shape.Types.Add(SegmentReader.FunctionType(ref reader));
                break;
            case 2:
                found.Imports.Add(Import(ref reader, shape));
                break;
            case 3:
                var type = reader.U32();
                ModuleShape.Demand(type, shape.Types.Count);
                shape.Functions.Add(type);
                break;
            case 4:
                ModuleShape.ReferenceType(reader.Byte());
                found.Tables.Add(Limits(ref reader));
                shape.Tables++;
                break;
            case 5:
                var memory = Limits(ref reader);
                if (!memory.Wide && memory.Maximum is { } most && (most < memory.Minimum || most > MostPages))
                {
                    throw new MalformedModuleException("its memory has limits that can't be");
                }

                found.Memories.Add(memory);
                shape.Memories++;
                break;
            case 6:
                SegmentReader.Global(ref reader, shape);
                shape.Globals++;
                break;
            case 7:
                found.Exports.Add(Export(ref reader, found));
                break;
            case 9:
                SegmentReader.Element(ref reader, shape);
                shape.Elements++;
                break;
            case 10:
                Body(number, reader.Bytes(reader.U32()), found);
                break;
            case 11:
                SegmentReader.Data(ref reader, shape);
                break;
            default:
                throw new MalformedModuleException("it has a section outside WebAssembly 2.0");
        }
    }

    private static ModuleExport Export(ref WasmReader reader, Found found)
    {
        var name = reader.Name();
        var kind = Kind(reader.Byte());
        var shape = found.Shape;
        ModuleShape.Demand(reader.U32(), kind switch
        {
            ModuleItemKind.Function => shape.Functions.Count,
            ModuleItemKind.Table => shape.Tables,
            ModuleItemKind.Memory => shape.Memories,
            ModuleItemKind.Global => shape.Globals,
            _ => 0,
        });
        return found.ExportNames.Add(name) ? new(name, kind) : throw new MalformedModuleException("it shows two things by one name");
    }

    private static void Body(int number, ReadOnlySpan<byte> body, Found found)
    {
        var at = found.Shape.ImportedFunctions + number;
        ModuleShape.Demand((uint)at, found.Shape.Functions.Count);
        var reader = new FunctionReader(found.Shape, found.Shape.Types[(int)found.Shape.Functions[at]], body);
        while (reader.Next(out _))
        {
            // Reading is the check.
        }

        found.Simd |= reader.Simd;
        found.RelaxedSimd |= reader.RelaxedSimd;
        found.GrowsMemory |= reader.GrowsMemory;
    }

    private static ModuleImport Import(ref WasmReader reader, ModuleShape shape)
    {
        var module = reader.Name();
        var name = reader.Name();
        var kind = Kind(reader.Byte());
        switch (kind)
        {
            case ModuleItemKind.Function:
                var type = reader.U32();
                ModuleShape.Demand(type, shape.Types.Count);
                shape.Functions.Add(type);
                shape.ImportedFunctions++;
                break;
            case ModuleItemKind.Table:
                ModuleShape.ReferenceType(reader.Byte());
                Limits(ref reader);
                shape.Tables++;
                break;
            case ModuleItemKind.Memory:
                Limits(ref reader);
                shape.Memories++;
                break;
            case ModuleItemKind.Global:
                ModuleShape.ValueType(reader.Byte());
                reader.Skip(1);
                shape.Globals++;
                break;
            default:
                throw new MalformedModuleException("it imports something outside WebAssembly 2.0");
        }

        return new(module, name, kind);
    }

    private static ModuleLimits Limits(ref WasmReader reader)
    {
        var flags = reader.Byte();
        if (flags > 7)
        {
            throw new MalformedModuleException("it declares limits outside WebAssembly 2.0");
        }

        var minimum = reader.U64();
        return new(minimum, (flags & 1) != 0 ? reader.U64() : null, Shared: (flags & 2) != 0, Wide: (flags & 4) != 0);
    }

    private static ModuleItemKind Kind(byte kind) => kind switch
    {
        0 => ModuleItemKind.Function,
        1 => ModuleItemKind.Table,
        2 => ModuleItemKind.Memory,
        3 => ModuleItemKind.Global,
        _ => ModuleItemKind.Unknown,
    };

    private sealed class Found
    {
        public ModuleShape Shape { get; } = new();

        public List<ModuleImport> Imports { get; } = [];

        public List<ModuleExport> Exports { get; } = [];

        public HashSet<string> ExportNames { get; } = new(StringComparer.Ordinal);

        public List<ModuleLimits> Memories { get; } = [];

        public List<ModuleLimits> Tables { get; } = [];

        public List<ModuleCustomSection> Customs { get; } = [];

        public int Bodies { get; private set; }

        public int CodeBytes { get; private set; }

        public int DataBytes { get; private set; }

        public int DataSegments { get; private set; }

        public bool Start { get; set; }

        public bool Simd { get; set; }

        public bool RelaxedSimd { get; set; }

        public bool GrowsMemory { get; set; }

        public void Begin(byte section, int entries, int bytes)
        {
            switch (section)
            {
                case 10:
                    (Bodies, CodeBytes) = (entries, bytes);
                    break;
                case 11:
                    (DataSegments, DataBytes) = (entries, bytes);
                    break;
            }
        }

        public void Close()
        {
            if (Bodies != Shape.Functions.Count - Shape.ImportedFunctions)
            {
                throw new MalformedModuleException("it declares other functions than it defines");
            }

            if (Shape.DataCount is { } stated && stated != (uint)DataSegments)
            {
                throw new MalformedModuleException("it states another number of data segments than it has");
            }
        }

        public ModuleReport Report(int bytes) => new()
        {
            Bytes = bytes,
            Functions = Bodies,
            CodeBytes = CodeBytes,
            DataBytes = DataBytes,
            Imports = Imports,
            Exports = Exports,
            Memories = Memories,
            Tables = Tables,
            CustomSections = Customs,
            HasStartFunction = Start,
            UsesSimd = Simd,
            UsesRelaxedSimd = RelaxedSimd,
            GrowsMemory = GrowsMemory,
        };
    }
}
