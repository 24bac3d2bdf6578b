using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>Builds zones: segments are opened into sealed memory, masked in a jailed child, and the finished file is sealed while it streams out. No plaintext touches a disk.</summary>
public sealed class ZoneBuilder(Jailer jailer, ObjectStore store)
{
    /// <summary>Kind of the sealed object.</summary>
    public const string ObjectKind = "zone";

    private const long ControlBytes = 64L << 20;
    private const long RoomShare = 10;
    private const string OrderLabel = "zone/row-order";
    private const string TokenLabel = "zone/tokens";
    private const string FormatLabel = "zone/format-tokens";
    private const string DrawLabel = "data-set/mask-draws";
    private const string BucketLabel = "data-set/sample-buckets";

    /// <summary>Builds and commits a zone, or says why not. A zone that is not registered afterwards is an orphan for the store's sweep.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was kept.</exception>
    public async Task<ZoneResult> BuildAsync(ZoneRequest request, IProgress<ZoneProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var problems = ZoneRequestCheck.Problems(request);
        if (problems.Count > 0)
        {
            return new ZoneResult.Refused([.. problems.Distinct()]);
        }

        using var keys = new KeyFile();
        using var files = new OpenedSegments();
        progress?.Report(new ZoneProgress("open", 1, request.Tables.Count));
        var message = await Task.Run(() => Message(request, keys, files), cancellation).ConfigureAwait(false);
        var command = WorkerProgram.Command(Policy(request, files), "build", files.Files);
        ChildOutcome<BuildReply>? outcome = null;
        using var staged = await store.StageAsync(ObjectKind, request.ZoneKey, async target => outcome = await ChildCall.RunAsync(
            jailer, command, (message, BuildJson.Default.BuildRequest), BuildJson.Default.BuildReply, (frame, token) => ReceiveAsync(frame, target, progress, request.Tables.Count, token), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        switch (outcome)
        {
            case ChildOutcome<BuildReply>.Done { Reply: var reply } when BuildReplyCheck.Holds(reply, request):
                progress?.Report(new ZoneProgress("seal", request.Tables.Count, request.Tables.Count));
                return new ZoneResult.Built(staged.Commit(), reply.Tables.Sum(table => table.Rows), reply.Tables);
            case ChildOutcome<BuildReply>.Refused { Rule: var rule }:
                return new ZoneResult.Refused([ZoneRefusals.Of(rule)]);
            default:
                return new ZoneResult.Refused([ZoneRefusals.Failed]);
        }
    }

    private static async ValueTask ReceiveAsync(Frame frame, Stream target, IProgress<ZoneProgress>? progress, int tables, CancellationToken cancellation)
    {
        if (frame.Kind == FrameKind.Data)
        {
            await target.WriteAsync(frame.Payload, cancellation).ConfigureAwait(false);
        }
        else if (frame.Kind == FrameKind.Progress)
        {
            // What a child says goes no further than a number: its words could carry data.
            var step = frame.Json(BuildJson.Default.ZoneProgress);
            if (step.Tables == tables && step.Table >= 1 && step.Table <= tables && step.Fraction is >= 0 and <= 1)
            {
                progress?.Report(new ZoneProgress("build", step.Table, tables, step.Fraction));
            }
        }
    }

    private static JailPolicy Policy(ZoneRequest request, OpenedSegments files)
    {
        // Three times the packed segments for the zone itself, the rest for rows that wait to be put in order.
        var room = Math.Max(JailPolicies.Build.TmpfsBytes, RoomShare * files.Files.Sum(file => file.Length));
        return JailPolicies.Build with
        {
            DataLimitBytes = Math.Max(JailPolicies.Build.DataLimitBytes, request.MemoryBytes + (1L << 30)),
            TmpfsBytes = room,
            FileSizeLimit = room,

            // A zone can't be larger than the room it was made in; what comes beyond would only fill our disk.
            MaxOutputBytes = room + ControlBytes,
        };
    }

    private BuildRequest Message(ZoneRequest request, KeyFile keys, OpenedSegments files)
    {
        KeySlot Slot(DataKey key, string label)
        {
            using var secret = key.Derive(label);
            return keys.Add(secret);
        }

        var tokens = request.TokenKey is { } token ? Slot(token, $"{TokenLabel}/{request.Kind}") : null;
        var format = request.TokenKey is { } wide && request.Tables.Any(table => table.Columns.Any(column => column.Rule is MaskRule.FormatToken)) ? Slot(wide, $"{FormatLabel}/{request.Kind}") : null;
        var order = Slot(request.ZoneKey, OrderLabel);
        var tables = request.Tables.Select(table => new BuildTable(
            GrantedTable.DefaultSchema,
            table.Name,
            [.. table.Segments.Select(segment => files.Add(store, segment, table.DataKey))],
            null,
            [.. table.Columns.Select(column => new BuildColumn(column.Name, column.Rule.ToJson()))],
            table.SubjectColumn,
            table.Sample is { } sample ? new BuildSample(Slot(table.DataKey, BucketLabel), sample.From, sample.To) : null,
            table.QuasiIdentifiers,
            [.. table.Filters.Select(SourceFilters.Of)],
            table.Columns.Any(column => column.Rule.NeedsDraw) ? Slot(table.DataKey, DrawLabel) : null,
            table.LeaveOutPerMille,
            table.Permissions is null ? null : Slot(table.DataKey, PermissionBook.MarkLabel),
            WirePermission.Of(table.Permissions, files, store, table.DataKey))).ToArray();
        keys.Seal();
        var keysPath = files.Add(keys.TakeMemory());
        return new BuildRequest(
            request.Kind.ToString(), request.ZoneKey.Suite.Name, keysPath, tokens, order,
            request.Kind == ZoneKind.Workbench ? request.K : 1, request.SmallClasses == SmallClasses.LeaveOut, null, tables, request.MemoryBytes, Environment.ProcessorCount, format);
    }
}
