using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Atoms;

/// <summary>
/// The atom index: what everything that left tells apart, per data set and epoch. It names rows, so it is sealed with the data set's key like the rows themselves, and opened only in
/// a jailed child. It can always be built again from the list of what left.
/// </summary>
public sealed class AtomService(Jailer jailer, ObjectStore store)
{
    /// <summary>Kind of the sealed index.</summary>
    public const string ObjectKind = "atoms";

    private const int LargestFiles = Jail.InheritedFile.Most - 1;

    // Number and atom of a row and its subject's rows beside one another, a number of 32 bits each.
    private const int KernelShare = 4;
    private const int LargestTables = 2000;
    private const long MostOutputBytes = 4L << 30;

    /// <summary>Compares the wanted tables with everything that left.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment or the index is not authentic.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<AtomResult> SearchAsync(AtomSearch search, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        var source = search.Source;
        var tables = search.Earlier.Concat(search.Wanted).ToArray();
        var filtered = tables.Any(table => table.Permissions is not null);
        if (search.Minimum < 1 || search.Wanted.Count == 0 || tables.Length > LargestTables || search.MemoryBytes < 256L << 20
            || ZoneSegment.FilesOf(source.Segments) is 0 or > LargestFiles || (filtered && search.SubjectColumn is null)
            || ZoneSegment.FilesOf(source.Segments) + Books(tables).Count + (filtered ? 1 : 0) + (search.SubjectColumn is null ? 0 : 1) > LargestFiles
            || search.Indexed < 0 || search.Indexed > search.Earlier.Count || (search.Index is null) != (search.Indexed == 0)
            || tables.DistinctBy(table => table.Label, StringComparer.Ordinal).Count() != tables.Length
            || tables.Any(table => table.Dimensions.Count > 4 || table.Segments < 1 || table.Segments > source.Segments.Count || table.Filters.Any(filter => !filter.IsWhole)))
        {
            return new AtomResult.Refused(AtomRefusals.Failed);
        }

        using var opened = new OpenedSegments(later: true);
        var (numbers, bytes, reason) = await new SubjectNumbering(jailer, store).AddAsync(opened, source, search.SubjectColumn, cancellation).ConfigureAwait(false);
        if (reason is not null)
        {
            return new AtomResult.Refused(reason);
        }

        var message = Message(search, opened) with { Subjects = numbers };
        ChildOutcome<AtomReply>? outcome = null;
        StagedObject? index = null;
        try
        {
            if (search.Keep)
            {
                index = await store.StageAsync(ObjectKind, source.DataKey, async target => outcome = await CallAsync(target).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            }
            else
            {
                outcome = await CallAsync(Stream.Null).ConfigureAwait(false);
            }

            switch (outcome)
            {
                case ChildOutcome<AtomReply>.Done { Reply: var reply } when reply.Holds(search):
                    var found = new AtomResult.Found([.. reply.Tables.Select((table, at) => table.ToFound(search, at))], index);
                    index = null;
                    return found;
                case ChildOutcome<AtomReply>.Refused { Rule: var rule }:
                    return new AtomResult.Refused(AtomRefusals.Of(rule));
                default:
                    return new AtomResult.Refused(AtomRefusals.Failed);
            }
        }
        finally
        {
            index?.Dispose();
        }

        Task<ChildOutcome<AtomReply>> CallAsync(Stream target)
        {
            var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = MostOutputBytes, DataLimitBytes = Math.Max(JailPolicies.Evidence.DataLimitBytes, search.MemoryBytes + (2L << 30)) + (KernelShare * bytes) };
            return ChildCall.RunAsync(
                jailer, WorkerProgram.Command(policy, "atoms", opened.Files), (message, AtomJson.Default.AtomRequest), AtomJson.Default.AtomReply,
                ChildCall.Into(target), cancellation, opened.Fill);
        }
    }

    private static HashSet<string> Books(IEnumerable<PublishedTable> tables) => [.. tables.Select(table => table.Permissions?.Book?.Name).OfType<string>()];

    private AtomRequest Message(AtomSearch search, OpenedSegments opened)
    {
        var books = new Dictionary<string, string>(StringComparer.Ordinal);
        WirePermission? Permission(PublishedTable table)
        {
            if (table.Permissions is not { } view)
            {
                return null;
            }

            // Tables of one scenario share a book, each in its own state.
            if (view.Book is { } book && !books.ContainsKey(book.Name))
            {
                books.Add(book.Name, opened.Open(store, book, search.Source.DataKey));
            }

            return new(view.Book is { } opens ? books[opens.Name] : null, view.State, view.Day.DayNumber);
        }

        WireTable Wire(PublishedTable table) => WireTable.Of(table) with { Permission = Permission(table) };
        return new(
            [.. search.Source.Segments.Select(segment => opened.Add(store, segment, search.Source.DataKey))],
            search.SubjectColumn,
            search.Minimum,
            search.Index is { } index ? opened.Open(store, index, search.Source.DataKey) : null,
            search.Indexed,
            [.. search.Earlier.Select(Wire)],
            [.. search.Wanted.Select(Wire)],
            search.Keep,
            search.MemoryBytes,
            Environment.ProcessorCount,
            WireMarks.Of(search.Earlier.Concat(search.Wanted).Any(table => table.Permissions is not null), opened, search.Source.DataKey));
    }
}
