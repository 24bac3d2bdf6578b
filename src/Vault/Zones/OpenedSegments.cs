using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Zones;

/// <summary>Segments decrypted into sealed memory files, in the order in which a child gets them. Disposing gives the memory back; the child keeps its own hold.</summary>
internal sealed class OpenedSegments : IDisposable
{
    private readonly List<SealedMemory> _files = [];

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
    public string Open(ObjectStore store, ObjectRef reference, DataKey key) => Add(SealedMemory.Of("segment", target => store.OpenInto(reference, key, target)));
}
