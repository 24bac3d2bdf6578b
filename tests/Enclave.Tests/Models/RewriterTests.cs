using Sandbox.Enclave.Models;
using Sandbox.Enclave.Tests.Making;
using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Models;

/// <summary>The rewritten module against the engine: what was valid stays valid, what was not stays invalid, and what we add can't be reached from the module.</summary>
public sealed class RewriterTests
{
    private const long Plenty = 1_000_000_000;

    /// <summary>Each names something one beyond what the module has; after the rewriting it would be ours.</summary>
    public static TheoryData<string, byte[]> Beyond => new()
    {
        { "global read", [0x23, 0x00, 0x1A] },
        { "global written", [.. Const(0), 0x24, 0x00] },
        { "second global", [0x23, 0x01, 0x1A] },
        { "local read", [0x20, 0x00, 0x1A, .. Loop([0x0C, 0x01])] },
        { "local written", [.. Const64(5), 0x21, 0x00, .. Loop([0x0C, 0x01])] },
        { "label of the outer block", [0x0C, 0x01] },
        { "label two beyond", [0x0C, 0x02] },
        { "label in a table", [.. Const(0), 0x0E, 0x01, 0x00, 0x01] },
        { "function", [0x10, 0x01] },
        { "type of a block", [0x02, 0x01, 0x0B] },
        { "type of a call", [.. Const(0), 0x11, 0x01, 0x00] },
        { "table", [.. Const(0), 0x25, 0x00, 0x1A] },
        { "data segment", [.. Const(0), .. Const(0), .. Const(0), 0xFC, 0x08, 0x00, 0x00] },
        { "element segment", [0xFC, 0x0D, 0x00] },
    };

    [Theory]
    [MemberData(nameof(Beyond))]
    public void What_the_module_does_not_have_it_can_not_name(string name, byte[] code)
    {
        Assert.NotEmpty(name);
        var inspection = ModelInspector.Inspect(Program(code));
        Assert.Equal(["SB-MODEL-2"], inspection.Refusals.Select(refusal => refusal.Rule));
    }

    /// <summary>One opcode or form of each later proposal that the engine takes by default.</summary>
    public static TheoryData<string, byte[]> LaterProposals => new()
    {
        { "tail call", [0x12, 0x00] },
        { "indirect tail call", [.. Const(0), 0x13, 0x00, 0x00] },
        { "call by reference", [0x14, 0x00] },
        { "try table", [0x1F, 0x40, 0x00, 0x0B] },
        { "throw", [0x08, 0x00] },
        { "old try", [0x06, 0x40, 0x0B] },
        { "reference equality", [0xD3] },
        { "branch on null", [0xD5, 0x00] },
        { "null of another heap", [0xD0, 0x6E, 0x1A] },
        { "garbage collection", [0xFB, 0x00, 0x00] },
        { "atomics", [0xFE, 0x03, 0x00] },
        { "second memory", [.. Const(0), 0x28, 0x42, 0x00, 0x00, 0x1A] },
        { "wide arithmetic", [0xFC, 0x13] },
        { "half precision", [0xFD, 0xA0, 0x02] },
    };

    [Theory]
    [MemberData(nameof(LaterProposals))]
    public void Later_proposals_are_refused(string name, byte[] code)
    {
        Assert.NotEmpty(name);
        Assert.Contains(ModelInspector.Inspect(Program(code)).Refusals, refusal => refusal.Rule is "SB-MODEL-2" or "SB-MODEL-5");
    }

    [Fact]
    public void Sample_models_stay_valid_and_their_exports_stay()
    {
        foreach (var folder in Directory.GetDirectories(TestBench.ModelsFolder))
        {
            var module = File.ReadAllBytes(Path.Combine(folder, "model.wasm"));
            var before = ModelInspector.Inspect(module).Report!;
            foreach (var fuel in new long?[] { null, 1, Plenty })
            {
                var prepared = PreparedModule.Of(module, new(2048, fuel));
                var after = ModelInspector.Inspect(prepared.Bytes);
                Assert.True(after.IsAccepted, string.Join(' ', after.Refusals.Select(refusal => refusal.Why)));
                Assert.Equal(before.Exports, after.Report!.Exports.SkipLast(fuel is null ? 1 : 2));
                Assert.Equal(before.Imports, after.Report.Imports);
                Assert.Equal(before.Functions, after.Report.Functions);
                Assert.Empty(after.Report.CustomSections);
                Assert.True(EngineOracle.Valid([prepared.Bytes])[0]);
            }
        }
    }

    [Fact]
    public void Three_thousand_mutated_modules_are_valid_for_the_engine_before_and_after_or_neither() => Compare(Mutations.Of(Seeds(), 3000, 42));

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_mutated_modules_are_valid_for_the_engine_before_and_after_or_neither()
    {
        for (var part = 0; part < 20; part++)
        {
            Compare(Mutations.Of(Seeds(), 5000, 1000 + (ulong)part));
        }
    }

    internal static IReadOnlyList<byte[]> Seeds() =>
    [
        .. Directory.GetDirectories(TestBench.ModelsFolder).Order(StringComparer.Ordinal).Select(folder => File.ReadAllBytes(Path.Combine(folder, "model.wasm"))),
        Program([.. Const(1), 0x40, 0x00, 0x1A, .. Loop([.. Const(0), .. Const(7), .. Const(100), 0xFC, 0x0B, 0x00])]),
    ];

    private static void Compare(IEnumerable<byte[]> mutations)
    {
        var limits = new InspectionLimits { NeedsMemory = false };
        var accepted = mutations.Where(module => ModelInspector.Inspect(module, limits).IsAccepted).ToList();
        var before = EngineOracle.Valid(accepted);
        foreach (var fuel in new long?[] { null, Plenty })
        {
            var after = EngineOracle.Valid([.. accepted.Select(module => PreparedModule.Of(module, new(16384, fuel)).Bytes)]);
            var different = Enumerable.Range(0, accepted.Count).Where(i => before[i] != after[i]).Select(i => Convert.ToBase64String(accepted[i][..Math.Min(200, accepted[i].Length)])).ToArray();
            Assert.True(different.Length == 0, $"{different.Length} of {accepted.Count} changed: {different.FirstOrDefault()}");
        }

        Assert.Contains(true, before);
    }
}
