using Sandbox.Policy;

namespace Sandbox.Enclave;

/// <summary>Work in a jail did not come to its end. Nothing was handed out; the message holds no data value.</summary>
public sealed class EnclaveException(Refusal refusal) : Exception(refusal.ToString())
{
    /// <summary>What to show to the person who asked.</summary>
    public Refusal Refusal { get; } = refusal;
}
