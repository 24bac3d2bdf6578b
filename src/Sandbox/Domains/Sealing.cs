using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>Small sealed objects: written whole, read whole.</summary>
internal static class Sealing
{
    /// <summary>Seals bytes; the object stands on disk when this returns, and belongs to nobody until a document names it.</summary>
    public static async Task<StagedObject> SealAsync(this OpenDomain domain, string kind, KeyScope scope, string id, string actor, ReadOnlyMemory<byte> plain, CancellationToken cancel)
    {
        using var key = domain.Key(scope, id, actor);
        using var source = new MemoryStream(plain.ToArray(), writable: false);
        return await domain.Store.StageAsync(kind, key, source, cancel).ConfigureAwait(false);
    }

    public static byte[] Unseal(this OpenDomain domain, KeyScope scope, string id, ObjectRef reference)
    {
        using var key = domain.Keys.OpenKey(scope, id);
        using var plain = new MemoryStream();
        domain.Store.OpenInto(reference, key, plain);
        return plain.ToArray();
    }
}
