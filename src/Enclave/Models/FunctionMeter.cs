namespace Sandbox.Enclave.Models;

/// <summary>
/// Writes function bodies with a meter. A function pays at its entry for everything in it that lies outside loops, and a loop pays at the head of each turn for
/// everything in it that lies outside inner loops, whether that is then executed or not: so what runs is always paid for, and a piece of straight code costs one
/// subtraction. Within a function the fuel is kept in a local, which the engine keeps in a register, and goes through the global around calls. Calls also take from a
/// budget of stack, because the depth at which the engine itself gives up depends on how it compiled the code.
/// </summary>
/// <remarks>
/// A metered body is  block $out; pay; block $return; …; end; settle; return; end; settle; unreachable.  The inner block takes the place of the function's own
/// label, so branches stay as they are; whoever can't pay branches to the outer one.
/// </remarks>
internal sealed class FunctionMeter(ModuleShape shape, long? fuel)
{
    /// <summary>Bytes of stack that all frames together may have by our own estimate, which is at least half of what any compiler of the engine takes; its own limit lies at 7 MiB.</summary>
    private const int StackBytes = 3_500_000;

    /// <summary>A function without calls pays for its frame only when it is larger than this.</summary>
    private const int SmallFrame = 4096;

    private const int FrameBytes = 64, SlotBytes = 16;
    private const long CallCost = 4, IndirectCost = 8, HostCost = 64, GrowCost = 1000;

    private const byte I32 = 0x7F, I64 = 0x7E, Void = 0x40;

    private readonly uint _denied = (uint)shape.Globals, _fuel = (uint)shape.Globals + 1, _stack = (uint)shape.Globals + 2;
    private readonly List<long> _costs = [];
    private readonly Stack<int> _regions = new();
    private readonly Dictionary<string, uint> _types = new(StringComparer.Ordinal);

    public WasmWriter AddedTypes { get; } = new();

    public uint TypeCount { get; private set; }

    public WasmWriter AddedGlobals(out uint count)
    {
        var writer = new WasmWriter().Byte(I32).Byte(1).I32(0).Byte(Instruction.BlockEnd);
        count = 1;
        if (fuel is { } units)
        {
            writer.Byte(I64).Byte(1).I64(units).Byte(Instruction.BlockEnd);
            writer.Byte(I32).Byte(1).I32(StackBytes).Byte(Instruction.BlockEnd);
            count = 3;
        }

        return writer;
    }

    public WasmWriter AddedExports(string denied, string? fuelName, out uint count)
    {
        var writer = Export(new WasmWriter(), denied, _denied);
        count = 1;
        if (fuelName is not null)
        {
            Export(writer, fuelName, _fuel);
            count = 2;
        }

        return writer;
    }

    /// <summary>Writes the body of a function of the given type.</summary>
    public void Write(FunctionType type, ReadOnlySpan<byte> body, WasmWriter target)
    {
        var plan = Measure(type, body);
        if (fuel is null && !plan.Grows)
        {
            target.Bytes(body);
        }
        else if (fuel is null || (!plan.Loops && !plan.Calls && !plan.Lengths && plan.Frame <= SmallFrame))
        {
            WritePlain(type, body, plan, target);
        }
        else
        {
            WriteMetered(type, body, plan, target);
        }
    }

    private Plan Measure(FunctionType type, ReadOnlySpan<byte> body)
    {
        var plan = default(Plan);
        _costs.Clear();
        _costs.Add(1);
        _regions.Clear();
        _regions.Push(0);
        var reader = new FunctionReader(shape, type, body);
        while (reader.Next(out var next))
        {
            switch (next.Opcode)
            {
                case 0x02 or 0x04:
                    _regions.Push(_regions.Peek());
                    break;
                case Instruction.Loop:
                    _costs.Add(1);
                    _regions.Push(_costs.Count - 1);
                    break;
                case Instruction.BlockEnd:
                    _regions.Pop();
                    break;
                default:
                    _costs[_regions.Peek()] += Cost(next);
                    break;
            }

            plan.Loops |= next.IsLoop;
            plan.Calls |= next.IsCall;
            plan.Lengths |= next.HasLength;
            plan.Grows |= next.GrowsMemory;
        }

        plan.Frame = FrameBytes + (SlotBytes * (int)(reader.Locals + reader.VectorLocals));
        plan.Locals = reader.Locals;
        return plan;
    }

    private long Cost(Instruction next) => next.Opcode switch
    {
        Instruction.Call => next.Index < (uint)shape.ImportedFunctions ? HostCost : CallCost,
        Instruction.CallIndirect => IndirectCost,
        Instruction.MemoryGrow => GrowCost,
        _ => 1,
    };

    /// <summary>A body without loops and calls, or without a meter: it pays once, straight from the global.</summary>
    private void WritePlain(FunctionType type, ReadOnlySpan<byte> body, Plan plan, WasmWriter target)
    {
        var reader = new FunctionReader(shape, type, body);
        Locals(reader, body, target, fuelLocal: false, number: plan.Grows);
        if (fuel is not null)
        {
            target.Op(0x23, _fuel).I64(_costs[0]).Byte(0x7D).Op(0x24, _fuel);
            target.Op(0x23, _fuel).I64(0).Byte(0x53).Byte(0x04).Byte(Void).Byte(0x00).Byte(Instruction.BlockEnd);
        }

        while (reader.Next(out var next))
        {
            target.Bytes(body[next.Start..next.End]);
            if (next.GrowsMemory)
            {
                MarkDenied(target, plan.Locals);
            }
        }
    }

