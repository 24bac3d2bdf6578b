namespace Sandbox.Enclave.Models;

/// <summary>
/// Writes function bodies with a meter. A function pays at its entry for everything in it that lies outside loops, and a loop pays at the head of each turn for
/// everything in it that lies outside inner loops, whether that is then executed or not: so what runs is always paid for, and a piece of straight code costs one
/// subtraction. Within a function the fuel is kept in a local, which the engine keeps in a register, and goes through the global around calls. Calls also take from a
/// budget of stack, because the depth at which the engine itself gives up depends on how it compiled the code: each function takes its frame from what its caller left in the
/// global, and leaves the rest there before it calls. The entry point is the only function that the engine itself calls.
/// </summary>
/// <remarks>
/// A short loop is written as  block $done; block $last; loop; pay for n turns, or branch to $last; body; if not again { give back n−1 turns; branch to $done }; …; body; branch back if again;
/// end; branch to $done; end; the loop as it was; end.  The price of a turn, and where the fuel ends, stay what they were: with too little for n turns it pays turn by turn.

/// A metered body is  block $out; pay; block $return; …; end; settle; return; end; settle; unreachable.  The inner block takes the place of the function's own
/// label, so branches stay as they are; whoever can't pay branches to the outer one.
/// </remarks>
/// <param name="shape">The module.</param>
/// <param name="fuel">Units of fuel, or null for no meter.</param>
/// <param name="repeats">Whether short loops are repeated: not in a module so large that it could outgrow the engine's limit.</param>
internal sealed class FunctionMeter(ModuleShape shape, long? fuel, bool repeats)
{
    /// <summary>Bytes of stack that all frames together may have by our own estimate, which is at least half of what any compiler of the engine takes; its own limit lies at 7 MiB.</summary>
    private const int StackBytes = 3_500_000;

    /// <summary>A function without calls pays for its frame only when it is larger than this.</summary>
    private const int SmallFrame = 4096;

    /// <summary>A larger body is not made longer by repeating its loops: the engine takes at most 7.6 MB.</summary>
    private const int MostBody = 1 << 20;

    private const int FrameBytes = 64, SlotBytes = 16;
    private const long CallCost = 4, IndirectCost = 8, HostCost = 64, GrowCost = 1000;

    private const byte I32 = 0x7F, I64 = 0x7E, Void = 0x40;

    private readonly uint _denied = (uint)shape.Globals, _fuel = (uint)shape.Globals + 1, _stack = (uint)shape.Globals + 2;
    private readonly List<long> _costs = [];
    private readonly Stack<int> _regions = new();
    private readonly ShortLoops _short = new();
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
        _short.Clear();
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

            _short.Take(next, reader.Depth);
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
        Locals(reader, body, target, fuelLocal: false, numbers: plan.Grows ? 1u : 0u);
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
        var (left, number, stack) = (plan.Locals, plan.Locals + 1, plan.Locals + 2);
        var takesStack = plan.Calls || plan.Frame > SmallFrame;
        var reader = new FunctionReader(shape, type, body);
        Locals(reader, body, target, fuelLocal: true, numbers: 2);
        target.Byte(0x02).Byte(Void).Op(0x23, _fuel).Op(0x21, left);
        Pay(target, left, _costs[0], outer: 0);
        if (takesStack)
        {
            target.Op(0x23, _stack).I32(plan.Frame).Byte(0x6B).Op(0x22, stack).I32(0).Byte(0x48).Op(0x0D, 0);
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
                    var turn = _costs[++loops];
                    if (repeats && body.Length <= MostBody && body[next.End - 1] == Void && _short.Found[loops - 1] is { } loop)
                    {
                        WriteShort(target, body[loop.Start..loop.End], loop.Turns, turn, left, (uint)reader.Depth);
                        for (var depth = reader.Depth; reader.Depth >= depth;)
                        {
                            reader.Next(out _);
                        }
                    }
                    else
                    {
                        target.Bytes(code);
                        Pay(target, left, turn, (uint)reader.Depth);
                    }

                    break;
                case { IsCall: true }:
                    target.Op(0x20, stack).Op(0x24, _stack);
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

        target.Op(0x20, left).Op(0x24, _fuel).Byte(Instruction.Return).Byte(Instruction.BlockEnd);
        target.Op(0x20, left).Op(0x24, _fuel).Byte(0x00).Byte(Instruction.BlockEnd);
    }

    /// <param name="target">Gets the loop.</param>
    /// <param name="turn">The body of the loop without its branch back: it leaves the condition.</param>
    /// <param name="turns">Turns paid for at once.</param>
    /// <param name="cost">Price of one.</param>
    /// <param name="left">The local of the fuel.</param>
    /// <param name="outer">The label of the outer block, seen from inside the loop as it was.</param>
    private static void WriteShort(WasmWriter target, ReadOnlySpan<byte> turn, int turns, long cost, uint left, uint outer)
    {
        target.Byte(0x02).Byte(Void).Byte(0x02).Byte(Void).Byte(Instruction.Loop).Byte(Void);
        target.Op(0x20, left).I64(turns * cost).Byte(0x53).Op(Instruction.BranchIf, 1);
        target.Op(0x20, left).I64(turns * cost).Byte(0x7D).Op(0x21, left);
        for (var i = turns - 1; i > 0; i--)
        {
            target.Bytes(turn).Byte(0x45).Byte(0x04).Byte(Void);
            target.Op(0x20, left).I64(i * cost).Byte(0x7C).Op(0x21, left).Op(Instruction.Branch, 3).Byte(Instruction.BlockEnd);
        }

        target.Bytes(turn).Op(Instruction.BranchIf, 0).Byte(Instruction.BlockEnd).Op(Instruction.Branch, 1).Byte(Instruction.BlockEnd);
        target.Byte(Instruction.Loop).Byte(Void);
        Pay(target, left, cost, outer + 1);
        target.Bytes(turn).Op(Instruction.BranchIf, 0).Byte(Instruction.BlockEnd).Byte(Instruction.BlockEnd);
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
    private static void Locals(FunctionReader reader, ReadOnlySpan<byte> body, WasmWriter target, bool fuelLocal, uint numbers)
    {
        target.U32((uint)(reader.LocalGroups + (fuelLocal ? 1 : 0) + (numbers > 0 ? 1 : 0)));
        target.Bytes(body[reader.GroupsStart..reader.GroupsEnd]);
        if (fuelLocal)
        {
            target.Byte(1).Byte(I64);
        }

        if (numbers > 0)
        {
            target.U32(numbers).Byte(I32);
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
