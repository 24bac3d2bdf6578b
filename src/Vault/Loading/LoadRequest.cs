using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Vault.Loading;

/// <summary>Format of a provider's file.</summary>
public enum LoadFormat
{
    /// <summary>Told by the file's first and last bytes, never by its name.</summary>
    Auto = 0,

    /// <summary>Comma-separated text (RFC 4180; also semicolon, tab and bar).</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Apache Arrow IPC, file or stream.</summary>
    Arrow,

    /// <summary>One JSON object a line, or one array of objects.</summary>
    JsonLines,

    /// <summary>One sheet of an XLSX workbook.</summary>
    Xlsx,
}

/// <summary>A column that the provider declares for a text file: rows that do not fit go to the quarantine, none is bent to fit.</summary>
/// <param name="Name">Name as in the header line.</param>
/// <param name="Type">Boolean, Whole64, Floating64, Exact, Text, Date or Timestamp.</param>
public sealed record DeclaredColumn(string Name, StoredType Type);

/// <summary>One load.</summary>
public sealed record LoadRequest
{
    /// <summary>What <see cref="MemoryLimitBytes"/> is when nothing is said.</summary>
    public const long DefaultMemoryLimitBytes = 1L << 30;

    private const long LeastWindow = 32L << 20;
    private const long LargestWindow = 1L << 30;
    private const long WindowShare = 4;
    private const long MostParts = 64;

    /// <summary>The provider's file.</summary>
    public string SourcePath { get; init; } = "";

    /// <summary>In the place of a file: what was pulled from a provider's interface. Stays the caller's.</summary>
    public SealedMemory? Fetched { get; init; }

    /// <summary>Key of the data set; everything kept is sealed with it.</summary>
    public required DataKey DataKey { get; init; }

    /// <summary>The file's format.</summary>
    public LoadFormat Format { get; init; }

    /// <summary>Encoding of a text file.</summary>
    public SourceEncoding Encoding { get; init; }

    /// <summary>Sheet of a workbook; null for the only one that is shown.</summary>
    public string? Sheet { get; init; }

    /// <summary>Columns that are to be kept apart as identifiers, beside those that are recognised. Unknown names are refused.</summary>
    public IReadOnlyList<string> IdentifierColumns { get; init; } = [];

    /// <summary>Types for a CSV file. A column that is not declared becomes a number, date or boolean only when every value of the file survives that unchanged; else text.</summary>
    public IReadOnlyList<DeclaredColumn> DeclaredColumns { get; init; } = [];

    /// <summary>False for a CSV file without a header line; then all columns must be declared, in order.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>For a further delivery: the columns of the data set, which it must have; empty for a first one.</summary>
    public IReadOnlyList<ExpectedColumn> Expected { get; init; } = [];

    /// <summary>Commitments of files that are loaded already; one of them is refused, before anything is parsed where it is held as a whole.</summary>
    public IReadOnlyCollection<string> Known { get; init; } = [];

    /// <summary>Whether a sound file without rows is taken; else it is refused, since it is mostly a mistake.</summary>
    public bool AcceptEmpty { get; init; }

    /// <summary>Whether the file is only looked at: what it is and what its columns would be is told, nothing is sealed.</summary>
    public bool LookOnly { get; init; }

    /// <summary>Largest source in bytes. Text with a record a line is read in parts; any other format is held in memory as a whole, at most <see cref="WholeLimitBytes"/> of it.</summary>
    public long SourceLimitBytes { get; init; } = 24L << 30;

    /// <summary>Largest source of a format that is read as a whole, in bytes.</summary>
    public long WholeLimitBytes { get; init; } = 2L << 30;

    /// <summary>Bytes of a text that are read at once; null for a share of <see cref="MemoryLimitBytes"/>, into which they fit with what the engine makes of them.</summary>
    internal long? WindowBytes { get; init; }

    /// <summary>What the engine may use in the child, in bytes.</summary>
    public long MemoryLimitBytes { get; init; } = DefaultMemoryLimitBytes;

    /// <summary>Bytes of one part of a source of that length. A child takes only so many files, so a file has only so many parts.</summary>
    internal long WindowOf(long length) => WindowBytes ?? Math.Clamp(Math.Max(MemoryLimitBytes / WindowShare, length / MostParts), LeastWindow, LargestWindow);

    /// <summary>Threads of the engine.</summary>
    public int Threads { get; init; } = 2;
}
