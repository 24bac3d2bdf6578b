using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sandbox.Jail;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>Recomputes the facts behind a table from the production segments, in a jailed child: nothing that a model or an author says is taken for true.</summary>
public sealed class EvidenceService(Jailer jailer, ObjectStore store)
{
    /// <summary>Key of the class of missing values of a dimension.</summary>
    public const string MissingKey = "(missing)";

    private const long MostOutputBytes = 64L << 20;
    private const int LargestCells = 15_000;
    private const int LargestDimensions = 4;
    private const int LargestFiles = Jail.InheritedFile.Most - 1;

    // Slot of a row, its cell and value in the slot, and the starts of the subjects: numbers of 32 bits, the value of 64.
    private const int KernelShare = 5;

    /// <summary>Cells and margins of <paramref name="request"/> over <paramref name="source"/>.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<EvidenceResult> CellsAsync(TableRequest request, EvidenceSource source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(source);
        var files = ZoneSegment.FilesOf(source.Segments) + (source.Permissions is null ? 0 : 2) + (request.SubjectColumn is null ? 0 : 1);
        if (request.Aggregation == Aggregation.Unknown || !Enum.IsDefined(request.Aggregation) || request.Dimensions.Count > LargestDimensions
            || (request.Measure is null && request.Aggregation != Aggregation.Count)
            || request.Filters.Any(filter => !filter.IsWhole) || request.Dimensions.Any(dimension => dimension.Merges.Any(merge => !merge.IsWhole)) || request.Top is < 2 or > 10 || request.MemoryBytes < 256L << 20 || files is 0 or > LargestFiles || (source.Permissions is not null && request.SubjectColumn is null))
        {
            return new EvidenceResult.Refused(EvidenceRefusals.Shape);
        }

        using var opened = new OpenedSegments(later: true);
        var (numbers, size, reason) = await new SubjectNumbering(jailer, store).AddAsync(opened, source, request.SubjectColumn, cancellation).ConfigureAwait(false);
        if (reason is not null)
        {
            return new EvidenceResult.Refused(reason);
        }

        var message = new EvidenceRequest(
            [.. source.Segments.Select(segment => opened.Add(store, segment, source.DataKey))],
            [.. request.Dimensions.Select(WireDimension.Of)],
            request.Measure,
            [.. request.Filters.Select(SourceFilters.Of)],
            request.SubjectColumn,
            request.Top,
            LargestCells,
            request.MemoryBytes,
            Environment.ProcessorCount,
            WireMarks.Of(source.Permissions is not null, opened, source.DataKey),
            WirePermission.Of(source.Permissions, opened, store, source.DataKey),
            numbers);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = MostOutputBytes, DataLimitBytes = Math.Max(JailPolicies.Evidence.DataLimitBytes, request.MemoryBytes + (1L << 30)) + (KernelShare * size) };
        var bytes = new MemoryStream();
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, "evidence", opened.Files), (message, EvidenceJson.Default.EvidenceRequest), EvidenceJson.Default.EvidenceReply, ChildCall.Into(bytes), cancellation, opened.Fill).ConfigureAwait(false);
        return outcome switch
        {
            ChildOutcome<EvidenceReply>.Done { Reply: var reply } when Read(reply, bytes, request) is { } cells => new EvidenceResult.Cells([.. cells.Select(cell => cell.ToEvidence(reply.Texts, request.Top))]),
            ChildOutcome<EvidenceReply>.Refused { Rule: var rule } => new EvidenceResult.Refused(EvidenceRefusals.Of(rule)),
            _ => new EvidenceResult.Refused(EvidenceRefusals.Failed),
        };
    }

    // The child read a provider's data and may have been taken over: null for anything that can't be counted.
    private static WireCell[]? Read(EvidenceReply reply, MemoryStream bytes, TableRequest request)
    {
        if (reply.Cells is < 0 or > LargestCells || bytes.Length != reply.Cells * (long)Unsafe.SizeOf<WireCell>() || reply.Texts.Count != request.Dimensions.Count
            || !reply.Texts.All(texts => texts is not null && texts.Count <= LargestCells && texts.All(text => text is not null)))
        {
            return null;
        }

        var cells = MemoryMarshal.Cast<byte, WireCell>(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)).ToArray();
        return cells.All(cell => cell.Holds(reply.Texts) && cell.Subjects == WireCell.NoSubjects == (request.SubjectColumn is null)) && cells.Select(cell => cell.Key).Distinct().Count() == cells.Length ? cells : null;
    }
}
