using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>Opens workbench zones for people who ask questions. Production zones have no such door.</summary>
public sealed class QueryService(Jailer jailer, ObjectStore? store = null)
{
    /// <summary>Decrypts a zone into sealed memory and starts its jailed child. The host never loads the engine.</summary>
    /// <param name="zone">A sealed workbench zone.</param>
    /// <param name="key">The zone's key.</param>
    /// <param name="limits">Caps; the profile's where they differ from the defaults.</param>
    /// <param name="results">Named results of the zone that statements may read.</param>
    /// <param name="keeps">Whether <see cref="QuerySession.KeepAsync"/> will be called.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">The object is not authentic.</exception>
    /// <exception cref="ZoneUnreadableException">The object is no workbench zone.</exception>
    public async Task<QuerySession> OpenAsync(ObjectRef zone, DataKey key, QueryLimits? limits = null, IReadOnlyList<NamedResultFile>? results = null, bool keeps = false, CancellationToken cancellation = default)
    {
        var objects = store ?? throw new InvalidOperationException("This service has no object store.");
        var caps = (limits ?? new QueryLimits()).Validated();
        var memory = new ZoneMemory(SealedMemory.Create("zone"), [.. (results ?? []).Select(result => (result.Name, SealedMemory.Create("result")))], keeps);
        QueryChild? child = null;
        try
        {
            // The child comes up while the zone is decrypted into the memory that it will read.
            child = QueryChild.Launch(jailer, memory, caps);
            await Task.Run(() =>
            {
                foreach (var (file, sealedObject) in memory.Files.Zip([zone, .. (results ?? []).Select(result => result.Object)]))
                {
                    objects.OpenInto(sealedObject, key, file);
                }
            }, cancellation).ConfigureAwait(false);
        }
        catch
        {
            if (child is not null)
            {
                await child.DisposeAsync().ConfigureAwait(false);
            }

            memory.Dispose();
            throw;
        }

        return await OpenAsync(memory, caps, child, cancellation).ConfigureAwait(false);
    }

    /// <summary>As above, over a zone that lies in sealed memory already; the session owns the memory from now on.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="ZoneUnreadableException">The memory holds no workbench zone.</exception>
    public async Task<QuerySession> OpenAsync(SealedMemory zone, QueryLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return await OpenAsync(new ZoneMemory(zone, [], false), limits ?? new QueryLimits(), null, cancellation).ConfigureAwait(false);
    }

    private async Task<QuerySession> OpenAsync(ZoneMemory zone, QueryLimits limits, QueryChild? child, CancellationToken cancellation)
    {
        try
        {
            return await QuerySession.OpenAsync(jailer, zone, limits.Validated(), child, cancellation).ConfigureAwait(false);
        }
        catch (QueryChildException)
        {
            zone.Dispose();
            throw new ZoneUnreadableException();
        }
        catch
        {
            zone.Dispose();
            throw;
        }
    }
}

/// <summary>What was opened is no workbench zone, or its child could not start.</summary>
#pragma warning disable CA1032 // one sentence, no inner text
public sealed class ZoneUnreadableException() : Exception("The zone could not be opened for queries.");
#pragma warning restore CA1032
