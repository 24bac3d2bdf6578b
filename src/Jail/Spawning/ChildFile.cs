using System.Runtime.InteropServices;

namespace Sandbox.Jail.Spawning;

/// <summary>One descriptor of ours and the number under which the child sees it. Borrowed: the spawner closes nothing.</summary>
internal readonly record struct ChildFile(SafeHandle Handle, int Number);
