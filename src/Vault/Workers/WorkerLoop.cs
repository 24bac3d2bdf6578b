using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Workers;

/// <summary>The worker's main loop: one request after the other until the input ends. Any failure leaves as one closed fault frame.</summary>
internal static class WorkerLoop
{
    /// <summary>Second argument of a worker that is started ahead of its work.</summary>
    internal const string Ahead = "ahead";

    /// <returns>0 = input ended after whole answers; 3 = ended by a fault that leaves the worker unusable.</returns>
    internal static int Run(IWorkerRole role, Stream input, Stream output, bool ahead = false)
    {
        var reader = new FrameReader(input);
        var writer = new FrameWriter(output);
        if (ahead)
        {
            Warm(role);
            writer.Ready();
        }

        while (true)
        {
            try
            {
                if (reader.Read() is not { } frame)
                {
                    return 0;
                }

                if (frame.Kind != FrameKind.Request)
                {
                    return Fail(writer, new WorkerFault(WorkerFaultKind.BadRequest));
                }

                role.Handle(frame, writer);
            }
            catch (WorkerRefusedException refusal)
            {
                Say(writer, new WorkerFault(WorkerFaultKind.Refused, Rule: refusal.Rule, Column: refusal.Column, Detail: refusal.Detail));
            }
            catch (EngineException failure) when (failure.Fault != EngineFault.Internal)
            {
                Say(writer, new WorkerFault(WorkerFaultKind.Engine, failure.Fault));
            }
            catch (EngineException)
            {
                return Fail(writer, new WorkerFault(WorkerFaultKind.Engine, EngineFault.Internal));
            }
            catch (FrameException)
            {
                return Fail(writer, new WorkerFault(WorkerFaultKind.BadRequest));
            }
            catch (OutOfMemoryException)
            {
                return Fail(writer, new WorkerFault(WorkerFaultKind.OutOfMemory));
            }
#pragma warning disable CA1031 // The process border: whatever went wrong must leave as a closed fault and not as text.
            catch (Exception)
#pragma warning restore CA1031
            {
                return Fail(writer, new WorkerFault(WorkerFaultKind.Crashed));
            }
        }
    }

    private static void Warm(IWorkerRole role)
    {
        try
        {
            role.Warm();
        }
#pragma warning disable CA1031 // Only speed is lost; the request will show what is wrong, as a closed fault.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static int Fail(FrameWriter writer, WorkerFault fault)
    {
        Say(writer, fault);
        return 3;
    }

    private static void Say(FrameWriter writer, WorkerFault fault)
    {
        try
        {
            writer.Json(FrameKind.Fault, fault, WorkerJson.Default.WorkerFault);
        }
        catch (IOException)
        {
            // The host has gone; there is nobody to tell.
        }
    }
}
