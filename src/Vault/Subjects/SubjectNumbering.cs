using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Subjects;

/// <summary>What came of numbering.</summary>
public abstract record NumberingResult
{
    private NumberingResult()
    {
    }

    /// <summary>The numbers, to be committed and disposed by the caller.</summary>
    public sealed record Made(StagedObject Numbers) : NumberingResult;

    /// <summary>Nothing was made.</summary>
    public sealed record Refused(Refusal Reason) : NumberingResult;
}

/// <summary>
/// Numbers the subjects of a data set once an epoch, so that no request groups its rows by their texts again. What is made says which subject a row is of, so it is sealed with the data
/// set's key like the rows; it names the column and the sealed segments that it was made from, and is of use for these alone. It can always be made again.
/// </summary>
public sealed class SubjectNumbering(Jailer jailer, ObjectStore store)
{
    /// <summary>Kind of the sealed object.</summary>
    public const string ObjectKind = "subjects";

    internal const string TooManyRule = "SB-SUBJECT-3";

    private const int LargestFiles = Jail.InheritedFile.Most - 2;
    private const long MostBytes = 9L << 30;

    private static readonly Refusal TooMany = new(TooManyRule,
        "The data set has more rows than subjects can be told apart in.",
        "Divide the data set.",
        "数据集的行数过多，无法区分数据主体。",
        "请拆分数据集。");

    /// <param name="source">The data set.</param>
    /// <param name="column">Column that names the subject of a row.</param>
    /// <param name="cancellation">Kills the child.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<NumberingResult> BuildAsync(EvidenceSource source, string column, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(column);
        Refusal? refused = null;
        var staged = await store.StageAsync(ObjectKind, source.DataKey, async target => refused = await WriteAsync(source, column, target, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (refused is null)
        {
            return new NumberingResult.Made(staged);
        }

        staged.Dispose();
        return new NumberingResult.Refused(refused);
    }

    /// <summary>What numbers must say that they are about: names of sealed objects are drawn at random, so they stand for one content.</summary>
    internal static string About(EvidenceSource source, string column) =>
        string.Join('\n', [column, .. source.Segments.Select(segment => $"{segment.Main.Name} {segment.Identifiers?.Name}")]);

    /// <summary>Gives a child the numbers that its request needs, opened or made anew.</summary>
    /// <param name="opened">Owns them from then on.</param>
    /// <param name="source">The data set.</param>
    /// <param name="column">Column that names the subject of a row; null where there is none, then nothing is given.</param>
    /// <param name="cancellation">Kills the child that makes them.</param>
    /// <returns>What the child is told, how many bytes they have, and the reason where they can't be had.</returns>
    internal async Task<(WireNumbers? Numbers, long Bytes, Refusal? Reason)> AddAsync(OpenedSegments opened, EvidenceSource source, string? column, CancellationToken cancellation)
    {
        if (column is null)
        {
            return (null, 0, null);
        }

        var (memory, reason) = await OpenAsync(source, column, cancellation).ConfigureAwait(false);
        return memory is null ? (null, 0, reason) : (new WireNumbers(opened.Add(memory), About(source, column)), memory.Length, null);
    }

    /// <summary>The numbers in sealed memory, opened if the source has them, else made anew.</summary>
    /// <returns>Null with the reason when they can't be had.</returns>
    private async Task<(SealedMemory? Numbers, Refusal? Reason)> OpenAsync(EvidenceSource source, string column, CancellationToken cancellation)
    {
        if (source.Subjects is { } made)
        {
            try
            {
                return (await Task.Run(() => store.OpenInMemory(made, source.DataKey, ObjectKind), cancellation).ConfigureAwait(false), null);
            }
            catch (TrustException)
            {
                // Lost or damaged numbers cost time, not safety.
            }
        }

        var memory = SealedMemory.Create(ObjectKind);
        try
        {
            Refusal? refused;
            using (var target = memory.OpenWrite())
            {
                refused = await WriteAsync(source, column, target, cancellation).ConfigureAwait(false);
            }

            if (refused is null)
            {
                memory.Seal();
                return (memory, null);
            }

            memory.Dispose();
            return (null, refused);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private async Task<Refusal?> WriteAsync(EvidenceSource source, string column, Stream target, CancellationToken cancellation)
    {
        if (ZoneSegment.FilesOf(source.Segments) is 0 or > LargestFiles)
        {
            return EvidenceRefusals.Shape;
        }

        using var opened = new OpenedSegments();
        var message = await Task.Run(
            () => new SubjectNumberRequest([.. source.Segments.Select(segment => opened.Add(store, segment, source.DataKey))], column, About(source, column), Environment.ProcessorCount), cancellation).ConfigureAwait(false);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = MostBytes, DataLimitBytes = JailPolicies.Build.DataLimitBytes };
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, SubjectNumberRole.Name, opened.Files), (message, SubjectNumberJson.Default.SubjectNumberRequest), SubjectNumberJson.Default.SubjectNumberReply,
            ChildCall.Into(target), cancellation).ConfigureAwait(false);
        return outcome switch
        {
            ChildOutcome<SubjectNumberReply>.Done { Reply.Subjects: >= 0 } => null,
            ChildOutcome<SubjectNumberReply>.Refused { Rule: TooManyRule } => TooMany,
            ChildOutcome<SubjectNumberReply>.Refused { Rule: var rule } => EvidenceRefusals.Of(rule),
            _ => EvidenceRefusals.Failed,
        };
    }
}
