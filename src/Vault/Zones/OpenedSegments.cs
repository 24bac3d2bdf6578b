using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>Segments decrypted into sealed memory files, in the order in which a child gets them. Disposing gives the memory back; the child keeps its own hold.</summary>
/// <param name="later">True to decrypt at <see cref="Fill"/>, while the child starts: it gets its request only when all is sealed.</param>
internal sealed class OpenedSegments(bool later = false) : IDisposable
{
    private readonly List<SealedMemory> _files = [];
    private readonly List<Action> _pending = [];

    public IReadOnlyList<SealedMemory> Files => _files;

    /// <summary>Adds a file that is sealed already; this object owns it from now on.</summary>
    /// <returns>Its path in the child.</returns>
    public string Add(SealedMemory file)
    {
        _files.Add(file);
        return WorkerProgram.FilePath(_files.Count - 1);
    }

    /// <summary>Decrypts both parts of a segment.</summary>
    /// <exception cref="TrustException">Not authentic, or the wrong key.</exception>
    public SourceSegment Add(ObjectStore store, ZoneSegment segment, DataKey key)
    {
        var main = Open(store, segment.Main, key);
        return new SourceSegment(main, segment.Identifiers is { } identifiers ? Open(store, identifiers, key) : null);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    /// <summary>Decrypts one object.</summary>
    /// <returns>Its path in the child.</returns>
    /// <exception cref="TrustException">Not authentic, or the wrong key.</exception>
    public string Open(ObjectStore store, ObjectRef reference, DataKey key)
    {
        if (!later)
        {
            return Add(store.OpenInMemory(reference, key, "segment"));
        }

        var memory = SealedMemory.Create("segment");
        _pending.Add(() => store.OpenInto(reference, key, memory));
        return Add(memory);
    }

    /// <summary>Decrypts what was put off and seals it.</summary>
    /// <exception cref="TrustException">Not authentic, or the wrong key.</exception>
    public void Fill()
    {
        _pending.ForEach(open => open());
        _pending.Clear();
    }
}
