using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;

namespace Sandbox.Host.DataSets;

/// <summary>
/// Data from outside (CC 20(3)): an operating unit or developer announces them with the proof of where they are from (a case <c>outside-data</c>) and may then load them. Until the bureau has approved
/// the import, the case shuts them, so that nothing reads or joins them.
/// </summary>
internal static class OutsideData
{
    public const string CaseKind = "outside-data";

    /// <summary>Whether somebody's house has announced a data set of that name.</summary>
    public static bool Announced(OpenDomain domain, Actor actor, string name) =>
        actor.Role is Role.Operator or Role.Developer
        && domain.Registry.All<Case>().Any(item => item.CaseKind == CaseKind && item.Text("data_set") == name && item.Organisation == actor.Organisation);
}
