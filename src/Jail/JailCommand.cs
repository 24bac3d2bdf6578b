using System.Runtime.InteropServices;

namespace Sandbox.Jail;

/// <summary>What to run in which jail.</summary>
public sealed record JailCommand
{
    /// <summary>The limits and the engine.</summary>
    public required JailPolicy Policy { get; init; }

    /// <summary>
    /// Dotnet: path of a dll in its application folder; inside, the folder is <c>/app</c>. Node: path of a script (.mjs or .cjs); inside it is <c>/app/name</c>. Native: an ELF program for x86-64, inside <c>/app/name</c>.
    /// </summary>
    public required string Program { get; init; }

    /// <summary>Arguments of the program, as they are. Other users of the machine can see them (ps): pass data through pipes or memory files.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Descriptors for the child beside 0, 1 and 2; everything else is closed.</summary>
    public IReadOnlyList<InheritedFile> Inherit { get; init; } = [];

    /// <summary>Files and folders to show read-only beside the program. Node: below <c>/app</c>; Dotnet: below <c>/files</c>.</summary>
    public IReadOnlyList<ReadOnlyMount> Mounts { get; init; } = [];

    /// <summary>Started ahead of its work: <see cref="JailPolicy.WallLimit"/> runs from <see cref="JailedProcess.Begin"/>, not from the start.</summary>
    public bool Ahead { get; init; }

    /// <summary>
    /// Number (3 to 298) of a descriptor on which the worker may say its last word, or null for none: the exit code in decimal, a space, at most <see cref="JailExit.MostWordBytes"/> bytes of text, a line feed.
    /// It is said instead of the end: the worker waits from then on, is accounted as it stands and killed. Believe of the text only what makes a result worse.
    /// </summary>
    public int? WordNumber { get; init; }

    /// <summary>Variables for the child beside those that its engine needs; nothing else is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>One file or folder of ours that a child sees read-only.</summary>
/// <param name="HostPath">Where it lies here.</param>
/// <param name="InsideName">Relative path inside, for example <c>node_modules/node-seal</c>; no dot segments.</param>
public sealed record ReadOnlyMount(string HostPath, string InsideName);

/// <summary>One descriptor of ours that a child gets. The caller keeps ownership and may close its own as soon as <see cref="Jailer.Start"/> has returned.</summary>
public sealed record InheritedFile
{
    internal const int LowestNumber = 3;
    internal const int HighestNumber = 298;

    /// <summary>Most files that one child can get.</summary>
    public const int Most = HighestNumber - LowestNumber + 1;

    private InheritedFile(SafeHandle? handle, SealedMemory? memory, int childNumber)
    {
        if (childNumber is < LowestNumber or > HighestNumber)
        {
            throw new ArgumentOutOfRangeException(nameof(childNumber), $"A child's descriptor has a number from {LowestNumber} to {HighestNumber}.");
        }

        (Handle, Memory, ChildNumber) = (handle, memory, childNumber);
    }

    /// <summary>The number under which the child finds it.</summary>
    public int ChildNumber { get; }

    internal SafeHandle? Handle { get; }

    internal SealedMemory? Memory { get; }

    internal bool ReadOnly { get; private init; }

    /// <summary>A handle as it is; the file position is shared with the child.</summary>
    /// <param name="handle">An open descriptor.</param>
    /// <param name="childNumber">3 to 298.</param>
    public static InheritedFile Of(SafeHandle handle, int childNumber) => new(handle, null, childNumber);

    /// <summary>A memory file with a position of its own: read-only if it is sealed, else the child may write to it.</summary>
    /// <param name="memory">The memory file.</param>
    /// <param name="childNumber">3 to 298; the child opens <c>/proc/self/fd/N</c> or reads the descriptor.</param>
    public static InheritedFile Of(SealedMemory memory, int childNumber) => new(null, memory, childNumber);

    /// <summary>A memory file that the child may only read, though it is filled and sealed after the child's start.</summary>
    /// <inheritdoc cref="Of(SealedMemory, int)"/>
    public static InheritedFile ToRead(SealedMemory memory, int childNumber) => new(null, memory, childNumber) { ReadOnly = true };
}
