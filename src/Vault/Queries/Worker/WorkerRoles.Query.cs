using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Workers;

/// <summary>The roles of zones, queries and evidence.</summary>
internal static partial class WorkerRoles
{
    static partial void AddQueryRoles(Dictionary<string, Func<IWorkerRole>> roles)
    {
        roles.Add("query", () => new QueryRole());
        roles.Add(AggregateRole.Name, () => new AggregateRole());
        roles.Add("build", () => new Zones.BuildRole());
        roles.Add("evidence", () => new Evidence.EvidenceRole());
        roles.Add("risk", () => new Risk.RiskRole());
        roles.Add("atoms", () => new Atoms.AtomRole());
        roles.Add(Quality.QualityRole.Name, () => new Quality.QualityRole());
        roles.Add(Subjects.SubjectRole.Name, () => new Subjects.SubjectRole());
        roles.Add(Subjects.SubjectNumberRole.Name, () => new Subjects.SubjectNumberRole());
        roles.Add(Overlap.OverlapRole.Name, () => new Overlap.OverlapRole());
    }
}
