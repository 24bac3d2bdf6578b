namespace Sandbox.Vault.Workers;

/// <summary>Role names of the jailed worker and how each is made.</summary>
internal static partial class WorkerRoles
{
    internal static IReadOnlyDictionary<string, Func<IWorkerRole>> All { get; } = Collect();

    private static Dictionary<string, Func<IWorkerRole>> Collect()
    {
        var roles = new Dictionary<string, Func<IWorkerRole>>(StringComparer.Ordinal);
        AddLoadRoles(roles);
        AddQueryRoles(roles);
        return roles;
    }

    static partial void AddLoadRoles(Dictionary<string, Func<IWorkerRole>> roles);

    static partial void AddQueryRoles(Dictionary<string, Func<IWorkerRole>> roles);
}
