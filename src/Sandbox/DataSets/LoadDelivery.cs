using Sandbox.Host.Domains;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.DataSets;

/// <summary>One delivered file and what is known about its form.</summary>
/// <param name="Path">The file.</param>
/// <param name="Encoding">Encoding of text, where the provider says it.</param>
/// <param name="Declared">Declared columns of a text file.</param>
/// <param name="HasHeader">False for a CSV file without a header line.</param>
/// <param name="Sheet">Sheet of a workbook.</param>
public sealed record Delivery(string Path, SourceEncoding Encoding, IReadOnlyList<DeclaredColumn> Declared, bool HasHeader = true, string? Sheet = null)
{
    /// <summary>In the place of a file: what was pulled from a source.</summary>
    public SealedMemory? Fetched { get; init; }

    /// <summary>Memory of the engine that reads it, in bytes.</summary>
    public long MemoryBytes { get; init; } = LoadRequest.DefaultMemoryLimitBytes;

    /// <summary>The manner in which it comes.</summary>
    internal SupplyMode Mode => Fetched is null ? SupplyMode.File : SupplyMode.Interface;
}

/// <summary>Loads a delivery in the jail, as the first of a data set or as one more with the same columns.</summary>
internal static class LoadDelivery
{
    /// <param name="standing">The data set as it is, or null for its first delivery.</param>
    internal static async Task<LoadResult> RunAsync(
        OpenDomain domain, Delivery delivery, DataKey key, IReadOnlyList<string> identifiers, DataSet? standing, IProgress<LoadProgress>? progress, CancellationToken cancel) =>
        await new DataLoader(domain.Jailer, domain.Store, domain.Workers).LoadAsync(
            new LoadRequest
            {
                SourcePath = delivery.Path,
                Fetched = delivery.Fetched,
                DataKey = key,
                IdentifierColumns = identifiers,
                DeclaredColumns = standing is null ? delivery.Declared : [.. standing.Columns.Where(column => DataLoader.MayDeclare(column.Type)).Select(column => new DeclaredColumn(column.Name, column.Type))],
                HasHeader = delivery.HasHeader,
                Encoding = delivery.Encoding,
                Sheet = delivery.Sheet,
                MemoryLimitBytes = delivery.MemoryBytes,
                Expected = standing is null ? [] : [.. standing.Columns.Select(column => new ExpectedColumn(column.Name, column.Type, column.Group == ColumnGroup.Identifiers, column.Origin is not null))],
                Known = standing is null ? [] : [.. standing.Standing.Select(batch => batch.Commitment).OfType<string>()],
                Threads = Math.Max(1, Environment.ProcessorCount),
            },
            progress, cancel).ConfigureAwait(false);

    internal static Refusal Moved() => new(
        "DATA-EPOCH",
        "The data set changed while this was being done; nothing was kept.",
        "Look at it with `data show` and do it again.",
        "操作期间数据集发生了变化；未保留任何内容。",
        "请用 data show 查看后重试。");
}
