namespace Sandbox.Vault.Workers;

/// <summary>First byte of a frame between the host and its jailed worker.</summary>
internal enum FrameKind : byte
{
    /// <summary>Never sent; a zero byte is a broken stream.</summary>
    None = 0,

    /// <summary>Host to worker, strict JSON: a piece of work.</summary>
    Request = 1,

    /// <summary>Worker to host, strict JSON: how far the work is.</summary>
    Progress = 2,

    /// <summary>Worker to host, bytes: a piece of the answer's data.</summary>
    Data = 3,

    /// <summary>Worker to host, strict JSON: the work is done; nothing but a next request may follow.</summary>
    Result = 4,

    /// <summary>Worker to host, strict JSON of <see cref="WorkerFault"/>: the work failed; nothing but a next request may follow.</summary>
    Fault = 5,

    /// <summary>Worker to host, empty: a worker that was started ahead has warmed up. Sent once, first.</summary>
    Ready = 6,
}
