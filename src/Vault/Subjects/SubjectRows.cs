using System.Text;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Subjects;

/// <summary>What came of a look for a subject's rows.</summary>
public abstract record SubjectResult
{
    private SubjectResult()
    {
    }

    /// <summary>All rows of the subject and no other, each with its values as texts in the order of the columns; null where a value is missing.</summary>
    public sealed record Found(IReadOnlyList<IReadOnlyList<string?>> Rows) : SubjectResult;

    /// <summary>Nothing was read.</summary>
    public sealed record Refused(Refusal Reason) : SubjectResult;
}

/// <summary>Reads the rows of one subject out of a data set, in a jailed child. What it gives back is held against the subject again: the child parsed foreign bytes.</summary>
public sealed class SubjectRows(Jailer jailer, ObjectStore store)
{
    /// <summary>Most rows of one subject in one data set.</summary>
    public const int MostRows = 50_000;

    private const int LargestFiles = Jail.InheritedFile.Most - 4;
    private const int LargestBytes = 64 << 20;

    /// <param name="segments">The data set's segments, at least one.</param>
    /// <param name="key">Its key.</param>
    /// <param name="columns">The columns that are wanted, the subject's among them.</param>
    /// <param name="subjectColumn">Column of the subject.</param>
    /// <param name="subject">The subject, as it stands in that column.</param>
    /// <param name="cancellation">Kills the child.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<SubjectResult> ReadAsync(
        IReadOnlyList<ZoneSegment> segments, DataKey key, IReadOnlyList<string> columns, string subjectColumn, string subject, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(columns);
        var at = columns.ToList().IndexOf(subjectColumn);
        if (at < 0 || ZoneSegment.FilesOf(segments) is 0 or > LargestFiles)
        {
            return new SubjectResult.Refused(Failed);
        }

        using var opened = new OpenedSegments();
        var message = await Task.Run(
            () => new SubjectRequest([.. segments.Select(segment => opened.Add(store, segment, key))], columns, subjectColumn, opened.Add(SealedMemory.Of("subject", target => target.Write(Encoding.UTF8.GetBytes(subject)))), MostRows, Environment.ProcessorCount), cancellation).ConfigureAwait(false);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = LargestBytes, DataLimitBytes = JailPolicies.Evidence.DataLimitBytes + (1L << 30) };
        using var bytes = new MemoryStream();
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, SubjectRole.Name, opened.Files), (message, SubjectJson.Default.SubjectRequest), SubjectJson.Default.SubjectReply,
            (frame, token) => frame.Kind == Workers.FrameKind.Data ? bytes.WriteAsync(frame.Payload, token) : ValueTask.CompletedTask, cancellation).ConfigureAwait(false);
        if (outcome is not ChildOutcome<SubjectReply>.Done { Reply: var reply })
        {
            return new SubjectResult.Refused(Failed);
        }

        try
        {
            var table = ArrowTable.FromUntrusted(bytes.ToArray(), new ArrowLimits { Rows = MostRows + 1, Columns = columns.Count });
            var rows = table.Batches.SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => (IReadOnlyList<string?>)[.. batch.Columns.Select(column => column.IsMissing(row) ? null : column.GetText(row))])).ToArray();
            return reply.Rows != rows.Length || !table.Schema.Fields.Select(field => field.Name).SequenceEqual(columns, StringComparer.Ordinal) || rows.Any(row => row[at] != subject) ? new SubjectResult.Refused(Failed)
                : rows.Length > MostRows ? new SubjectResult.Refused(TooMany)
                : new SubjectResult.Found(rows);
        }
        catch (ArrowFormatException)
        {
            return new SubjectResult.Refused(Failed);
        }
    }

    private static Refusal Failed { get; } = new(
        "SB-SUBJECT-1", "The rows of the subject could not be read.", "Try again; if it fails again, tell the provider of the data set.", "无法读取该主体的记录。", "请重试；若仍失败，请告知数据集提供部门。");

    private static Refusal TooMany { get; } = new(
        "SB-SUBJECT-2", "The data set holds more rows of the subject than one copy takes.", "Ask the provider of the data set for them.", "该主体的记录数超过一份副本的上限。", "请向数据集提供部门索取。");
}
