using System.Buffers.Binary;
using System.Text;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Overlap;

/// <summary>What came of a search for raw values.</summary>
public abstract record OverlapResult
{
    private OverlapResult()
    {
    }

    /// <summary>What stands for a rare value of the raw data, by number.</summary>
    /// <param name="Texts">Texts found in a text column, or encoded, or inside a longer text: no chance of that.</param>
    /// <param name="Numbers">Texts equal to a rare number as it is, which can happen by chance.</param>
    /// <param name="Figures">For each column of the raw data the figures found in it in any form; each can be so by chance.</param>
    public sealed record Found(IReadOnlySet<int> Texts, IReadOnlySet<int> Numbers, IReadOnlyList<IReadOnlySet<int>> Figures) : OverlapResult;

    /// <summary>Nothing was searched, so nothing may be taken for clean.</summary>
    public sealed record Refused(Refusal Reason) : OverlapResult;
}

/// <summary>
/// Looks for raw values in what a model made. Rare is a value that fewer rows than the minimum share: a category that many share is no record. Each rare value is looked for as it is, in lower case,
/// without blanks, reversed, in hexadecimal and base64, as MD5, SHA-1 and SHA-256 in hexadecimal, and between the separators of a longer text. Order does not matter.
/// </summary>
public sealed class OverlapService(Jailer jailer, ObjectStore store)
{
    private const int LargestFiles = Jail.InheritedFile.Most - 4;
    internal const int LongestText = 4096;
    private const int MostTexts = 4_000_000;

    private static readonly Refusal Failed = new(
        "SB-OVERLAP-1",
        "The output could not be compared with the raw data, so it may not be used.",
        "Try again with a smaller output.",
        "无法将该输出与原始数据比对，因此不得使用。",
        "请缩小输出后重试。");

    /// <summary>Searches for each of the texts and figures.</summary>
    /// <param name="texts">What the output calls its groups, as texts; numbers in their shortest form.</param>
    /// <param name="figures">What it says of them: numbers in their shortest form.</param>
    /// <param name="minimum">Fewest rows that may share a value that is no record, at least 2.</param>
    /// <param name="source">The raw data.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<OverlapResult> SearchAsync(IReadOnlyList<string> texts, IReadOnlyList<string> figures, int minimum, EvidenceSource source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(source);
        string[] all = [.. texts, .. figures];
        if (minimum < 2 || all.Length > MostTexts || all.Any(text => text.Length > LongestText) || ZoneSegment.FilesOf(source.Segments) is 0 or > LargestFiles)
        {
            return new OverlapResult.Refused(Failed);
        }

        using var opened = new OpenedSegments();
        var message = await Task.Run(
            () => new OverlapRequest([.. source.Segments.Select(segment => opened.Add(store, segment, source.DataKey))], opened.Add(Sealed(all)), texts.Count, all.Length, minimum, Environment.ProcessorCount), cancellation).ConfigureAwait(false);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = 64L << 20, DataLimitBytes = JailPolicies.Evidence.DataLimitBytes + (2L << 30) };
        var bytes = new MemoryStream();
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, OverlapRole.Name, opened.Files), (message, OverlapJson.Default.OverlapRequest), OverlapJson.Default.OverlapReply,
            (frame, token) => frame.Kind == FrameKind.Data ? bytes.WriteAsync(frame.Payload, token) : ValueTask.CompletedTask, cancellation).ConfigureAwait(false);
        return outcome is ChildOutcome<OverlapReply>.Done { Reply: var reply } && reply.Texts >= 0 && reply.Chances.All(count => count >= 0)
            && bytes.Length == 4L * (reply.Texts + reply.Chances.Sum(count => (long)count))
            && Read(bytes.ToArray(), all.Length) is { } found && found[..reply.Texts].All(number => number < texts.Count)
            ? new OverlapResult.Found(found[..reply.Texts].ToHashSet(), found[reply.Texts..].Where(number => number < texts.Count).ToHashSet(), Columns(found.AsSpan(reply.Texts), reply.Chances, texts.Count))
            : new OverlapResult.Refused(Failed);
    }

    private static HashSet<int>[] Columns(ReadOnlySpan<int> found, IReadOnlyList<int> counts, int texts)
    {
        var columns = new HashSet<int>[counts.Count];
        for (var at = 0; at < columns.Length; at++)
        {
            columns[at] = [.. found[..counts[at]].ToArray().Where(number => number >= texts).Select(number => number - texts)];
            found = found[counts[at]..];
        }

        return columns;
    }

    private static int[]? Read(byte[] bytes, int count)
    {
        var found = new int[bytes.Length / 4];
        for (var at = 0; at < found.Length; at++)
        {
            found[at] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * at));
            if (found[at] < 0 || found[at] >= count)
            {
                return null;
            }
        }

        return found;
    }

    private static SealedMemory Sealed(string[] texts) => SealedMemory.Of("texts", target =>
    {
        using var writer = new BinaryWriter(new BufferedStream(target, 1 << 20), Encoding.UTF8);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    });
}