    private void WriteMetered(FunctionType type, ReadOnlySpan<byte> body, Plan plan, WasmWriter target)
    {
        var (left, number) = (plan.Locals, plan.Locals + 1);
        var takesStack = plan.Calls || plan.Frame > SmallFrame;
        var reader = new FunctionReader(shape, type, body);
        Locals(reader, body, target, fuelLocal: true, number: true);
        target.Byte(0x02).Byte(Void).Op(0x23, _fuel).Op(0x21, left);
        Pay(target, left, _costs[0], outer: 0);
        if (takesStack)
        {
            target.Op(0x23, _stack).I32(plan.Frame).Byte(0x6B).Op(0x22, number).Op(0x24, _stack).Op(0x20, number).I32(0).Byte(0x48).Op(0x0D, 0);
        }

        target.Byte(0x02);
        BlockType(target, type.Results);
        var loops = 0;
        while (reader.Next(out var next))
        {
            var code = body[next.Start..next.End];
            switch (next)
            {
                case { IsLoop: true }:
                    target.Bytes(code);
                    Pay(target, left, _costs[++loops], (uint)reader.Depth);
                    break;
                case { IsCall: true }:
                    target.Op(0x20, left).Op(0x24, _fuel).Bytes(code).Op(0x23, _fuel).Op(0x21, left);
                    break;
                case { Opcode: Instruction.Return }:
                    target.Op(0x0C, (uint)reader.Depth - 1);
                    break;
                case { GrowsMemory: true }:
                    target.Bytes(code);
                    MarkDenied(target, number);
                    break;
                case { HasLength: true }:
                    // One unit for 8 bytes or entries.
                    target.Op(0x21, number).Op(0x20, left).Op(0x20, number).Byte(0xAD).I64(3).Byte(0x88).Byte(0x7D);
                    IfUsedUp(target, left, (uint)reader.Depth);
                    target.Op(0x20, number).Bytes(code);
                    break;
                default:
                    // The last end closes the inner block.
                    target.Bytes(code);
                    break;
            }
        }

        if (takesStack)
        {
            target.Op(0x23, _stack).I32(plan.Frame).Byte(0x6A).Op(0x24, _stack);
        }

        target.Op(0x20, left).Op(0x24, _fuel).Byte(Instruction.Return).Byte(Instruction.BlockEnd);
        target.Op(0x20, left).Op(0x24, _fuel).Byte(0x00).Byte(Instruction.BlockEnd);
    }

    private static void Pay(WasmWriter target, uint left, long cost, uint outer)
    {
        target.Op(0x20, left).I64(cost).Byte(0x7D);
        IfUsedUp(target, left, outer);
    }

    private static void IfUsedUp(WasmWriter target, uint left, uint outer) => target.Op(0x22, left).I64(0).Byte(0x53).Op(0x0D, outer);

    private void MarkDenied(WasmWriter target, uint number)
    {
        target.Op(0x22, number).I32(-1).Byte(0x46).Byte(0x04).Byte(Void).I32(1).Op(0x24, _denied).Byte(Instruction.BlockEnd);
        target.Op(0x20, number);
    }

    /// <summary>The function's own groups of locals and ours behind them, so that no index moves.</summary>
    private static void Locals(FunctionReader reader, ReadOnlySpan<byte> body, WasmWriter target, bool fuelLocal, bool number)
    {
        target.U32((uint)(reader.LocalGroups + (fuelLocal ? 1 : 0) + (number ? 1 : 0)));
        target.Bytes(body[reader.GroupsStart..reader.GroupsEnd]);
        if (fuelLocal)
        {
            target.Byte(1).Byte(I64);
        }

        if (number)
        {
            target.Byte(1).Byte(I32);
        }
    }

    private void BlockType(WasmWriter target, byte[] results)
    {
        switch (results.Length)
        {
            case 0:
                target.Byte(Void);
                break;
            case 1:
                target.Byte(results[0]);
                break;
            default:
                target.Signed(TypeOf(results));
                break;
        }
    }

    /// <summary>The type [] → results, added once.</summary>
    private uint TypeOf(byte[] results)
    {
        var key = Convert.ToHexString(results);
        if (!_types.TryGetValue(key, out var index))
        {
            index = (uint)shape.Types.Count + TypeCount++;
            AddedTypes.Byte(0x60).U32(0).U32((uint)results.Length).Bytes(results);
            _types.Add(key, index);
        }

        return index;
    }

    private static WasmWriter Export(WasmWriter writer, string name, uint global)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name);
        return writer.U32((uint)bytes.Length).Bytes(bytes).Byte(3).U32(global);
    }

    private struct Plan
    {
        public bool Loops, Calls, Lengths, Grows;
        public int Frame;
        public uint Locals;
    }
}
