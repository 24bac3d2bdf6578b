using System.Buffers.Binary;

namespace Sandbox.Jail.Filters;

/// <summary>
/// Compiles rules to a classic BPF program for seccomp. Source: Linux Documentation/userspace-api/seccomp_filter.rst; struct seccomp_data is
/// { int nr; u32 arch; u64 instruction_pointer; u64 args[6]; }. Calls of another architecture and of the x32 interface kill.
/// </summary>
internal sealed class FilterProgram
{
    private const ushort LoadWord = 0x20, And = 0x54, JumpEqual = 0x15, JumpGreaterOrEqual = 0x35, Return = 0x06;
    private const uint Architecture = 0xC000_003E, X32Bit = 0x4000_0000;
    private const uint NumberOffset = 0, ArchitectureOffset = 4, ArgumentsOffset = 16;

    /// <summary>The kernel's BPF_MAXINSNS.</summary>
    private const int MostInstructions = 4096;

    private readonly List<Instruction> _code = [];

    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    private FilterProgram()
    {
    }

    public int Length => _code.Count;

    public static FilterProgram Compile(IEnumerable<FilterRule> rules)
    {
        var program = new FilterProgram();
        program.Add(LoadWord, ArchitectureOffset);
        program.Add(JumpEqual, Architecture, 1, 0);
        program.Add(Return, FilterAction.Kill.Return);
        program.Add(LoadWord, NumberOffset);
        program.Add(JumpGreaterOrEqual, X32Bit, 0, 1);
        program.Add(Return, FilterAction.Kill.Return);
        foreach (var call in rules.GroupBy(rule => SystemCalls.Number(rule.Call)))
        {
            program.AddCall((uint)call.Key, [.. call]);
        }

        program.Add(Return, FilterAction.Kill.Return);
        return program.Length <= MostInstructions ? program : throw new InvalidOperationException("The filter is too long for the kernel.");
    }

    /// <summary>The kernel's struct sock_filter array: 8 bytes each, little endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_code.Count * 8];
        for (var i = 0; i < _code.Count; i++)
        {
            var target = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(target, _code[i].Code);
            target[2] = _code[i].IfTrue;
            target[3] = _code[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], _code[i].Value);
        }

        return bytes;
    }

    /// <summary>A block "if it is this call: rules in order, then kill"; the accumulator holds the call's number before and, if it was another, after.</summary>
    private void AddCall(uint number, FilterRule[] rules)
    {
        var entry = _code.Count;
        Add(JumpEqual, number);
        foreach (var rule in rules)
        {
            AddRule(rule);
        }

        if (rules[^1].When.Length > 0)
        {
            Add(Return, FilterAction.Kill.Return);
        }

        _code[entry] = _code[entry] with { IfFalse = checked((byte)(_code.Count - entry - 1)) };
    }

    private void AddRule(FilterRule rule)
    {
        var fails = new List<int>();
        foreach (var test in rule.When)
        {
            AddWordTest(ArgumentsOffset + ((uint)test.Index * 8), (uint)(test.Mask & uint.MaxValue), (uint)(test.Value & uint.MaxValue), fails);
            AddWordTest(ArgumentsOffset + ((uint)test.Index * 8) + 4, (uint)(test.Mask >> 32), (uint)(test.Value >> 32), fails);
        }

        Add(Return, rule.Action.Return);
        foreach (var fail in fails)
        {
            _code[fail] = _code[fail] with { IfFalse = checked((byte)(_code.Count - fail - 1)) };
        }
    }

    private void AddWordTest(uint offset, uint mask, uint value, List<int> fails)
    {
        if (mask == 0)
        {
            return;
        }

        Add(LoadWord, offset);
        if (mask != uint.MaxValue)
        {
            Add(And, mask);
        }

        fails.Add(_code.Count);
        Add(JumpEqual, value);
    }

    private void Add(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0) => _code.Add(new Instruction(code, ifTrue, ifFalse, value));
}
