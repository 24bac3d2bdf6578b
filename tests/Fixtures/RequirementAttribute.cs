using Xunit.Abstractions;
using Xunit.Sdk;

namespace Sandbox.Fixtures;

/// <summary>
/// Says which demand of the regulations a test shows: an id of docs/reference/requirements.md. <c>dotnet test --filter Requirement=CC-20-5</c> runs those of one.
/// The test goes through a user's door and asserts; another test reads the sources and refuses a claim that does not.
/// </summary>
/// <param name="id">The demand.</param>
/// <param name="profiles">Names of the profiles under which the test shows it; none where it does not matter.</param>
[TraitDiscoverer("Sandbox.Fixtures." + nameof(RequirementDiscoverer), TestAssembly.Name)]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequirementAttribute(string id, params string[] profiles) : Attribute, ITraitAttribute
{
    public string Id => id;

    public IReadOnlyList<string> Profiles => profiles;
}

/// <summary>Turns the attribute into a trait that runners know.</summary>
internal sealed class RequirementDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new("Requirement", (string)traitAttribute.GetConstructorArguments().First())];
}
