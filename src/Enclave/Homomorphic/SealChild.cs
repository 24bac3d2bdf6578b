using System.Buffers.Binary;
using Sandbox.Jail;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>One jailed Node process that does one task with node-seal and ends. Frames: four bytes of length, then the bytes.</summary>
internal sealed class SealChild : IAsyncDisposable
{
    private readonly JailedProcess _process;

    private SealChild(JailedProcess process) => _process = process;

    public static async Task<SealChild> StartAsync(Jailer jailer, EnginePaths engines, SealTask task, ParameterSet parameters, CancellationToken cancellation)
    {
        var process = jailer.Start(new JailCommand
        {
            Policy = JailPolicies.Homomorphic,
            Program = WorkerScripts.Seal,
            Mounts = [new ReadOnlyMount(engines.NodeModules("node-seal"), "node_modules/node-seal")],
        }, cancellation);
        var child = new SealChild(process);
        try
        {
            await child.SendAsync(new[] { (byte)task, (byte)parameters.Name[0] }, cancellation).ConfigureAwait(false);
            return child;
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends one frame; an empty one ends the input.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        var head = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(head, frame.Length);
        try
        {
            await _process.Input.WriteAsync(head, cancellation).ConfigureAwait(false);
            await _process.Input.WriteAsync(frame, cancellation).ConfigureAwait(false);
            await _process.Input.FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw HomomorphicFailure.Create();
        }
    }

    /// <summary>Fills <paramref name="target"/> with the next frame, which must have exactly that length.</summary>
    public async Task ReceiveAsync(Memory<byte> target, CancellationToken cancellation)
    {
        var head = new byte[4];
        try
        {
            await _process.Output.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
            if (BinaryPrimitives.ReadInt32LittleEndian(head) != target.Length)
            {
                throw HomomorphicFailure.Create();
            }

            await _process.Output.ReadExactlyAsync(target, cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw HomomorphicFailure.Create();
        }
    }

    /// <summary>Waits for the end and demands that it was a good one.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        var exit = await _process.Exit.WaitAsync(cancellation).ConfigureAwait(false);
        if (exit.Reason != ExitReason.Completed)
        {
            throw HomomorphicFailure.Create();
        }
    }

    /// <summary>Ends the input and demands a good end.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        await SendAsync(ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        await CompleteAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

/// <summary>The tasks of the worker script, numbered as there.</summary>
internal enum SealTask : byte
{
    None = 0,
    Keys = 1,
    Encrypt = 2,
    Sum = 3,
    Decrypt = 4,
    Multiply = 5,
}
