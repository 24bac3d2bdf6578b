using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Trust;

namespace Sandbox.Vault.Loading;

/// <summary>Which columns a segment holds.</summary>
public enum ColumnGroup
{
    /// <summary>Columns that identify by themselves, in a file of their own: the stricter group is 0.</summary>
    Identifiers = 0,

    /// <summary>All others.</summary>
    Main,
}

/// <summary>One immutable sealed Parquet file. Segments of one load hold the same rows in the same order.</summary>
/// <param name="ObjectRef">The sealed object, of kind <see cref="Segments.ObjectKind"/>.</param>
/// <param name="ColumnGroup">Which columns.</param>
/// <param name="Rows">Number of rows.</param>
public sealed record SegmentRef(ObjectRef ObjectRef, ColumnGroup ColumnGroup, long Rows);

/// <summary>One loaded column: its type and what the classifier proposes, counts only.</summary>
/// <param name="Name">Name from the source.</param>
/// <param name="Type">Type as stored.</param>
/// <param name="Group">Where it lies.</param>
/// <param name="IdentifierKind">Proposed kind.</param>
/// <param name="ProposedGrade">Proposed grade; the provider confirms or changes it.</param>
/// <param name="SampledValues">Non-empty values that the classifier looked at.</param>
/// <param name="SampledEmpty">Missing or blank ones among the sample.</param>
/// <param name="Recognised">Values of the sample that the proposed kind's detector recognised.</param>
/// <param name="Origin">Type in an Arrow source, where the stored type may say less (nested values are kept as JSON text, spans of time as whole numbers of their unit).</param>
public sealed record LoadedColumn(
    string Name, StoredType Type, ColumnGroup Group, IdentifierKind IdentifierKind, ColumnGrade ProposedGrade, long SampledValues, long SampledEmpty, long Recognised,
    string? Origin = null);

/// <summary>How a load ended.</summary>
public abstract record LoadResult
{
    private LoadResult()
    {
    }

    /// <summary>
    /// The objects stand. Register them in one transaction and dispose this afterwards: as long as it lives, no sweep removes them and nobody opens them,
    /// and what is never registered is an orphan for the next sweep.
    /// </summary>
    /// <param name="Format">What the file was.</param>
    /// <param name="Rows">Rows kept.</param>
    /// <param name="Columns">Columns in source order.</param>
    /// <param name="Segments">One for each group that has columns; of a text that was read in parts so many for each part, one part after the other.</param>
    /// <param name="Rejected">Rows that went to the quarantine.</param>
    /// <param name="Rejections">How many rows for each reason.</param>
    /// <param name="Quarantines">Sealed Parquet files of the rejected rows (line, reason, column, content), of kind <see cref="Segments.QuarantineKind"/>: one for each part that has any.</param>
    public sealed record Loaded(
        LoadFormat Format,
        long Rows,
        IReadOnlyList<LoadedColumn> Columns,
        IReadOnlyList<SegmentRef> Segments,
        long Rejected,
        IReadOnlyDictionary<RejectReason, long> Rejections,
        IReadOnlyList<ObjectRef> Quarantines) : LoadResult, IDisposable
    {
        internal IReadOnlyList<StagedObject> Held { get; init; } = [];

        /// <summary>Encoding that a text file was read in.</summary>
        public SourceEncoding? Encoding { get; init; }

        /// <summary>Keyed commitment to the file's bytes, under the data set's key: it tells the same file again and nothing to anybody without the key.</summary>
        public string Commitment { get; init; } = "";

        /// <summary>Delimiter that a CSV file was read with.</summary>
        public string? Delimiter { get; init; }

        /// <summary>Lets go of the objects.</summary>
        public void Dispose()
        {
            foreach (var held in Held)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(Refusal Refusal) : LoadResult;
}

/// <summary>Why a row of a CSV file went to the quarantine.</summary>
public enum RejectReason
{
    /// <summary>None of the others.</summary>
    Other = 0,

    /// <summary>Fewer fields than the header.</summary>
    MissingFields,

    /// <summary>More fields than the header.</summary>
    ExtraFields,

    /// <summary>Quotes that do not match.</summary>
    Quotes,

    /// <summary>Longer than a row may be.</summary>
    TooLong,

    /// <summary>Bytes that are no characters in the file's encoding.</summary>
    NotUtf8,

    /// <summary>A value that is not of the declared type.</summary>
    Type,

    /// <summary>A line that is not exactly one JSON object with each name once.</summary>
    Json,

    /// <summary>A row of a sheet in a merged range: which cell its values belong to is not told.</summary>
    Merged,

    /// <summary>A cell with an error, a formula without a stored result, or a date that is none.</summary>
    Cell,

    /// <summary>A cell with a number of more than 15 digits: the spreadsheet has lost the others.</summary>
    Digits,
}

/// <summary>Names that segments have everywhere.</summary>
public static class Segments
{
    /// <summary>Object kind of a segment.</summary>
    public const string ObjectKind = "segment";

    /// <summary>Most segments that a data set can have in use: whoever works over it takes them all, beside a few files of its own.</summary>
    public const int MostInUse = Jail.InheritedFile.Most - 40;

    /// <summary>Object kind of a load's quarantine.</summary>
    public const string QuarantineKind = "quarantine";
}
