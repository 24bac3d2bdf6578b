using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>BFV through node-seal (Microsoft SEAL 4.1.2), each call in a jailed process of its own that ends with it.</summary>
public sealed class SealBackend : HomomorphicBackend
{
    private readonly Jailer _jailer;
    private readonly EnginePaths _engines;

    /// <summary>The backend for one parameter set; nothing starts yet.</summary>
    public SealBackend(Jailer jailer, EnginePaths engines, ParameterSet? parameters = null)
        : base(parameters ?? ParameterSet.A)
    {
        (_jailer, _engines) = (jailer, engines);
    }

    /// <inheritdoc/>
    /// <exception cref="JailRefusedException">No jail can be built.</exception>
    public override async Task<HomomorphicKeys> GenerateKeysAsync(CancellationToken cancellation = default)
    {
        var child = await StartAsync(SealTask.Keys, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        var publicKey = new byte[Parameters.PublicKeyBytes];
        var secretKey = GC.AllocateArray<byte>(Parameters.SecretKeyBytes, pinned: true);
        try
        {
            await child.ReceiveAsync(publicKey, cancellation).ConfigureAwait(false);
            await child.ReceiveAsync(secretKey, cancellation).ConfigureAwait(false);
            await child.CompleteAsync(cancellation).ConfigureAwait(false);
            return new HomomorphicKeys(publicKey, Secret.CopyOf(secretKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretKey);
        }
    }

    /// <inheritdoc/>
    public override async Task<CiphertextSum> StartSumAsync(int parts, CancellationToken cancellation = default) =>
        await SealSum.StartAsync(Parameters, parts, await StartAsync(SealTask.Sum, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    private protected override async Task<IReadOnlyList<byte[]>> EncryptCheckedAsync(
        ReadOnlyMemory<byte> publicKey, IReadOnlyList<long[]> vectors, CancellationToken cancellation)
    {
        var child = await StartAsync(SealTask.Encrypt, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        await child.SendAsync(publicKey, cancellation).ConfigureAwait(false);
        var results = new List<byte[]>(vectors.Count);
        var frame = GC.AllocateArray<byte>(Parameters.Slots * sizeof(long), pinned: true);
        try
        {
            foreach (var vector in vectors)
            {
                frame.AsSpan().Clear();
                for (var i = 0; i < vector.Length; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(i * sizeof(long)), vector[i]);
                }

                await child.SendAsync(frame, cancellation).ConfigureAwait(false);
                var ciphertext = new byte[Parameters.CiphertextBytes];
                await child.ReceiveAsync(ciphertext, cancellation).ConfigureAwait(false);
                results.Add(ciphertext);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(frame);
        }

        await child.FinishAsync(cancellation).ConfigureAwait(false);
        return results;
    }

    private protected override async Task<byte[]> MultiplyCheckedAsync(ReadOnlyMemory<byte> ciphertext, long[] factors, CancellationToken cancellation)
    {
        var child = await StartAsync(SealTask.Multiply, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        var all = new long[Parameters.Slots];
        factors.CopyTo(all, 0);
        await child.SendAsync(ciphertext, cancellation).ConfigureAwait(false);
        await child.SendAsync(MemoryMarshal.AsBytes<long>(all).ToArray(), cancellation).ConfigureAwait(false);
        var product = new byte[Parameters.CiphertextBytes];
        await child.ReceiveAsync(product, cancellation).ConfigureAwait(false);
        await child.CompleteAsync(cancellation).ConfigureAwait(false);
        return product;
    }

    private protected override async Task<IReadOnlyList<long[]>> DecryptCheckedAsync(
        Secret secretKey, IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation)
    {
        var child = await StartAsync(SealTask.Decrypt, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        var key = GC.AllocateArray<byte>(secretKey.Length, pinned: true);
        try
        {
            secretKey.Bytes.CopyTo(key);
            await child.SendAsync(key, cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        var results = new List<long[]>(ciphertexts.Count);
        var frame = new byte[Parameters.Slots * sizeof(long)];
        foreach (var ciphertext in ciphertexts)
        {
            await child.SendAsync(ciphertext, cancellation).ConfigureAwait(false);
            await child.ReceiveAsync(frame, cancellation).ConfigureAwait(false);
            results.Add([.. MemoryMarshal.Cast<byte, long>(frame)]);
        }

        await child.FinishAsync(cancellation).ConfigureAwait(false);
        return results;
    }

    private Task<SealChild> StartAsync(SealTask task, CancellationToken cancellation) => SealChild.StartAsync(_jailer, _engines, task, Parameters, cancellation);
}
