using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;
using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// BFV of parameter set A through node-seal (Microsoft SEAL 4.1.2), each call in a jailed process of its own that ends with it. There is
/// no public decryption: a total is opened by <see cref="Rounds.RoundOpening"/> alone, with the gate's permit.
/// </summary>
public sealed class HomomorphicBackend(Jailer jailer, EnginePaths engines)
{
    /// <summary>Makes a key pair from the operating system's randomness.</summary>
    /// <exception cref="EnclaveException">SB-HE-1.</exception>
    /// <exception cref="JailRefusedException">No jail can be built.</exception>
    public async Task<HomomorphicKeys> GenerateKeysAsync(CancellationToken cancellation = default)
    {
        var child = await SealChild.StartAsync(jailer, engines, SealTask.Keys, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        var publicKey = new byte[ParameterSetA.PublicKeyBytes];
        var secretKey = GC.AllocateArray<byte>(ParameterSetA.SecretKeyBytes, pinned: true);
        try
        {
            await child.ReceiveAsync(publicKey, cancellation).ConfigureAwait(false);
            await child.ReceiveAsync(secretKey, cancellation).ConfigureAwait(false);
            await child.CompleteAsync(cancellation).ConfigureAwait(false);
            return new HomomorphicKeys(publicKey, Secret.CopyOf(secretKey));
        }
        finally
        {
            SealChild.Zero(secretKey);
        }
    }

    /// <summary>Encrypts vectors of at most <see cref="ParameterSetA.Slots"/> whole numbers; missing slots are zero. Runs at the provider.</summary>
    /// <param name="publicKey">The round's public key.</param>
    /// <param name="vectors">Each value within ±<see cref="ParameterSetA.LargestMagnitude"/>.</param>
    /// <param name="cancellation">Ends the child.</param>
    /// <returns>One ciphertext for each vector.</returns>
    /// <exception cref="ArgumentException">A vector is too long or a value too large: it would wrap silently.</exception>
    public async Task<IReadOnlyList<byte[]>> EncryptAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<long[]> vectors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Any(vector => vector.Length > ParameterSetA.Slots || vector.Any(value => value is > ParameterSetA.LargestMagnitude or < -ParameterSetA.LargestMagnitude)))
        {
            throw new ArgumentException("A vector is too long or holds a value that would wrap.", nameof(vectors));
        }

        if (publicKey.Length != ParameterSetA.PublicKeyBytes)
        {
            throw SealChild.Failed();
        }

        var child = await SealChild.StartAsync(jailer, engines, SealTask.Encrypt, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        await child.SendAsync(publicKey, cancellation).ConfigureAwait(false);
        var results = new List<byte[]>(vectors.Count);
        var frame = new byte[ParameterSetA.Slots * sizeof(long)];
        foreach (var vector in vectors)
        {
            frame.AsSpan().Clear();
            for (var i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(i * sizeof(long)), vector[i]);
            }

            await child.SendAsync(frame, cancellation).ConfigureAwait(false);
            var ciphertext = new byte[ParameterSetA.CiphertextBytes];
            await child.ReceiveAsync(ciphertext, cancellation).ConfigureAwait(false);
            results.Add(ciphertext);
        }

        SealChild.Zero(frame);
        await FinishAsync(child, cancellation).ConfigureAwait(false);
        return results;
    }

    /// <summary>Adds ciphertexts. Runs at the platform, which holds no key.</summary>
    /// <returns>The sum over those that were taken, or null when none was, and for each input whether it was taken.</returns>
    public async Task<(byte[]? Sum, IReadOnlyList<bool> Taken)> SumAsync(IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation = default) =>
        (await SumGroupsAsync([ciphertexts], cancellation).ConfigureAwait(false))[0];

    /// <summary>Adds each group of ciphertexts for itself, all in one process.</summary>
    public async Task<IReadOnlyList<(byte[]? Sum, IReadOnlyList<bool> Taken)>> SumGroupsAsync(
        IReadOnlyList<IReadOnlyList<byte[]>> groups, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var child = await SealChild.StartAsync(jailer, engines, SealTask.Sum, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        List<(byte[]? Sum, IReadOnlyList<bool> Taken)> results = [];
        foreach (var group in groups)
        {
            results.Add(await SumGroupAsync(child, group, cancellation).ConfigureAwait(false));
        }

        await FinishAsync(child, cancellation).ConfigureAwait(false);
        return results;
    }

    /// <summary>Opens ciphertexts. Not public: whoever calls this must have checked the permit.</summary>
    internal async Task<IReadOnlyList<long[]>> DecryptAsync(Secret secretKey, IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation = default)
    {
        if (secretKey.Length != ParameterSetA.SecretKeyBytes || ciphertexts.Any(ciphertext => CiphertextFormat.Check(ciphertext) != CiphertextProblem.None))
        {
            throw SealChild.Failed();
        }

        var child = await SealChild.StartAsync(jailer, engines, SealTask.Decrypt, cancellation).ConfigureAwait(false);
        await using var _ = child.ConfigureAwait(false);
        var key = GC.AllocateArray<byte>(secretKey.Length, pinned: true);
        try
        {
            secretKey.Bytes.CopyTo(key);
            await child.SendAsync(key, cancellation).ConfigureAwait(false);
        }
        finally
        {
            SealChild.Zero(key);
        }

        var results = new List<long[]>(ciphertexts.Count);
        foreach (var ciphertext in ciphertexts)
        {
            await child.SendAsync(ciphertext, cancellation).ConfigureAwait(false);
            var values = new long[ParameterSetA.Slots];
            var frame = new byte[ParameterSetA.Slots * sizeof(long)];
            await child.ReceiveAsync(frame, cancellation).ConfigureAwait(false);
            MemoryMarshal.Cast<byte, long>(frame).CopyTo(values);
            results.Add(values);
        }

        await FinishAsync(child, cancellation).ConfigureAwait(false);
        return results;
    }

    private static async Task<(byte[]? Sum, IReadOnlyList<bool> Taken)> SumGroupAsync(SealChild child, IReadOnlyList<byte[]> group, CancellationToken cancellation)
    {
        var taken = new bool[group.Count];
        var answer = new byte[1];
        var sent = false;
        for (var i = 0; i < group.Count; i++)
        {
            if (CiphertextFormat.Check(group[i]) == CiphertextProblem.None)
            {
                await child.SendAsync(group[i], cancellation).ConfigureAwait(false);
                await child.ReceiveAsync(answer, cancellation).ConfigureAwait(false);
                taken[i] = answer[0] == 1;
                sent = true;
            }
        }

        // Without a first ciphertext an empty frame would end the whole input.
        if (!sent)
        {
            return (null, taken);
        }

        await child.SendAsync(ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        var any = taken.Contains(true);
        var sum = new byte[any ? ParameterSetA.CiphertextBytes : 0];
        await child.ReceiveAsync(sum, cancellation).ConfigureAwait(false);
        return (any ? sum : null, taken);
    }

    private static async Task FinishAsync(SealChild child, CancellationToken cancellation)
    {
        await child.SendAsync(ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        await child.CompleteAsync(cancellation).ConfigureAwait(false);
    }
}
