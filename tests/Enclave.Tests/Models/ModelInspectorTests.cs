using Sandbox.Enclave.Models;
using Sandbox.Enclave.Tests.Making;
using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Models;

public sealed class ModelInspectorTests
{
    private static readonly Dictionary<string, (byte[] Module, string? Rule)> Modules = new(StringComparer.Ordinal)
    {
        ["good"] = (Program([0x01]), null),
        ["text"] = ("#!/bin/sh\necho no\n"u8.ToArray(), "SB-MODEL-1"),
        ["empty"] = ([], "SB-MODEL-1"),
        ["elf"] = ([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], "SB-MODEL-1"),
        ["magic only"] = ("\0asm"u8.ToArray(), "SB-MODEL-2"),
        ["component"] = ([.. "\0asm"u8, 0x0D, 0, 1, 0], "SB-MODEL-2"),
        ["cut off"] = (Program([0x01])[..^3], "SB-MODEL-2"),
        ["exceptions"] = (Program([0x06, 0x40, 0x0B]), "SB-MODEL-2"),
        ["atomics"] = (Program([0xFE, 0x03, 0x00]), "SB-MODEL-2"),
        ["unknown bulk"] = (Program([0xFC, 0x20]), "SB-MODEL-2"),
        ["relaxed simd"] = (Program([0xFD, 0x80, 0x02]), "SB-MODEL-5"),
        ["unknown simd"] = (Program([0xFD, 0xB0, 0x02]), "SB-MODEL-2"),
        ["second memory"] = (Program([0x3F, 0x01, 0x1A]), "SB-MODEL-2"),
        ["foreign module"] = (With(a => a.Import("fd_write", [I32], module: "env")), "SB-MODEL-3"),
        ["foreign function"] = (With(a => a.Import("sock_open", [I32])), "SB-MODEL-3"),
        ["old wasi"] = (With(a => a.Import("fd_write", [I32], module: "wasi_unstable")), "SB-MODEL-3"),
        ["shared memory"] = (With(a => a.Memory = (1, 2, 2)), "SB-MODEL-4"),
        ["64-bit memory"] = (With(a => a.Memory = (1, null, 4)), "SB-MODEL-8"),
        ["no memory"] = (With(a => (a.Memory, a.ShowMemory) = (null, false)), "SB-MODEL-8"),
        ["hidden memory"] = (With(a => a.ShowMemory = false), "SB-MODEL-8"),
        ["no entry"] = (With(a => a.ShowStart = false), "SB-MODEL-8"),
        ["start function"] = (With(a => a.StartFunction = 0), "SB-MODEL-8"),
        ["4 GiB"] = (With(a => a.Memory = (65536, null, 0)), "SB-MODEL-6"),
        ["huge table"] = (With(a => a.Table = 100_001), "SB-MODEL-7"),
    };

    public static TheoryData<string> Names => [.. Modules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_module_is_accepted_or_refused_by_its_own_rule(string name)
    {
        var (module, rule) = Modules[name];
        var inspection = ModelInspector.Inspect(module);
        Assert.Equal(rule is null, inspection.IsAccepted);
        Assert.Equal(rule is null ? [] : [rule], inspection.Refusals.Select(refusal => refusal.Rule).Distinct());
    }

    [Fact]
    public void The_report_shows_what_the_module_is()
    {
        var assembler = new WasmAssembler { Memory = (2, 9, 0), Table = 7 };
        assembler.Import("fd_write", [I32, I32, I32, I32]);
        assembler.Function([.. Const(1), 0x40, 0x00, 0x1A]);
        assembler.Custom("producers", [1, 2, 3]);
        var module = assembler.Build();
        var report = ModelInspector.Inspect(module).Report!;
        Assert.Equal(module.Length, report.Bytes);
        Assert.Equal([new ModuleImport("wasi_snapshot_preview1", "fd_write", ModuleItemKind.Function)], report.Imports);
        Assert.Equal([new ModuleLimits(2, 9, false, false)], report.Memories);
        Assert.Equal([new ModuleLimits(7, null, false, false)], report.Tables);
        Assert.Equal("producers", Assert.Single(report.CustomSections).Name);
        Assert.Equal(1, report.Functions);
        Assert.True(report.GrowsMemory);
        Assert.False(report.UsesSimd);
    }

    [Fact]
    public void A_refusal_shows_no_control_characters_of_a_hostile_name()
    {
        var refusal = Assert.Single(ModelInspector.Inspect(With(a => a.Import("\u001b[31m\n<b>", [I32], module: new string('x', 200)))).Refusals);
        Assert.DoesNotContain('\u001b', refusal.Why);
        Assert.DoesNotContain('\n', refusal.Why);
        Assert.DoesNotContain('<', refusal.WhyZh);
        Assert.True(refusal.Why.Length < 200);
    }

    [Fact]
    public void Every_cut_and_3000_mutations_of_a_real_module_end_in_an_answer()
    {
        var module = File.ReadAllBytes(Path.Combine(TestBench.ModelsFolder, "district-income", "model.wasm"));
        Assert.True(ModelInspector.Inspect(module).IsAccepted);
        for (var length = 0; length < module.Length; length += 97)
        {
            Assert.False(ModelInspector.Inspect(module.AsSpan(0, length)).IsAccepted);
        }

        // A fixed linear congruence: the same mutations in every run.
        ulong state = 42;
        for (var i = 0; i < 3000; i++)
        {
            var mutated = (byte[])module.Clone();
            for (var change = 0; change <= i % 4; change++)
            {
                state = unchecked((state * 6364136223846793005) + 1442695040888963407);
                mutated[(int)((state >> 33) % (ulong)(i % 2 == 0 ? 400 : mutated.Length))] = (byte)((state >> 20) & 0xFF);
            }

            Assert.NotNull(ModelInspector.Inspect(mutated));
        }
    }

    [Theory]
    [InlineData(1, null, 256, 256)]
    [InlineData(1, 1000, 256, 256)]
    [InlineData(1, 8, 256, 8)]
    [InlineData(256, 300, 256, 256)]
    public void The_memory_of_a_run_is_clamped_in_the_module_itself(int minimum, int? maximum, int limit, int expected)
    {
        var module = With(a => a.Memory = ((uint)minimum, (uint?)maximum, 0));
        var clamped = ModelInspector.Inspect(PreparedModule.Of(module, new((uint)limit, null)).Bytes);
        Assert.Equal(new ModuleLimits((ulong)minimum, (ulong)expected, false, false), Assert.Single(clamped.Report!.Memories));
        Assert.True(clamped.IsAccepted);
    }

    private static byte[] With(Action<WasmAssembler> change)
    {
        var assembler = new WasmAssembler();
        change(assembler);
        assembler.Function([0x01]);
        return assembler.Build();
    }
}
