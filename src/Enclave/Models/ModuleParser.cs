namespace Sandbox.Enclave.Models;

/// <summary>Reads the structure of a module: sections, imports, limits, exports, and every instruction's opcode. Types are left to the engine in the jail.</summary>
internal static class ModuleParser
{
    private const int MostEntries = 1_000_000;

    /// <summary>True when the bytes start as a WebAssembly 1.0 binary does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\0asm\u0001\0\0\0"u8);

    /// <exception cref="MalformedModuleException">The structure does not hold.</exception>
    public static ModuleReport Parse(ReadOnlySpan<byte> bytes)
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

        if (found.Bodies != found.Functions)
        {
            throw new MalformedModuleException("it declares other functions than it defines");
        }

        return found.Report(bytes.Length);
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
        switch (id)
        {
            case 0:
                found.Customs.Add(new(reader.Name(), content.Length));
                return;
            case 2:
                for (var i = reader.Count(MostEntries); i > 0; i--)
                {
                    found.Imports.Add(Import(ref reader));
                }

                break;
            case 3:
                found.Functions = reader.Count(MostEntries);
                return;
            case 4:
                for (var i = reader.Count(MostEntries); i > 0; i--)
                {
                    reader.Byte();
                    found.Tables.Add(Limits(ref reader));
                }

                break;
            case 5:
                for (var i = reader.Count(MostEntries); i > 0; i--)
                {
                    found.Memories.Add(Limits(ref reader));
                }

                break;
            case 7:
                for (var i = reader.Count(MostEntries); i > 0; i--)
                {
                    var name = reader.Name();
                    var kind = Kind(reader.Byte());
                    reader.U32();
                    found.Exports.Add(new(name, kind));
                }

                break;
            case 8:
                found.Start = true;
                reader.U32();
                break;
            case 10:
                found.CodeBytes = content.Length;
                for (var i = found.Bodies = reader.Count(MostEntries); i > 0; i--)
                {
                    found.Scanner.Body(reader.Bytes(reader.U32()));
                }

                break;
            case 11:
                found.DataBytes = content.Length;
                return;
            default:
                return;
        }

        if (!reader.AtEnd)
        {
            throw new MalformedModuleException("a section is longer than its content");
        }
    }

    private static ModuleImport Import(ref WasmReader reader)
    {
        var module = reader.Name();
        var name = reader.Name();
        var kind = Kind(reader.Byte());
        switch (kind)
        {
            case ModuleItemKind.Function:
                reader.U32();
                break;
            case ModuleItemKind.Table:
                reader.Byte();
                Limits(ref reader);
                break;
            case ModuleItemKind.Memory:
                Limits(ref reader);
                break;
            case ModuleItemKind.Global:
                reader.Skip(2);
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
        public List<ModuleImport> Imports { get; } = [];

        public List<ModuleExport> Exports { get; } = [];

        public List<ModuleLimits> Memories { get; } = [];

        public List<ModuleLimits> Tables { get; } = [];

        public List<ModuleCustomSection> Customs { get; } = [];

        public InstructionScanner Scanner { get; } = new();

        public int Functions { get; set; }

        public int Bodies { get; set; }

        public int CodeBytes { get; set; }

        public int DataBytes { get; set; }

        public bool Start { get; set; }

        public ModuleReport Report(int bytes) => new()
        {
            Bytes = bytes,
            Functions = Functions,
            CodeBytes = CodeBytes,
            DataBytes = DataBytes,
            Imports = Imports,
            Exports = Exports,
            Memories = Memories,
            Tables = Tables,
            CustomSections = Customs,
            HasStartFunction = Start,
            UsesSimd = Scanner.Simd,
            UsesRelaxedSimd = Scanner.RelaxedSimd,
            UsesAtomics = Scanner.Atomics,
            GrowsMemory = Scanner.GrowsMemory,
        };
    }
}
