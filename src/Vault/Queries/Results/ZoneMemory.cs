using Sandbox.Jail;

namespace Sandbox.Vault.Queries;

/// <summary>What a session's child is given to read: the zone and named results of it, each in sealed memory. Disposing gives the memory back.</summary>
internal sealed class ZoneMemory(SealedMemory zone, IReadOnlyList<(string Name, SealedMemory File)> results, bool keeps) : IDisposable
{
    public SealedMemory Zone { get; } = zone;

    public IReadOnlyList<(string Name, SealedMemory File)> Results { get; } = results;

    /// <summary>Whether an answer of the session is to be kept: its child then has room to write one.</summary>
    public bool Keeps { get; } = keeps;

    /// <summary>In the order of the child's descriptors.</summary>
    public IEnumerable<SealedMemory> Files => [Zone, .. Results.Select(result => result.File)];

    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }
}
