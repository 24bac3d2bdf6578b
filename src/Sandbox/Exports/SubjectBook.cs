using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Subjects;

namespace Sandbox.Host.Exports;

/// <summary>Data sets as evidence is computed from them, with the numbers of their subjects: found in the registry, or made at the first question of an epoch and registered with what it leads to.</summary>
internal sealed class SubjectBook(OpenDomain domain) : IDisposable
{
    private readonly Dictionary<string, (SubjectIndex Index, StagedObject Staged)> _made = new(StringComparer.Ordinal);
    private readonly List<ObjectRef> _replaced = [];
    private bool _committed;

    /// <summary>The data set as it is now. Numbers that are lost or damaged are made anew by whoever opens them.</summary>
    /// <exception cref="RefusedException">Its subjects can't be told apart.</exception>
    public async Task<EvidenceSource> SourceAsync(DataSet set, DataKey key, CancellationToken cancel)
    {
        var source = new EvidenceSource(set.ZoneSegments(), key);
        if (set.SubjectColumn is not { } column || source.Segments.Count == 0)
        {
            return source;
        }

        var own = _made.TryGetValue(set.Id, out var made) ? made.Index : null;
        var known = own ?? domain.Registry.Find<SubjectIndex>(set.Id);
        if (known is not null && known.IsOf(set) && domain.Store.Exists(known.Object))
        {
            return source with { Subjects = known.Object };
        }

        if (own is not null)
        {
            // The data set changed under us; what comes of it is not committed, so nothing more is made.
            return source;
        }

        switch (await new SubjectNumbering(domain.Jailer, domain.Store).BuildAsync(source, column, cancel).ConfigureAwait(false))
        {
            case NumberingResult.Made { Numbers: var staged }:
                // It lies in its place at once, to be opened; unless it is registered it goes again.
                _made.Add(set.Id, (new SubjectIndex(set.Id, column, SubjectIndex.EpochOf(set), staged.Commit()), staged));
                return source with { Subjects = staged.Ref };
            case NumberingResult.Refused refused:
                throw new RefusedException(refused.Reason);
            default:
                throw new RefusedException();
        }
    }

    /// <summary>Registers what was made, where the data set still is what it was made from.</summary>
    public void Commit(RegistryWriter writer)
    {
        _replaced.Clear();
        foreach (var (index, _) in _made.Values.Where(item => item.Index.IsOf(writer.Find<DataSet>(item.Index.Id))))
        {
            if (writer.Find<SubjectIndex>(index.Id) is { } before)
            {
                _replaced.Add(before.Object);
            }

            writer.Put(index);
        }

        _committed = true;
    }

    /// <summary>Removes what <see cref="Commit"/> replaced.</summary>
    public void RemoveReplaced() => _replaced.ForEach(domain.Store.Delete);

    public void Dispose()
    {
        foreach (var (index, staged) in _made.Values)
        {
            staged.Dispose();
            if (!_committed || domain.Registry.Find<SubjectIndex>(index.Id)?.Object.Name != index.Object.Name)
            {
                domain.Store.Delete(index.Object);
            }
        }
    }
}
