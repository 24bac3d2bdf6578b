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
    internal async ValueTask<Frame?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadAsync(cancellation).ConfigureAwait(false);
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
