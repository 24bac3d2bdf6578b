using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;

namespace Sandbox.Host.Exports;

/// <summary>Puts the tables of a request together with everything that left, whoever asked for it. The releases are the truth; the sealed index only saves computing them again.</summary>
internal sealed class AtomBook(OpenDomain domain) : IDisposable
{
    private readonly List<(AtomIndex? Before, AtomIndex After, StagedObject Staged)> _kept = [];

    /// <summary>The data sets with the numbers of their subjects.</summary>
    public SubjectBook Subjects { get; } = new(domain);

    /// <summary>Compares the tables of one request over one data set.</summary>
    /// <param name="keep">True at a release: the index that holds the tables is made, to be written by <see cref="Commit"/>.</param>
    /// <exception cref="RefusedException">Nothing could be compared.</exception>
    public async Task<IReadOnlyDictionary<string, TableAtoms>> CompareAsync(DataSet set, string export, IReadOnlyList<PublishedTable> wanted, bool keep, CancellationToken cancel)
    {
        var epoch = SubjectIndex.EpochOf(set);
        var earlier = PublishedTables.Released(domain, set, export);
        var before = domain.Registry.Find<AtomIndex>(set.Id);
        var usable = before is not null && before.Epoch.SequenceEqual(epoch) && before.Tables.Count <= earlier.Count && before.Tables.SequenceEqual(earlier.Take(before.Tables.Count).Select(table => table.Label));
        using var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        var search = new AtomSearch
        {
            Source = await Subjects.SourceAsync(set, key, cancel).ConfigureAwait(false),
            SubjectColumn = set.SubjectColumn,
            Minimum = domain.Profile.Floor.Disclosure.Value.MinimumContributors,
            Earlier = earlier,
            Wanted = wanted,
            Keep = keep,
        };
        var service = new AtomService(domain.Jailer, domain.Store);
        AtomResult result;
        try
        {
            result = await service.SearchAsync(usable ? search with { Index = before!.Object, Indexed = before.Tables.Count } : search, cancel).ConfigureAwait(false);
        }
        catch (TrustException) when (usable)
        {
            // A lost or damaged index costs time, not safety.
            domain.Log.Warning("The atom index of a data set could not be opened and is built anew");
            result = await service.SearchAsync(search, cancel).ConfigureAwait(false);
        }

        switch (result)
        {
            case AtomResult.Found found:
                if (found.Index is { } index)
                {
                    _kept.Add((before, new AtomIndex(set.Id, epoch, [.. earlier.Concat(wanted).Select(table => table.Label)], index.Ref), index));
                }

                return found.Tables.ToDictionary(table => table.Label, StringComparer.Ordinal);
            case AtomResult.Refused refused:
                throw new RefusedException(refused.Reason);
            default:
                throw new RefusedException();
        }
    }

    /// <summary>Writes the new indexes in the transaction of the release; false when something else left in between.</summary>
    public bool Commit(RegistryWriter writer)
    {
        Subjects.Commit(writer);
        foreach (var (before, after, staged) in _kept)
        {
            var now = writer.Find<AtomIndex>(after.Id);
            if (now?.Object.Name != before?.Object.Name)
            {
                return false;
            }

            staged.Commit();
            writer.Put(after);
        }

        return true;
    }

    /// <summary>Removes the indexes that <see cref="Commit"/> replaced.</summary>
    public void RemoveReplaced()
    {
        foreach (var before in _kept.Select(item => item.Before).OfType<AtomIndex>())
        {
            domain.Store.Delete(before.Object);
        }

        Subjects.RemoveReplaced();
    }

    public void Dispose()
    {
        _kept.ForEach(item => item.Staged.Dispose());
        Subjects.Dispose();
    }
}
