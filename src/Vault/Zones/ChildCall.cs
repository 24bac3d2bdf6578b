using System.Text.Json.Serialization.Metadata;
using Sandbox.Jail;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>How a piece of work in a fresh child ended.</summary>
internal abstract record ChildOutcome<T>
{
    private ChildOutcome()
    {
    }

    public sealed record Done(T Reply) : ChildOutcome<T>;

    /// <summary>The role's own refusal.</summary>
    public sealed record Refused(string Rule) : ChildOutcome<T>;

    /// <summary>The child failed, was killed, or did not keep to the protocol. <paramref name="OutOfMemory"/> when that was the reason.</summary>
    public sealed record Failed(bool OutOfMemory) : ChildOutcome<T>;
}

/// <summary>One request to one fresh jailed child, which ends with it.</summary>
internal static class ChildCall
{
    /// <param name="fill">Done while the child starts, before it gets its request; what it throws ends the child and is handed on.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child is dead.</exception>
    public static async Task<ChildOutcome<TReply>> RunAsync<TRequest, TReply>(
        Jailer jailer,
        JailCommand command,
        (TRequest Message, JsonTypeInfo<TRequest> Type) request,
        JsonTypeInfo<TReply> replyType,
        Func<Frame, CancellationToken, ValueTask>? onFrame,
        CancellationToken cancellation,
        Action? fill = null)
    {
        var process = jailer.Start(command, cancellation);
        await using (process.ConfigureAwait(false))
        {
            if (fill is not null)
            {
                await Task.Run(fill, cancellation).ConfigureAwait(false);
            }

            try
            {
                return await TalkAsync(process, request, replyType, onFrame, cancellation).ConfigureAwait(false);
            }
            catch (IOException)
            {
                cancellation.ThrowIfCancellationRequested();
                return new ChildOutcome<TReply>.Failed(false);
            }
        }
    }

    /// <summary>Takes what a child sends in data frames into a stream, and nothing of its other frames.</summary>
    public static Func<Frame, CancellationToken, ValueTask> Into(Stream target) => (frame, token) => frame.Kind == FrameKind.Data ? target.WriteAsync(frame.Payload, token) : ValueTask.CompletedTask;

    private static async Task<ChildOutcome<TReply>> TalkAsync<TRequest, TReply>(
        JailedProcess process,
        (TRequest Message, JsonTypeInfo<TRequest> Type) request,
        JsonTypeInfo<TReply> replyType,
        Func<Frame, CancellationToken, ValueTask>? onFrame,
        CancellationToken cancellation)
    {
        await Task.Run(() => new FrameWriter(process.Input).Json(FrameKind.Request, request.Message, request.Type), cancellation).ConfigureAwait(false);
        var reader = new FrameReader(process.Output);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Result:
                    return new ChildOutcome<TReply>.Done(frame.Json(replyType));
                case FrameKind.Fault:
                    return frame.Json(WorkerJson.Default.WorkerFault) switch
                    {
                        { Kind: WorkerFaultKind.Refused, Rule: { Length: <= 32 } rule } => new ChildOutcome<TReply>.Refused(rule),
                        { Kind: WorkerFaultKind.OutOfMemory } or { Engine: DuckDb.EngineFault.OutOfMemory } => new ChildOutcome<TReply>.Failed(true),
                        _ => new ChildOutcome<TReply>.Failed(false),
                    };
                default:
                    if (onFrame is not null)
                    {
                        await onFrame(frame, cancellation).ConfigureAwait(false);
                    }

                    break;
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return new ChildOutcome<TReply>.Failed(false);
    }
}
