using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>
/// The engine refused or failed. Carries our own kind and sentence and never the engine's text, which may quote data.
/// Inside the child only; what goes to the parent is the kind.
/// </summary>
internal sealed class EngineException : Exception
{
    /// <summary>Development switch of the binding's own tests, which use made-up values: keeps the engine's text in <see cref="Exception.Message"/>.</summary>
    internal const string KeepTextSwitch = "Sandbox.Vault.KeepEngineTextUnsafe";

    internal EngineException(EngineFault fault)
        : base(EngineErrors.Sentence(fault)) => Fault = fault;

    private EngineException(EngineFault fault, string text)
        : base(text) => Fault = fault;

    internal EngineFault Fault { get; }

    /// <param name="type">The engine's own error number.</param>
    /// <param name="text">Pointer to the engine's text, read only under <see cref="KeepTextSwitch"/>.</param>
    internal static EngineException FromNative(int type, nint text)
    {
        var fault = EngineErrors.FromNative(type);
        return AppContext.TryGetSwitch(KeepTextSwitch, out var keep) && keep && text != 0
            ? new EngineException(fault, Marshal.PtrToStringUTF8(text) ?? "")
            : new EngineException(fault);
    }

    internal static unsafe EngineException FromResult(NativeResult* result) =>
        FromNative(DuckDbNative.ResultErrorType(result), DuckDbNative.ResultError(result));
}
