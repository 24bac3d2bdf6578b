using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>
/// Makes valid modules at random: arithmetic of all number types, vectors of integers, memory, bulk operations, blocks, loops that end, tables of branches and calls. At the end
/// a module writes 512 bytes of its memory. Floating-point values are seen only through comparisons and saturating conversions: the bits of a NaN are the processor's choice.
/// </summary>
internal sealed class ProgramGenerator(ulong seed)
{
    private const byte F32 = 0x7D, F64 = 0x7C;
    private const int Shown = 1024, ShownBytes = 512;

    /// <summary>Parameters serve as variables: two i32, two i64, f64, f32; then i32 locals, the last three of them counters of loops.</summary>
    private static readonly byte[] Variables = [I32, I32, I64, I64, F64, F32];

    private static readonly int[] EdgeValues = [int.MinValue, int.MaxValue, -1, 0, 65535, 65536, 0x7FFFFF, 1 << 24];

    private const int Locals = 6, FirstCounter = 9;

    private ulong _state = seed;
    private int _functions;
    private int _first;
    private int _loops;
    private int _calls;

    public byte[] Build()
    {
        var assembler = new WasmAssembler { Memory = (1, 3, 0) };
        var write = assembler.Import("fd_write", [I32, I32, I32, I32]);
        _first = 1;
        var made = 2 + Pick(4);
        for (_functions = 0; _functions < made; _functions++)
        {
            (_loops, _calls) = (0, 0);
            assembler.Function([.. Statements(4 + Pick(6), 3), .. Value(I64, 4)], Variables, [I64], Locals);
        }

        List<byte> start = [];
        for (var i = 0; i < made; i++)
        {
            start.AddRange([.. Const(Shown + (8 * i)), .. FirstArguments(), .. Call(_first + i), 0x37, 0x03, 0x00]);
        }

        start.AddRange([.. Store(0, Shown), .. Store(4, ShownBytes), .. Const(1), .. Const(0), .. Const(1), .. Const(16), .. Call(write), .. Drop]);
        assembler.Function([.. start]);
        return assembler.Build();
    }

    private int Pick(int below) => (int)(Mutations.Next(ref _state) % (ulong)below);

    private byte One(params byte[] opcodes) => opcodes[Pick(opcodes.Length)];

    /// <summary>i32x4: add, sub, mul, and; bitwise or; equality.</summary>
    private byte[] Vector() => Pick(6) switch
    {
        0 => [0xAE, 0x01],
        1 => [0xB1, 0x01],
        2 => [0xB5, 0x01],
        3 => [0x4E],
        4 => [0x50],
        _ => [0x37],
    };

    private byte[] Statements(int count, int depth) => [.. Enumerable.Range(0, count).SelectMany(_ => Statement(depth))];

    private byte[] Statement(int depth)
    {
        switch (Pick(depth > 0 ? 12 : 6))
        {
            case 0 or 1:
                var local = Pick(FirstCounter);
                return [.. Value(TypeOf(local), 3), 0x21, (byte)local];
            case 2:
                return [.. Address(), .. Value(I32, 3), 0x36, 0x02, .. Offset()];
            case 3:
                return [.. Address(), .. Value(I64, 3), (byte)(0x3C + Pick(3)), 0x00, .. Offset()];
            case 4:
                return Pick(2) == 0
                    ? [.. Address(), .. Value(I32, 2), .. Const(Pick(200)), 0xFC, 0x0B, 0x00]
                    : [.. Address(), .. Address(), .. Const(Pick(200)), 0xFC, 0x0A, 0x00, 0x00];
            case 5:
                return Pick(6) == 0 ? [.. Const(Pick(3)), 0x40, 0x00, .. Drop] : [.. Value(I32, 2), .. Drop];
            case 6 or 7:
                byte[] either = [.. Value(I32, 2), 0x04, 0x40, .. Statements(1 + Pick(3), depth - 1), 0x05, .. Statements(1 + Pick(3), depth - 1), 0x0B];
                return either;
            case 8 or 9 when _loops < 3:
                return Repeat(depth);
            case 10:
                byte[] block = [0x02, 0x40, .. Statements(1, depth - 1), .. Value(I32, 2), 0x0D, 0x00, .. Statements(1 + Pick(2), depth - 1), 0x0B];
                return block;
            default:
                        byte[] table = [0x02, 0x40, 0x02, 0x40, .. Statements(1, depth - 1), .. Value(I32, 2), 0x0E, 0x02, 0x00, 0x01, 0x00, 0x0B, .. Statements(1, depth - 1), 0x0B];
                        return table;
        }
    }

    /// <summary>Some turns, then out: branches from inside leave the inner block only, so the counter always counts.</summary>
    private byte[] Repeat(int depth)
    {
        var counter = (byte)(FirstCounter + _loops++);
        byte[] body = [0x02, 0x40, .. Statements(1 + Pick(3), depth - 1), 0x0B];
        _loops--;
        return
        [
            .. Const(1 + Pick(12)), 0x21, counter,
            0x03, 0x40, .. body, 0x20, counter, .. Const(1), 0x6B, 0x22, counter, 0x0D, 0x00, 0x0B,
        ];
    }

