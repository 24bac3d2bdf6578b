using Sandbox.Vault.Fetching;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Revising;
using Sandbox.Vault.Scanning;

namespace Sandbox.Vault.Workers;

/// <content>Roles of loading and scanning.</content>
internal static partial class WorkerRoles
{
    static partial void AddLoadRoles(Dictionary<string, Func<IWorkerRole>> roles)
    {
        roles[LoadRole.Name] = () => new LoadRole(LoadFiles.Jailed);
        roles[FetchRole.Name] = () => new FetchRole(FetchRole.ConnectionNumber);
        roles[ReviseRole.Name] = () => new ReviseRole(ReviseRole.Inherited, "/tmp");
        roles[ScanRole.Name] = () => new ScanRole(ScanRole.Inherited);
    }
}
