namespace Sandbox.Jail.Filters;

/// <summary>One call and what happens to it; the first rule of a call that matches decides, no rule means kill.</summary>
/// <param name="Call">The call's name.</param>
/// <param name="Action">What happens.</param>
/// <param name="When">Conditions that must all hold; none means always.</param>
internal sealed record FilterRule(string Call, FilterAction Action, params ArgumentTest[] When);

/// <summary>Holds when the 64-bit argument, masked, equals the value.</summary>
/// <param name="Index">Argument number from 0.</param>
/// <param name="Mask">Bits to look at.</param>
/// <param name="Value">What they must be.</param>
internal readonly record struct ArgumentTest(int Index, ulong Mask, ulong Value)
{
    /// <summary>The low 32 bits equal the value: for arguments that the kernel itself reads as int.</summary>
    public static ArgumentTest Int(int index, uint value) => new(index, 0xffff_ffff, value);

    /// <summary>All 64 bits are zero.</summary>
    public static ArgumentTest Zero(int index) => new(index, ulong.MaxValue, 0);
}
