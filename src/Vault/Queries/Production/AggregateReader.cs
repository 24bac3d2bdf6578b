using Sandbox.Jail;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Queries;

/// <summary>Reads statements over production zones. Text is parsed by the engine in a jailed child that holds no data and no key; what it hands back is checked here against the tables.</summary>
public sealed class AggregateReader(Jailer jailer)
{
    private const int MostItems = 16;
    private const int MostDimensions = 4;
    private const int MostFilters = 16;
    private const int LongestName = 128;

    private static readonly QueryLimits Limits = new();

    /// <param name="sql">One SELECT.</param>
    /// <param name="tables">The tables of the zone.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<AggregateReading> ReadAsync(string sql, IReadOnlyList<GrantedTable> tables, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(tables);
        if (StatementGuard.CheckText(sql, Limits) is { } broken)
        {
            return new AggregateReading.Refused(broken);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Limits.StartLimit);
        try
        {
            var outcome = await ChildCall.RunAsync(
                jailer, WorkerProgram.Command(JailPolicies.Query with { TmpfsBytes = 0 }, AggregateRole.Name), (new AggregateQuestion(sql, tables), AggregateJson.Default.AggregateQuestion), AggregateJson.Default.AggregateReply, null, late.Token).ConfigureAwait(false);
            return outcome is ChildOutcome<AggregateReply>.Done { Reply: var reply } ? Checked(reply, sql, tables) : Unread;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unread;
        }
    }

    private static AggregateReading Unread => new AggregateReading.Refused(new QueryRefusal(AggregateRefusals.Unread, null));

    private static AggregateReading Checked(AggregateReply reply, string sql, IReadOnlyList<GrantedTable> tables) => reply switch
    {
        { Refused: { } refused, Request: null } when AggregateRefusals.IsOurs(refused.Refusal, sql, Limits) && (refused.Position?.LiesIn(sql) ?? true)
            => new AggregateReading.Refused(new QueryRefusal(refused.Refusal, refused.Position)),
        { Request: { } request, Refused: null } when request.ToRequest() is { } whole && Holds(whole, tables) => new AggregateReading.Mapped(whole),
        _ => Unread,
    };

    private static bool Holds(AggregateRequest request, IReadOnlyList<GrantedTable> tables) =>
        tables.FirstOrDefault(table => table.Name == request.Table) is { } table
        && request.Items.Count is > 0 and <= MostItems
        && request.Dimensions.Count <= MostDimensions
        && request.Filters.Count <= MostFilters
        && request.Order.Count <= MostItems
        && request.Limit is null or >= 0
        && request.Dimensions.Distinct(StringComparer.Ordinal).Count() == request.Dimensions.Count
        && request.Dimensions.Concat(request.Filters.SelectMany(filter => filter.Columns)).Concat(request.Items.Select(item => item.Column).OfType<string>()).All(column => table.Columns.Contains(column, StringComparer.Ordinal))
        && request.Filters.All(filter => filter.IsWhole)
        && request.Items.Any(item => item.Kind != AggregateKind.Dimension)
        && request.Order.All(order => order is not null && order.Item >= 0 && order.Item < request.Items.Count)
        && request.Items.All(item => item.Name.Length <= LongestName && Enum.IsDefined(item.Kind) && item.Kind != AggregateKind.Unknown && item.Decimals is null or (>= 0 and <= 12)
            && (item.Kind == AggregateKind.Dimension ? request.Dimensions.Contains(item.Column!, StringComparer.Ordinal) : item.Kind == AggregateKind.Count || item.Column is not null));
}
