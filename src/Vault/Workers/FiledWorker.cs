using Sandbox.Jail;

namespace Sandbox.Vault.Workers;

/// <summary>A worker child with the memory files it shares with the host. For one request; disposing kills it and lets go of the files.</summary>
internal sealed class FiledWorker : IAsyncDisposable
{
    private readonly Task<bool>? _ready;

    private FiledWorker(JailedWorker worker, SealedMemory[] files, bool ahead)
    {
        (Worker, Files) = (worker, files);
        _ready = ahead ? ReadyAsync(worker) : null;
    }

    internal JailedWorker Worker { get; }

    internal SealedMemory[] Files { get; }

    /// <exception cref="JailRefusedException">The jail can't be had; nothing was started.</exception>
    internal static FiledWorker Start(Jailer jailer, WorkerKind kind, bool ahead, CancellationToken cancellation)
    {
        var files = new List<SealedMemory>();
        try
        {
            for (var i = 0; i < kind.Files; i++)
            {
                files.Add(SealedMemory.Create(kind.Role));
            }

            var inherit = files.Select((file, i) => InheritedFile.Of(file, kind.FirstFile + i)).ToArray();
            return new FiledWorker(
                JailedWorker.Start(jailer, kind.Policy, kind.Role, inherit, ahead ? WorkerCode.Loops : kind.Code, cancellation, ahead), [.. files], ahead);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Whether a worker that was started ahead has come up; waits for it.</summary>
    internal Task<bool> IsReadyAsync() => _ready ?? Task.FromResult(true);

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync().ConfigureAwait(false);
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }

    private static async Task<bool> ReadyAsync(JailedWorker worker)
    {
        try
        {
            return await worker.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { Kind: FrameKind.Ready };
        }
        catch (IOException)
        {
            return false;
        }
    }
}
