using Microsoft.Win32.SafeHandles;

namespace Sandbox.Jail.Launching;

/// <summary>What the launcher hands over; the process owns all of it from then on.</summary>
internal sealed record JailedParts(
    JailPolicy Policy, TimeProvider Time, KernelProcess Launcher, KernelProcess? First, SafeFileHandle Input, SafeFileHandle Output, SafeFileHandle Error, SafeFileHandle? Word, bool Jailed, bool Ahead);
