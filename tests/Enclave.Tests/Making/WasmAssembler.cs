namespace Sandbox.Enclave.Tests.Making;

/// <summary>Assembles small modules by hand, good and bad ones, without any outside tool.</summary>
internal sealed class WasmAssembler
{
    public const byte I32 = 0x7F, I64 = 0x7E;

    private readonly List<byte[]> _types = [];
    private readonly List<(string Module, string Name, int Type)> _imports = [];
    private readonly List<(int Type, byte[] Body, int Locals)> _functions = [];
    private readonly List<byte[]> _customs = [];

    public (uint Minimum, uint? Maximum, byte ExtraFlags)? Memory { get; set; } = (1, null, 0);

    public bool ShowMemory { get; set; } = true;

    public bool ShowStart { get; set; } = true;

    /// <summary>Index of a start function, if any.</summary>
    public int? StartFunction { get; set; }

    /// <summary>Entries of a function table, if any.</summary>
    public uint? Table { get; set; }

    public static byte[] Const(int value) => [0x41, .. Signed(value)];

    public static byte[] Const64(long value) => [0x42, .. Signed(value)];

    public static byte[] Call(int function) => [0x10, .. Unsigned((uint)function)];

    /// <summary>Drops what the code before leaves on the stack.</summary>
    public static byte[] Drop => [0x1A];

    /// <summary>Repeats for ever.</summary>
    public static byte[] Loop(byte[] body) => [0x03, 0x40, .. body, 0x0C, 0x00, 0x0B];

    /// <summary>Stores a 32-bit value at a fixed address.</summary>
    public static byte[] Store(int address, int value) => [.. Const(address), .. Const(value), 0x36, 0x02, 0x00];

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    /// <summary>Declares an import and gives its function index; imports come before functions.</summary>
    public int Import(string name, byte[] parameters, byte[]? results = null, string module = "wasi_snapshot_preview1")
    {
        _imports.Add((module, name, Type(parameters, results ?? [I32])));
        return _imports.Count - 1;
    }

    /// <summary>Adds a function with so many i32 locals and gives its index; the last one is the entry point.</summary>
    public int Function(byte[] code, byte[]? parameters = null, byte[]? results = null, int locals = 0)
    {
        _functions.Add((Type(parameters ?? [], results ?? []), code, locals));
        return _imports.Count + _functions.Count - 1;
    }

    public void Custom(string name, byte[] content) => _customs.Add(Section(0, [.. Name(name), .. content]));

    public byte[] Build()
    {
        List<byte> module = [.. "\0asm\u0001\0\0\0"u8];
        module.AddRange(Section(1, Vector(_types)));
        if (_imports.Count > 0)
        {
            module.AddRange(Section(2, Vector(_imports.Select(import => Join(Name(import.Module), Name(import.Name), [0x00], Unsigned((uint)import.Type))))));
        }

        module.AddRange(Section(3, Vector(_functions.Select(function => Unsigned((uint)function.Type)))));
        if (Table is { } entries)
        {
            module.AddRange(Section(4, Join([1, 0x70, 0], Unsigned(entries))));
        }

        if (Memory is { } memory)
        {
            var flags = (byte)((memory.Maximum is null ? 0 : 1) | memory.ExtraFlags);
            module.AddRange(Section(5, Join([1, flags], Unsigned(memory.Minimum), memory.Maximum is { } most ? Unsigned(most) : [])));
        }

        List<byte[]> exports = [];
        if (ShowMemory)
        {
            exports.Add(Join(Name("memory"), [2, 0]));
        }

        if (ShowStart)
        {
            exports.Add(Join(Name("_start"), [0], Unsigned((uint)(_imports.Count + _functions.Count - 1))));
        }

        module.AddRange(Section(7, Vector(exports)));
        if (StartFunction is { } start)
        {
            module.AddRange(Section(8, Unsigned((uint)start)));
        }

        module.AddRange(Section(10, Vector(_functions.Select(function =>
        {
            byte[] body = [.. function.Locals == 0 ? [0] : Join([1], Unsigned((uint)function.Locals), [I32]), .. function.Body, 0x0B];
            return Join(Unsigned((uint)body.Length), body);
        }))));
        _customs.ForEach(module.AddRange);
        return [.. module];
    }

    /// <summary>A module whose entry point runs the code and imports nothing.</summary>
    public static byte[] Program(params byte[][] code)
    {
        var assembler = new WasmAssembler();
        assembler.Function(Join(code));
        return assembler.Build();
    }

    private int Type(byte[] parameters, byte[] results)
    {
        byte[] type = [0x60, (byte)parameters.Length, .. parameters, (byte)results.Length, .. results];
        var at = _types.FindIndex(other => other.SequenceEqual(type));
        if (at < 0)
        {
            _types.Add(type);
            at = _types.Count - 1;
        }

        return at;
    }

    private static byte[] Section(byte id, byte[] content) => [id, .. Unsigned((uint)content.Length), .. content];

    private static byte[] Vector(IEnumerable<byte[]> items)
    {
        var all = items.ToArray();
        return [.. Unsigned((uint)all.Length), .. all.SelectMany(item => item)];
    }

    private static byte[] Name(string name)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name);
        return [.. Unsigned((uint)bytes.Length), .. bytes];
    }

    private static byte[] Unsigned(uint value)
    {
        List<byte> bytes = [];
        do
        {
            var part = (byte)(value & 0x7F);
            value >>= 7;
            bytes.Add(value == 0 ? part : (byte)(part | 0x80));
        }
        while (value != 0);
        return [.. bytes];
    }

    private static byte[] Signed(long value)
    {
        List<byte> bytes = [];
        while (true)
        {
            var part = (byte)(value & 0x7F);
            value >>= 7;
            if ((value == 0 && (part & 0x40) == 0) || (value == -1 && (part & 0x40) != 0))
            {
                bytes.Add(part);
                return [.. bytes];
            }

            bytes.Add((byte)(part | 0x80));
        }
    }
}
