namespace Sandbox.Vault.Workers;

/// <summary>
/// The frame: 4 bytes little-endian payload length, 1 byte <see cref="FrameKind"/>, the payload. Control frames hold at most
/// <see cref="MaxControl"/> bytes, data frames at most <see cref="MaxData"/>: what comes out of a jail is hostile, so lengths are checked before anything is allocated.
/// </summary>
internal static class FrameProtocol
{
    internal const int HeaderLength = 5;
    internal const int MaxControl = 4 * 1024 * 1024;
    internal const int MaxData = 1024 * 1024;

    internal static int LimitOf(FrameKind kind) => kind switch
    {
        FrameKind.Data => MaxData,
        FrameKind.Ready => 0,
        FrameKind.Request or FrameKind.Progress or FrameKind.Result or FrameKind.Fault => MaxControl,
        _ => -1,
    };
}
