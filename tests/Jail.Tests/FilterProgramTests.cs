using System.Buffers.Binary;
using Sandbox.Jail.Filters;

namespace Sandbox.Jail.Tests;

/// <summary>The compiler of filters against a second, independent reading of its programs: a small interpreter of classic BPF.</summary>
public sealed class FilterProgramTests
{
    private const uint Allow = 0x7fff_0000, Kill = 0x8000_0000, Permission = 0x0005_0001, Architecture = 0xC000_003E;

    private static readonly byte[] Program = FilterProgram.Compile(
    [
        new FilterRule("read", FilterAction.Allow),
        new FilterRule("mmap", FilterAction.Allow, ArgumentTest.Int(4, uint.MaxValue)),
        new FilterRule("clone", FilterAction.Allow, new ArgumentTest(0, 0x0001_0100, 0x0001_0100)),
        new FilterRule("clone", FilterAction.NotPermitted),
        new FilterRule("prlimit64", FilterAction.Allow, ArgumentTest.Zero(0), ArgumentTest.Zero(2)),
        new FilterRule("prlimit64", FilterAction.NotPermitted),
    ]).ToBytes();

    public static TheoryData<int, ulong[], uint> Rows => new()
    {
        { 0, [1, 2, 3], Allow },
        { 1, [], Kill },
        { -1, [], Kill },
        { 0x4000_0000, [], Kill },
        { 9, [0, 0, 0, 0, 0xffff_ffff_ffff_ffff], Allow },
        { 9, [0, 0, 0, 0, 0xffff_ffff], Allow },
        { 9, [0, 0, 0, 0, 3], Kill },
        { 56, [0x0001_0100], Allow },
        { 56, [0x003d_0f00], Allow },
        { 56, [0x0000_0100], Permission },
        { 56, [17], Permission },
        { 302, [0, 7, 0], Allow },
        { 302, [1, 7, 0], Permission },
        { 302, [1UL << 32, 7, 0], Permission },
        { 302, [0, 7, 1UL << 40], Permission },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_program_decides_as_its_rules_say(int call, ulong[] arguments, uint expected) =>
        Assert.Equal(expected, Interpret(Program, call, Architecture, arguments));

    [Theory]
    [InlineData(0x4000_0003u)]
    [InlineData(0xC000_00B7u)]
    [InlineData(0u)]
    public void Another_architecture_is_killed(uint architecture) => Assert.Equal(Kill, Interpret(Program, 0, architecture, []));

    [Theory]
    [InlineData(JailEngine.Dotnet)]
    [InlineData(JailEngine.Node)]
    public void Of_all_calls_only_the_listed_ones_pass(JailEngine engine)
    {
        var program = FirstStage.For(JailPolicies.Query with { Engine = engine });
        var passing = Enumerable.Range(0, 600).Count(call => Interpret(program, call, Architecture, []) == Allow);
        Assert.InRange(passing, 60, 105);
        foreach (var name in new[] { "ptrace", "mount", "unshare", "setns", "bpf", "keyctl", "bind", "sendto", "userfaultfd", "pidfd_getfd", "openat2", "link" })
        {
            Assert.Equal(Kill, Interpret(program, SystemCalls.Number(name), Architecture, []));
        }
    }

    private static uint Interpret(byte[] program, int call, uint architecture, ulong[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(data, call);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (i * 8)), arguments[i]);
        }

        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = program.AsSpan(at * 8, 8);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20: accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)value)); break;
                case 0x54: accumulator &= value; break;
                case 0x15: at += accumulator == value ? instruction[2] : instruction[3]; break;
                case 0x35: at += accumulator >= value ? instruction[2] : instruction[3]; break;
                case 0x06: return value;
                default: throw new InvalidOperationException("unknown instruction");
            }
        }
    }
}
