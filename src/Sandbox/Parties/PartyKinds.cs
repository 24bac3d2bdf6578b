using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Parties;

namespace Sandbox.Host.Parties;

/// <summary>What an organisation is: as the register says, else as the roles of its people say.</summary>
internal static class PartyKinds
{
    public static PartyKind Of(RegistryDatabase registry, string organisation) =>
        registry.Find<Party>(organisation)?.PartyKind
        ?? registry.All<Person>().Where(person => person.Organisation == organisation).Select(person => person.Role switch
        {
            Role.Operator => PartyKind.Operator,
            Role.Developer => PartyKind.Developer,
            Role.SourceDepartment => PartyKind.SourceDepartment,
            Role.Authority => PartyKind.Authority,
            _ => PartyKind.Unknown,
        }).FirstOrDefault(kind => kind != PartyKind.Unknown);
}
