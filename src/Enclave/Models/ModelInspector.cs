using Sandbox.Policy;

namespace Sandbox.Enclave.Models;

/// <summary>What the platform accepts at most. Sizes in bytes, table entries as counts.</summary>
public sealed record InspectionLimits
{
    /// <summary>Size of the module; 1 byte to 32 MiB (the engine's own limit).</summary>
    public int ModuleBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Memory that a module may need at its start; at most 4 GiB.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Entries of a table at its start.</summary>
    public int TableEntries { get; init; } = 100_000;

    /// <summary>Whether a module must have and show a memory: without one it can neither read nor write. A run that is nobody's but the owner's does not care.</summary>
    public bool NeedsMemory { get; init; } = true;
}

/// <summary>The result of reading a module without running it.</summary>
/// <param name="Report">Null when the bytes could not be read as a module.</param>
/// <param name="Refusals">Empty when the module may be used.</param>
public sealed record ModelInspection(ModuleReport? Report, IReadOnlyList<Refusal> Refusals)
{
    /// <summary>True when nothing was refused.</summary>
    public bool IsAccepted => Report is not null && Refusals.Count == 0;
}

/// <summary>Reads a module from an unknown author and says what it is and whether it may run. Never executes it.</summary>
public static class ModelInspector
{
    /// <summary>Bytes of a WebAssembly page.</summary>
    public const int PageBytes = 65536;

    /// <summary>Inspects the bytes; every reason for a refusal is found in one pass.</summary>
    public static ModelInspection Inspect(ReadOnlySpan<byte> bytes, InspectionLimits? limits = null)
    {
        limits ??= new InspectionLimits();
        if (!bytes.StartsWith("\0asm"u8))
        {
            return new(null, [ModelRefusals.NotWebAssembly()]);
        }

        if (bytes.Length > limits.ModuleBytes)
        {
            return new(null, [ModelRefusals.TooLarge("size in bytes", limits.ModuleBytes)]);
        }

        try
        {
            var (report, _) = ModuleParser.Parse(bytes);
            return new(report, [.. Check(report, limits)]);
        }
        catch (MalformedModuleException error)
        {
            return new(null, [ModelRefusals.Malformed(error.Message)]);
        }
    }

    private static IEnumerable<Refusal> Check(ModuleReport report, InspectionLimits limits)
    {
        foreach (var import in report.Imports)
        {
            if (import.Module != WasiPreview1.Module || import.Kind != ModuleItemKind.Function || !WasiPreview1.Functions.Contains(import.Name))
            {
                yield return ModelRefusals.ForeignImport(import);
            }
        }

        if (report.Memories.Any(memory => memory.Shared))
        {
            yield return ModelRefusals.SharedMemory();
        }

        if (report.UsesRelaxedSimd)
        {
            yield return ModelRefusals.RelaxedSimd();
        }

        if (report.Memories.Count > 1 || (report.Memories.Count == 0 && limits.NeedsMemory) || report.Memories.Any(memory => memory.Wide))
        {
            yield return ModelRefusals.NotACommand("it must have exactly one 32-bit memory of its own");
        }
        else if (report.Memories.Count == 1 && report.Memories[0].Minimum > (ulong)(limits.MemoryBytes / PageBytes))
        {
            yield return ModelRefusals.MemoryTooLarge(limits.MemoryBytes >> 20);
        }

        if (report.Tables.Any(table => table.Wide || table.Minimum > (ulong)limits.TableEntries))
        {
            yield return ModelRefusals.TooLarge("function table", limits.TableEntries);
        }

        if (report.HasStartFunction)
        {
            // It would run before the worker has taken hold of the memory.
            yield return ModelRefusals.NotACommand("it has a start function beside its entry point");
        }

        if (!report.Exports.Contains(new("_start", ModuleItemKind.Function)))
        {
            yield return ModelRefusals.NotACommand("it shows no entry point");
        }

        if (limits.NeedsMemory && !report.Exports.Contains(new("memory", ModuleItemKind.Memory)))
        {
            yield return ModelRefusals.NotACommand("it does not show its memory");
        }
    }
}
