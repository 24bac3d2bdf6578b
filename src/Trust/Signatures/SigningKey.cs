namespace Sandbox.Trust;

/// <summary>A private signing key. What is signed always holds the algorithm and a label that says what the signature is for. Safe for use by many threads.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly RawSigner _signer;
    private readonly Secret _scalar;

    private SigningKey(Suite suite, ReadOnlySpan<byte> scalar)
    {
        Suite = suite;
        _signer = suite.CreateSigner(scalar);
        _scalar = Secret.CopyOf(scalar);
        Public = PublicKey.FromPoint(suite, _signer.PublicPoint);
    }

    public Suite Suite { get; }

    public PublicKey Public { get; }

    /// <summary>Signs <paramref name="payload"/> for the purpose <paramref name="label"/>; 64 bytes r‖s.</summary>
    /// <param name="label">1 to 100 printable ASCII characters, for example <c>sandbox/release/v1</c>.</param>
    /// <param name="payload">Any bytes.</param>
    public byte[] Sign(string label, ReadOnlySpan<byte> payload) => _signer.Sign(SignedBytes.Frame(Suite, label, payload));

    /// <summary>Begins a signature whose payload is not there yet.</summary>
    internal PreparedSignature Prepare() => new(Suite, _signer);

    public void Dispose()
    {
        _signer.Dispose();
        _scalar.Dispose();
    }

    internal static SigningKey FromScalar(Suite suite, ReadOnlySpan<byte> scalar) => new(suite, scalar);

    internal ReadOnlySpan<byte> Scalar => _scalar.Bytes;

    public override string ToString() => "signing key " + Public.KeyId;
}
