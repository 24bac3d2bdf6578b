using Xunit.Abstractions;
using Xunit.Sdk;

namespace Sandbox.Fixtures;

/// <summary>Says which demand of the regulations a test shows: the id as in docs/regulations.md. <c>dotnet test --filter Requirement=CC-20-5</c> runs them.</summary>
[TraitDiscoverer("Sandbox.Fixtures." + nameof(RequirementDiscoverer), TestAssembly.Name)]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
internal sealed class RequirementAttribute(string id) : Attribute, ITraitAttribute
{
    public string Id => id;
}

/// <summary>Turns the attribute into a trait that runners know.</summary>
internal sealed class RequirementDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new("Requirement", (string)traitAttribute.GetConstructorArguments().Single())];
}
