using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Vault.Workers;

/// <summary>Sealed objects, decrypted into sealed memory for a child, and what a child has left in memory as a sealed object.</summary>
internal static class OpenedMemory
{
    /// <summary>Decrypts an object into empty memory and seals that.</summary>
    /// <exception cref="TrustException">Not authentic, or the wrong key.</exception>
    public static void OpenInto(this ObjectStore store, ObjectRef reference, DataKey key, SealedMemory memory)
    {
        store.OpenInto(reference, key, memory.Handle);
        memory.Seal();
    }

    /// <summary>The same into memory of its own.</summary>
    /// <inheritdoc cref="OpenInto" path="/exception"/>
    public static SealedMemory OpenInMemory(this ObjectStore store, ObjectRef reference, DataKey key, string name)
    {
        var memory = SealedMemory.Create(name);
        try
        {
            store.OpenInto(reference, key, memory);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts memory into an object that is yet to be committed.</summary>
    public static async Task<StagedObject> StageAsync(this ObjectStore store, string kind, DataKey key, SealedMemory memory, CancellationToken cancellation)
    {
        var plain = memory.OpenRead();
        await using (plain.ConfigureAwait(false))
        {
            return await store.StageAsync(kind, key, plain, cancellation).ConfigureAwait(false);
        }
    }
}
