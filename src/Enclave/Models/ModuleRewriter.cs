namespace Sandbox.Enclave.Models;

/// <summary>Writes a module anew, section by section; see <see cref="PreparedModule.Of"/>. Custom sections are not carried over: their offsets would be wrong.</summary>
internal static class ModuleRewriter
{
    private const byte Types = 1, Memory = 5, Globals = 6, Exports = 7, Code = 10;

    /// <summary>Repeated loops make a module up to five times as long, and the engine takes 32 MiB.</summary>
    private const int MostRepeated = 4 << 20;

    /// <summary>The order of sections in a module.</summary>
    private static ReadOnlySpan<byte> Order => [Types, 2, 3, 4, Memory, Globals, Exports, 8, 9, 12, Code, 11];

    public static PreparedModule Rewrite(ReadOnlySpan<byte> module, PreparationSettings settings)
    {
        var (report, shape) = ModuleParser.Parse(module);
        var sections = Sections(module);

        // The code first: it may need types that the module has not.
        var meter = new FunctionMeter(shape, settings.Fuel, module.Length <= MostRepeated);
        var code = sections[Code] is { } bodies ? Bodies(module[bodies], shape, meter) : null;
        var names = report.Exports.Select(export => export.Name).ToHashSet(StringComparer.Ordinal);
        var denied = Unused("sandbox.denied", names);
        var fuel = settings.Fuel is null ? null : Unused("sandbox.fuel", names);
        var target = new WasmWriter(module.Length + (module.Length / 2) + 1024).Bytes(module[..8]);
        foreach (var id in Order)
        {
            var content = sections[id] is { } range ? module[range] : default;
            switch (id)
            {
                case Types:
                    target.Section(id, Longer(content, meter.AddedTypes, meter.TypeCount));
                    break;
                case Memory when !content.IsEmpty:
                    target.Section(id, Clamped(content, settings.MemoryPages));
                    break;
                case Globals:
                    target.Section(id, Longer(content, meter.AddedGlobals(out var globals), globals));
                    break;
                case Exports:
                    target.Section(id, Longer(content, meter.AddedExports(denied, fuel, out var exports), exports));
                    break;
                case Code when code is not null:
                    target.Section(id, code);
                    break;
                default:
                    if (sections[id] is not null)
                    {
                        target.Byte(id).U32((uint)content.Length).Bytes(content);
                    }

                    break;
            }
        }

        return new(target.Written.ToArray(), denied, fuel);
    }

    private static Range?[] Sections(ReadOnlySpan<byte> module)
    {
        var found = new Range?[13];
        var reader = new WasmReader(module);
        reader.Skip(8);
        while (!reader.AtEnd)
        {
            var id = reader.Byte();
            var length = reader.U32();
            var start = reader.Position;
            reader.Skip(length);
            found[id] = start..reader.Position;
        }

        found[0] = null;
        return found;
    }

    private static WasmWriter Bodies(ReadOnlySpan<byte> content, ModuleShape shape, FunctionMeter meter)
    {
        var reader = new WasmReader(content);
        var count = reader.U32();
        var target = new WasmWriter(content.Length + (content.Length / 2)).U32(count);
        var body = new WasmWriter(4096);
        for (var i = 0; i < (int)count; i++)
        {
            body.Clear();
            meter.Write(shape.Types[(int)shape.Functions[shape.ImportedFunctions + i]], reader.Bytes(reader.U32()), body);
            target.U32((uint)body.Length).Bytes(body.Written);
        }

        return target;
    }

    /// <summary>A vector section with entries added at its end; an empty one begins a new section.</summary>
    private static WasmWriter Longer(ReadOnlySpan<byte> content, WasmWriter added, uint more)
    {
        var reader = new WasmReader(content);
        var count = content.IsEmpty ? 0 : reader.U32();
        return new WasmWriter(content.Length + added.Length + 8).U32(count + more).Bytes(content[reader.Position..]).Bytes(added.Written);
    }

    /// <summary>The engine then makes memory.grow fail cleanly at the limit whatever its own flags say.</summary>
    private static WasmWriter Clamped(ReadOnlySpan<byte> content, uint pages)
    {
        var reader = new WasmReader(content);
        var count = reader.U32();
        if (count == 0)
        {
            return new WasmWriter().U32(0);
        }

        var flags = reader.Byte();
        var minimum = reader.U32();
        var maximum = flags == 1 ? Math.Min(reader.U32(), pages) : pages;
        if (count > 1 || flags > 1 || minimum > maximum)
        {
            throw new MalformedModuleException("its memory does not fit the limit");
        }

        return new WasmWriter().U32(1).Byte(1).U32(minimum).U32(maximum);
    }

    private static string Unused(string name, HashSet<string> names)
    {
        while (!names.Add(name))
        {
            name += "'";
        }

        return name;
    }
}
