using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>A key pair of one round. The secret part must be sealed by its holder and disposed.</summary>
/// <param name="PublicKey">SEAL's wire format, <see cref="ParameterSetA.PublicKeyBytes"/> long; given to contributors.</param>
/// <param name="SecretKey">SEAL's wire format, <see cref="ParameterSetA.SecretKeyBytes"/> long; stays with the key holder.</param>
public sealed record HomomorphicKeys(byte[] PublicKey, Secret SecretKey) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => SecretKey.Dispose();

    /// <summary>Never shows a key.</summary>
    public override string ToString() => "homomorphic key pair";
}
