namespace Sandbox.Enclave.Models;

/// <summary>What an import or export is. Unknown is the safe default.</summary>
public enum ModuleItemKind
{
    /// <summary>Not a kind this release knows; refused.</summary>
    Unknown = 0,
    /// <summary>A function.</summary>
    Function,
    /// <summary>A table of references.</summary>
    Table,
    /// <summary>A linear memory.</summary>
    Memory,
    /// <summary>A global variable.</summary>
    Global,
}

/// <summary>One import: two names of the module's own choosing and its kind.</summary>
public sealed record ModuleImport(string Module, string Name, ModuleItemKind Kind);

/// <summary>One export.</summary>
public sealed record ModuleExport(string Name, ModuleItemKind Kind);

/// <summary>Limits of a memory (pages of 64 KiB) or of a table (entries). <paramref name="Maximum"/> is null where none is declared.</summary>
public sealed record ModuleLimits(ulong Minimum, ulong? Maximum, bool Shared, bool Wide);

/// <summary>A custom section: not executed, only carried; its size in bytes.</summary>
public sealed record ModuleCustomSection(string Name, int Bytes);

/// <summary>What a module says about itself, read by our own parser without running it.</summary>
public sealed record ModuleReport
{
    /// <summary>Size of the module in bytes.</summary>
    public required int Bytes { get; init; }
    /// <summary>Functions defined by the module, imports not counted.</summary>
    public required int Functions { get; init; }
    /// <summary>Bytes of the code section.</summary>
    public required int CodeBytes { get; init; }
    /// <summary>Bytes of the data section.</summary>
    public required int DataBytes { get; init; }
    /// <summary>Everything the module asks its host for.</summary>
    public required IReadOnlyList<ModuleImport> Imports { get; init; }
    /// <summary>Everything the module shows its host.</summary>
    public required IReadOnlyList<ModuleExport> Exports { get; init; }
    /// <summary>Memories that the module defines.</summary>
    public required IReadOnlyList<ModuleLimits> Memories { get; init; }
    /// <summary>Tables that the module defines.</summary>
    public required IReadOnlyList<ModuleLimits> Tables { get; init; }
    /// <summary>Custom sections in order.</summary>
    public required IReadOnlyList<ModuleCustomSection> CustomSections { get; init; }
    /// <summary>Whether it has a start function that would run before its entry point.</summary>
    public required bool HasStartFunction { get; init; }
    /// <summary>Whether it uses fixed-width SIMD.</summary>
    public required bool UsesSimd { get; init; }
    /// <summary>Whether it uses relaxed SIMD, whose results depend on the processor.</summary>
    public required bool UsesRelaxedSimd { get; init; }
    /// <summary>Whether it grows its memory while it runs.</summary>
    public required bool GrowsMemory { get; init; }
}
