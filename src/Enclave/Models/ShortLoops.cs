namespace Sandbox.Enclave.Models;

/// <summary>
/// Finds the loops that may pay for several turns at once: short, without a call, a loop or an operation of variable price inside, and left only by falling out of the one conditional
/// branch back at their end – the form in which compilers leave their innermost loops. Fed with every instruction of a function in order.
/// </summary>
internal sealed class ShortLoops
{
    /// <summary>Instructions of a body that is still repeated.</summary>
    private const int MostInstructions = 96, FewInstructions = 48;

    private readonly List<ShortLoop?> _found = [];
    private int _depth, _number, _instructions, _start, _back = -1, _backEnd;
    private bool _open;

    /// <summary>For each loop of the function in order: its form, or null.</summary>
    public IReadOnlyList<ShortLoop?> Found => _found;

    public void Clear()
    {
        _found.Clear();
        _open = false;
    }

    /// <param name="next">The instruction.</param>
    /// <param name="depth">Open blocks after it, the function included.</param>
    public void Take(Instruction next, int depth)
    {
        if (next.IsLoop)
        {
            // Only the innermost can be one. Two bytes: a block without parameters and results, or a type by its number, which is looked at by the caller.
            _found.Add(null);
            (_open, _depth, _number, _instructions, _start, _back) = (next.End - next.Start == 2, depth, _found.Count - 1, 0, next.End, -1);
            return;
        }

        if (!_open)
        {
            return;
        }

        if (next.Opcode == Instruction.BlockEnd && depth == _depth - 1)
        {
            if (_back >= 0 && _backEnd == next.Start)
            {
                _found[_number] = new ShortLoop(_start, _back, _instructions <= FewInstructions ? 4 : 2);
            }

            _open = false;
            return;
        }

        _instructions++;
        _open = _instructions <= MostInstructions && !next.IsCall && !next.GrowsMemory && !next.HasLength && next.Opcode is not (Instruction.Return or Instruction.BranchTable) && Stays(next, depth);
    }

    /// <summary>Branches lead to blocks inside the loop, but for one back to its head.</summary>
    private bool Stays(Instruction next, int depth)
    {
        if (next.Opcode is not (Instruction.Branch or Instruction.BranchIf) || depth - next.Index > _depth)
        {
            return true;
        }

        var isTheOneBack = next.Opcode == Instruction.BranchIf && depth == _depth && next.Index == 0 && _back < 0;
        (_back, _backEnd) = (next.Start, next.End);
        return isTheOneBack;
    }
}

/// <summary>One loop that may pay for several turns at once.</summary>
/// <param name="Start">Where its body begins.</param>
/// <param name="End">Where the branch back begins, which takes a condition from the stack.</param>
/// <param name="Turns">Turns that it pays for at once.</param>
internal sealed record ShortLoop(int Start, int End, int Turns);
