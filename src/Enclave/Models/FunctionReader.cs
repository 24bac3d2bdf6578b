namespace Sandbox.Enclave.Models;

/// <summary>
/// Walks over one function body by the immediates of its instructions (core specification 2.0, section 5.4). An opcode outside it is refused, and so
/// is an index or label beyond what the module and the function have. Types of operands are left to the engine in the jail.
/// </summary>
internal ref struct FunctionReader
{
    private const uint MostLocals = 50_000;

    private readonly ModuleShape _shape;
    private WasmReader _reader;

    public FunctionReader(ModuleShape shape, FunctionType type, ReadOnlySpan<byte> body)
    {
        _shape = shape;
        _reader = new WasmReader(body);
        var locals = (uint)type.Parameters.Length;
        LocalGroups = _reader.Count((int)MostLocals);
        GroupsStart = _reader.Position;
        for (var i = 0; i < LocalGroups; i++)
        {
            var count = _reader.U32();
            var one = ModuleShape.ValueType(_reader.Byte());
            if (count > MostLocals || (locals += count) > MostLocals)
            {
                throw new MalformedModuleException("a function has too many variables");
            }

            VectorLocals += one == 0x7B ? count : 0;
        }

        Locals = locals;
        GroupsEnd = _reader.Position;
        Depth = 1;
    }

    /// <summary>Parameters and locals.</summary>
    public uint Locals { get; }

    /// <summary>How many of the locals are 128-bit vectors.</summary>
    public uint VectorLocals { get; }

    public int LocalGroups { get; }

    /// <summary>Where the groups of locals begin, after their number.</summary>
    public int GroupsStart { get; }

    /// <summary>Where the instructions begin.</summary>
    public int GroupsEnd { get; }

    /// <summary>Blocks that are open, the function itself included; 0 after its end.</summary>
    public int Depth { get; private set; }

    public bool Simd { get; private set; }

    public bool RelaxedSimd { get; private set; }

    public bool GrowsMemory { get; private set; }

    /// <summary>Reads the next instruction; false after the function's own end, which is read as the last one.</summary>
    public bool Next(out Instruction instruction)
    {
        instruction = default;
        if (Depth == 0)
        {
            return _reader.AtEnd ? false : throw new MalformedModuleException("a function goes on after its end");
        }

        var start = _reader.Position;
        var opcode = _reader.Byte();
        uint sub = 0, index = 0;
        switch (opcode)
        {
            case 0x02 or 0x03 or 0x04:
                BlockType();
                Depth++;
                break;
            case 0x0B:
                Depth--;
                break;
            case 0x00 or 0x01 or 0x05 or 0x0F or 0x1A or 0x1B or (>= 0x45 and <= 0xC4) or 0xD1:
                break;
            case 0x0C or 0x0D:
                ModuleShape.Demand(index = _reader.U32(), Depth);
                break;
            case 0x0E:
                for (var i = _reader.Count(1_000_000); i >= 0; i--)
                {
                    ModuleShape.Demand(_reader.U32(), Depth);
                }

                break;
            case 0x10 or 0xD2:
                ModuleShape.Demand(index = _reader.U32(), _shape.Functions.Count);
                break;
            case 0x11:
                ModuleShape.Demand(index = _reader.U32(), _shape.Types.Count);
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                break;
            case 0x1C:
                for (var i = _reader.Count(1); i > 0; i--)
                {
                    ModuleShape.ValueType(_reader.Byte());
                }

                break;
            case >= 0x20 and <= 0x22:
                ModuleShape.Demand(_reader.U32(), (int)Locals);
                break;
            case 0x23 or 0x24:
                ModuleShape.Demand(_reader.U32(), _shape.Globals);
                break;
            case 0x25 or 0x26:
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                break;
            case >= 0x28 and <= 0x3E:
                MemoryArgument();
                break;
            case 0x3F or 0x40:
                GrowsMemory |= opcode == 0x40;
                MemoryIndex();
                break;
            case 0x41:
                _reader.SkipSigned(32);
                break;
            case 0x42:
                _reader.SkipSigned(64);
                break;
            case 0x43:
                _reader.Skip(4);
                break;
            case 0x44:
                _reader.Skip(8);
                break;
            case 0xD0:
                ModuleShape.ReferenceType(_reader.Byte());
                break;
            case 0xFC:
                sub = Bulk();
                break;
            case 0xFD:
                sub = Vector();
                break;
            case 0xFE:
                throw new MalformedModuleException("it uses shared-memory instructions");
            default:
                throw Unknown();
        }

        instruction = new(opcode, sub, index, start, _reader.Position);
        return true;
    }

    private void BlockType()
    {
        var first = _reader.Peek();
        if (first == 0x40)
        {
            _reader.Skip(1);
        }
        else if ((first & 0xC0) == 0x40)
        {
            ModuleShape.ValueType(_reader.Byte());
        }
        else
        {
            ModuleShape.Demand(_reader.BlockTypeIndex(), _shape.Types.Count);
        }
    }

    private uint Bulk()
    {
        var sub = _reader.U32();
        switch (sub)
        {
            case <= 7:
                break;
            case 8:
                DataIndex();
                MemoryIndex();
                break;
            case 9:
                DataIndex();
                break;
            case 10:
                MemoryIndex();
                MemoryIndex();
                break;
            case 11:
                MemoryIndex();
                break;
            case 12:
                ModuleShape.Demand(_reader.U32(), _shape.Elements);
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                break;
            case 13:
                ModuleShape.Demand(_reader.U32(), _shape.Elements);
                break;
            case 14:
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                break;
            case 15 or 16 or 17:
                ModuleShape.Demand(_reader.U32(), _shape.Tables);
                break;
            default:
                throw Unknown();
        }

        return sub;
    }

    private uint Vector()
    {
        Simd = true;
        var sub = _reader.U32();
        switch (sub)
        {
            case <= 11 or 92 or 93:
                MemoryArgument();
                break;
            case 12 or 13:
                _reader.Skip(16);
                break;
            case >= 21 and <= 34:
                _reader.Skip(1);
                break;
            case >= 84 and <= 91:
                MemoryArgument();
                _reader.Skip(1);
                break;
            case <= 255:
                break;
            case <= 0x12F:
                RelaxedSimd = true;
                break;
            default:
                throw Unknown();
        }

        return sub;
    }

    private void DataIndex()
    {
        if (_reader.U32() >= (_shape.DataCount ?? 0))
        {
            throw new MalformedModuleException("it names something that it does not have");
        }
    }

    private void MemoryArgument()
    {
        // A larger exponent would be the flag of the multi-memory proposal.
        if (_reader.U32() > 4)
        {
            throw new MalformedModuleException("it addresses more than one memory");
        }

        _reader.U32();
    }

    private void MemoryIndex()
    {
        if (_reader.Byte() != 0)
        {
            throw new MalformedModuleException("it addresses more than one memory");
        }
    }

    private static MalformedModuleException Unknown() => new("it uses an instruction outside WebAssembly 2.0");
}
