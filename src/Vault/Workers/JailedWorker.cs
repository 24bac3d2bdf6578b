using System.Text.Json.Serialization.Metadata;
using Sandbox.Jail;

namespace Sandbox.Vault.Workers;

/// <summary>What a short-lived worker mostly does, which decides how its code is compiled.</summary>
internal enum WorkerCode
{
    /// <summary>Much code run once: compiled quickly, improved later.</summary>
    Wide = 0,

    /// <summary>A few loops over all data: compiled well at once, else they would run unoptimised for most of the worker's second.</summary>
    Loops,
}

/// <summary>Host side of one worker child: starts it in its jail, sends requests, reads frames. Disposing kills it.</summary>
internal sealed class JailedWorker : IAsyncDisposable
{
    private readonly JailedProcess _process;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    private JailedWorker(JailedProcess process)
    {
        _process = process;
        _reader = new FrameReader(process.Output);
        _writer = new FrameWriter(process.Input);
    }

    /// <summary>The worker program: this assembly, in the application folder of whoever uses it.</summary>
    internal static string Program => typeof(JailedWorker).Assembly.Location;

    internal JailedProcess Process => _process;

    /// <exception cref="JailRefusedException">The jail can't be had; nothing was started.</exception>
    internal static JailedWorker Start(Jailer jailer, JailPolicy policy, string role, IReadOnlyList<InheritedFile> inherit, WorkerCode code, CancellationToken cancellation, bool ahead = false) => new(
        jailer.Start(
            new JailCommand
            {
                Policy = policy,
                Program = Program,
                Arguments = ahead ? [role, WorkerLoop.Ahead] : [role],
                Inherit = inherit,
                Ahead = ahead,

                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_TieredCompilation"] = code == WorkerCode.Loops ? "0" : "1" },
            },
            cancellation));

    /// <exception cref="FrameException">The worker has gone.</exception>
    internal void Send<T>(T request, JsonTypeInfo<T> type)
    {
        try
        {
            _writer.Json(FrameKind.Request, request, type);
        }
        catch (IOException)
        {
            throw Gone();
        }
    }

    /// <summary>The next frame; null when the worker has ended.</summary>
    /// <exception cref="FrameException">What came is no frame, or more than the policy allows.</exception>
    internal ValueTask<Frame?> ReadAsync(CancellationToken cancellation) => FromWorkerAsync(_reader.ReadAsync(cancellation));

    /// <summary>Hands data frames on to a target until another frame comes, in the kernel where the target is the input of a child.</summary>
    /// <param name="target">Gets the payloads. Its exceptions pass through.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The bytes handed on, and the frame; null when the worker has ended.</returns>
    /// <exception cref="FrameException">What came is no frame, or more than the policy allows; the target may have got a part.</exception>
    internal async ValueTask<(long Bytes, Frame? Next)> ForwardAsync(Stream target, CancellationToken cancellation)
    {
        var input = target as IChildInput;
        for (long bytes = 0; ;)
        {
            var head = await FromWorkerAsync(_reader.ReadHeaderAsync(cancellation)).ConfigureAwait(false);
            if (head is not { Kind: FrameKind.Data, Length: var length })
            {
                return (bytes, head is null ? null : await FromWorkerAsync(_reader.ReadPayloadAsync(head.Value.Length, cancellation)).ConfigureAwait(false));
            }

            if (input is null)
            {
                var frame = await FromWorkerAsync(_reader.ReadPayloadAsync(length, cancellation)).ConfigureAwait(false);
                await target.WriteAsync(frame.Payload, cancellation).ConfigureAwait(false);
            }
            else if (await input.MoveFromAsync(_process.Output, length, cancellation).ConfigureAwait(false) < length)
            {
                throw new FrameException("The stream ends inside a frame.");
            }

            bytes += length;
        }
    }

    private static async ValueTask<T> FromWorkerAsync<T>(ValueTask<T> reading)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (IOException failure) when (failure is not FrameException)
        {
            throw Gone();
        }
    }

    /// <summary>Ends the input and waits until the worker has ended by itself.</summary>
    internal async Task<JailExit> EndAsync()
    {
        await _process.Input.DisposeAsync().ConfigureAwait(false);
        return await _process.Exit.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static FrameException Gone() => new("The worker has gone.");
}