    private byte[] Value(byte type, int depth) => type switch
    {
        I32 => Whole32(depth),
        I64 => Whole64(depth),
        F64 => Real(depth, wide: true),
        _ => Real(depth, wide: false),
    };

    private byte[] Whole32(int depth) => Pick(depth > 0 ? 12 : 2) switch
    {
        0 => Const(Interesting()),
        1 => [0x20, (byte)(Pick(2) == 0 ? Pick(2) : 6 + Pick(3))],
        2 or 3 or 4 => [.. Whole32(depth - 1), .. Whole32(depth - 1), Pick(8) == 0 ? (byte)(0x6D + Pick(4)) : Pick(3) == 0 ? (byte)(0x46 + Pick(10)) : One(0x6A, 0x6B, 0x6C, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78)],
        5 => [.. Whole32(depth - 1), One(0x45, 0x67, 0x68, 0x69, 0xC0, 0xC1)],
        6 => [.. Whole64(depth - 1), (byte)(Pick(2) == 0 ? 0xA7 : 0x50)],
        7 => [.. Address(), One(0x28, 0x2C, 0x2D, 0x2E, 0x2F), 0x00, .. Offset()],
        8 => [.. Real(depth - 1, wide: true), .. Real(depth - 1, wide: true), (byte)(0x61 + Pick(6))],
        9 => [.. Real(depth - 1, wide: false), 0xFC, (byte)Pick(2)],
        10 => [.. Whole32(depth - 1), .. Whole32(depth - 1), .. Whole32(depth - 1), 0x1B],
        _ => [.. Whole32(depth - 1), 0xFD, 0x11, .. Whole32(depth - 1), 0xFD, 0x11, 0xFD, .. Vector(), 0xFD, 0x1B, (byte)Pick(4)],
    };

    private byte[] Whole64(int depth) => Pick(depth > 0 ? 9 : 2) switch
    {
        0 => Const64(((long)Interesting() << 32) ^ Interesting()),
        1 => [0x20, (byte)(2 + Pick(2))],
        2 or 3 => [.. Whole64(depth - 1), .. Whole64(depth - 1), Pick(8) == 0 ? (byte)(0x7F + Pick(4)) : One(0x7C, 0x7D, 0x7E, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A)],
        4 => [.. Whole32(depth - 1), (byte)(0xAC + Pick(2))],
        5 => [.. Address(), 0x29, 0x00, .. Offset()],
        6 => [.. Real(depth - 1, wide: true), 0xFC, (byte)(6 + Pick(2))],
        7 when _functions > 0 && _loops == 0 && _calls++ < 2 => [.. Arguments(depth - 1), .. Call(_first + Pick(_functions))],
        _ => [.. Whole64(depth - 1), (byte)(0x79 + Pick(3))],
    };

    private byte[] Real(int depth, bool wide)
    {
        var shift = wide ? 14 : 0;
        return Pick(depth > 0 ? 6 : 2) switch
        {
            0 => wide ? [0x44, .. BitConverter.GetBytes(Interesting() / 3.0)] : [0x43, .. BitConverter.GetBytes(Interesting() / 3f)],
            1 => [0x20, (byte)(wide ? 4 : 5)],
            2 or 3 => [.. Real(depth - 1, wide), .. Real(depth - 1, wide), (byte)(0x92 + shift + Pick(6))],
            4 => [.. Real(depth - 1, wide), (byte)(0x8B + shift + Pick(7))],
            _ => [.. Whole32(depth - 1), (byte)((wide ? 0xB7 : 0xB2) + Pick(2))],
        };
    }

    /// <summary>Inside the first page, above what is written out at the end or not.</summary>
    private byte[] Address() => [.. Whole32(1), .. Const(0x7FF), 0x71];

    private byte[] Offset() => [0x80, (byte)(8 + Pick(4))];

    private byte[] Arguments(int depth) => [.. Variables.SelectMany(type => Value(type, Math.Min(depth, 1)))];

    /// <summary>Constants: the entry point has no variables.</summary>
    private byte[] FirstArguments() =>
    [
        .. Const(Interesting()), .. Const(Interesting()), .. Const64(Interesting() * 3_000_000_000L), .. Const64(Interesting()),
        0x44, .. BitConverter.GetBytes(Interesting() / 7.0), 0x43, .. BitConverter.GetBytes(Interesting() / 7f),
    ];

    private static byte TypeOf(int local) => local < Variables.Length ? Variables[local] : I32;

    private int Interesting() => Pick(4) switch
    {
        0 => Pick(16) - 4,
        1 => EdgeValues[Pick(EdgeValues.Length)],
        _ => (int)Mutations.Next(ref _state),
    };
}
