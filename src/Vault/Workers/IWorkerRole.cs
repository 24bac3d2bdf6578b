namespace Sandbox.Vault.Workers;

/// <summary>What one jailed worker process does. A role answers each request with data frames and exactly one result, or throws; the loop turns exceptions into a fault frame.</summary>
internal interface IWorkerRole : IDisposable
{
    /// <summary>Whether the role uses the engine, whose library is then loaded early.</summary>
    bool UsesEngine => true;

    /// <summary>Called in a worker that was started ahead: goes through the role's work once over made-up values, so that its code is compiled when the request comes. What it throws is ignored.</summary>
    void Warm()
    {
    }

    /// <summary>Handles one request.</summary>
    /// <param name="request">The request frame; its payload is valid until <paramref name="output"/> is done.</param>
    /// <param name="output">Where progress, data and the result go.</param>
    /// <exception cref="WorkerRefusedException">A refusal of the role's own; the worker goes on.</exception>
    /// <exception cref="DuckDb.EngineException">An engine error; the worker goes on unless it is internal.</exception>
    void Handle(Frame request, FrameWriter output);
}
