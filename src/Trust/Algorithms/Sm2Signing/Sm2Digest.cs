namespace Sandbox.Trust;

/// <summary>What an SM2 signature is over (GB/T 32918.2): e = H(Z‖M), where Z = H(len(ID)‖ID‖a‖b‖G‖P) binds curve, signer's identity and public key.</summary>
internal sealed class Sm2Digest
{
    /// <summary>Two bytes of length in bits, the identity where none is agreed (GM/T 0009), then a, b and the base point of the recommended curve (GB/T 32918.5).</summary>
    private static readonly byte[] Preamble =
    [
        0, 128, .. "1234567812345678"u8,
        .. Convert.FromHexString("fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"),
        .. Convert.FromHexString("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"),
        .. Convert.FromHexString("32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"),
        .. Convert.FromHexString("bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"),
    ];

    private readonly byte[] _z = new byte[Suite.HashLength];

    /// <param name="point">X‖Y of the signer's public key, 64 bytes.</param>
    public Sm2Digest(ReadOnlySpan<byte> point) => Sm3.Hash([.. Preamble, .. point], _z);

    /// <summary>e, 32 bytes.</summary>
    public byte[] Of(ReadOnlySpan<byte> message)
    {
        var input = new byte[_z.Length + message.Length];
        _z.CopyTo(input, 0);
        message.CopyTo(input.AsSpan(_z.Length));
        var digest = new byte[Suite.HashLength];
        Sm3.Hash(input, digest);
        return digest;
    }
}
