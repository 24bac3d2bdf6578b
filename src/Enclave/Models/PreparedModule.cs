namespace Sandbox.Enclave.Models;

/// <summary>How a module is changed before it runs.</summary>
/// <param name="MemoryPages">Most pages of 64 KiB that its memory may have, at least its minimum.</param>
/// <param name="Fuel">Units of fuel that the run may use, at least 1; null leaves the code without a meter.</param>
public sealed record PreparationSettings(uint MemoryPages, long? Fuel);

/// <summary>A module as the jail gets it.</summary>
/// <param name="Bytes">The changed module.</param>
/// <param name="DeniedGlobal">Export of an i32 that is 1 once the module asked for more memory than it may have.</param>
/// <param name="FuelGlobal">Export of the i64 that holds what is left of the fuel (negative: used up), or null without a meter.</param>
public sealed record PreparedModule(byte[] Bytes, string DeniedGlobal, string? FuelGlobal)
{
    /// <summary>
    /// Changes a module: custom sections are left out, the memory's maximum is clamped, a refused growth of the memory leaves a mark, and with a meter every
    /// function and every turn of a loop pays before it runs. The meter depends on nothing but the module: same module, same input, same fuel.
    /// </summary>
    /// <param name="module">A module that <see cref="ModelInspector"/> accepted.</param>
    /// <param name="settings">Limits.</param>
    /// <exception cref="EnclaveException">The bytes are not such a module, or its memory does not fit.</exception>
    public static PreparedModule Of(ReadOnlySpan<byte> module, PreparationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Fuel ?? 1, 1);
        try
        {
            return ModuleRewriter.Rewrite(module, settings);
        }
        catch (MalformedModuleException error)
        {
            throw new EnclaveException(ModelRefusals.Malformed(error.Message));
        }
    }
}
