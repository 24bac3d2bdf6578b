using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>The project's own BFV, in this process and without anything but .NET.</summary>
public sealed class ManagedBackend : HomomorphicBackend
{
    private readonly BfvContext _context;

    /// <summary>The backend for one parameter set, A unless stated.</summary>
    public ManagedBackend(ParameterSet? parameters = null)
        : this(BfvContext.Of(parameters ?? ParameterSet.A))
    {
    }

    internal ManagedBackend(BfvContext context)
        : base(context.Parameters)
    {
        _context = context;
    }

    /// <inheritdoc/>
    public override Task<HomomorphicKeys> GenerateKeysAsync(CancellationToken cancellation = default) =>
        Task.Run(() => KeyGenerator.Generate(_context), cancellation);

    /// <inheritdoc/>
    public override Task<CiphertextSum> StartSumAsync(int parts, CancellationToken cancellation = default) =>
        Task.FromResult<CiphertextSum>(new ManagedSum(_context, parts));

    private protected override Task<IReadOnlyList<byte[]>> EncryptCheckedAsync(
        ReadOnlyMemory<byte> publicKey, IReadOnlyList<long[]> vectors, CancellationToken cancellation)
    {
        var key = PublicKeyMaterial.FromUntrusted(_context, publicKey.Span) ?? throw HomomorphicFailure.Create();
        return RunAsync(
            vectors,
            () => new Encryptor(key),
            (encryptor, vector) =>
            {
                var ciphertext = GC.AllocateUninitializedArray<byte>(Parameters.CiphertextBytes);
                encryptor.Encrypt(vector, ciphertext);
                return ciphertext;
            },
            cancellation);
    }

    private protected override Task<byte[]> MultiplyCheckedAsync(ReadOnlyMemory<byte> ciphertext, long[] factors, CancellationToken cancellation) =>
        Task.Run(() => PlainMultiplication.Multiply(_context, ciphertext.Span, factors), cancellation);

    private protected override async Task<IReadOnlyList<long[]>> DecryptCheckedAsync(
        Secret secretKey, IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation)
    {
        using var key = SecretKeyMaterial.FromUntrusted(_context, secretKey.Bytes) ?? throw HomomorphicFailure.Create();
        return await RunAsync(
            ciphertexts,
            () => new Decryptor(key),
            (decryptor, ciphertext) =>
            {
                var values = new long[Parameters.Slots];
                decryptor.Decrypt(ciphertext, values);
                return values;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>On every core, each with a worker of its own that is disposed at the end.</summary>
    private static Task<IReadOnlyList<TOut>> RunAsync<TIn, TWorker, TOut>(
        IReadOnlyList<TIn> inputs, Func<TWorker> start, Func<TWorker, TIn, TOut> work, CancellationToken cancellation)
        where TWorker : IDisposable => Task.Run<IReadOnlyList<TOut>>(
        () =>
        {
            var results = new TOut[inputs.Count];
            var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(
                0,
                inputs.Count,
                options,
                start,
                (i, _, worker) =>
                {
                    results[i] = work(worker, inputs[i]);
                    return worker;
                },
                worker => worker.Dispose());
            return results;
        },
        cancellation);
}
