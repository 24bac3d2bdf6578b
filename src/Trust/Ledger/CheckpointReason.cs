namespace Sandbox.Trust;

/// <summary>Why a signed head was kept as a checkpoint.</summary>
public enum CheckpointReason
{
    /// <summary>Somebody asked for it.</summary>
    Asked = 0,

    /// <summary>An hour or ten thousand entries went by.</summary>
    Scheduled,

    /// <summary>A release left the domain.</summary>
    Release,

    /// <summary>A process that had appended ended in good order; the next one of this kind takes its place.</summary>
    Close,

    /// <summary>A period was sealed and archived.</summary>
    Period,

    /// <summary>A backup was made.</summary>
    Backup,
}
