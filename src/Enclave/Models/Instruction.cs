namespace Sandbox.Enclave.Models;

/// <summary>One instruction of a function body.</summary>
/// <param name="Opcode">First byte.</param>
/// <param name="Sub">Second opcode after 0xFC and 0xFD.</param>
/// <param name="Index">Function of a call, type of an indirect call, label of a branch.</param>
/// <param name="Start">Offset in the body.</param>
/// <param name="End">Offset of the next one.</param>
internal readonly record struct Instruction(byte Opcode, uint Sub, uint Index, int Start, int End)
{
    public const byte Loop = 0x03, BlockEnd = 0x0B, Branch = 0x0C, BranchIf = 0x0D, BranchTable = 0x0E, Return = 0x0F, Call = 0x10, CallIndirect = 0x11, MemoryGrow = 0x40, TableOps = 0xFC, Vectors = 0xFD;

    public bool IsLoop => Opcode == Loop;

    public bool IsCall => Opcode is Call or CallIndirect;

    public bool GrowsMemory => Opcode == MemoryGrow;

    /// <summary>memory.init, memory.copy, memory.fill, table.init, table.copy and table.fill: the last operand is a length.</summary>
    public bool HasLength => Opcode == TableOps && Sub is 8 or 10 or 11 or 12 or 14 or 17;
}
