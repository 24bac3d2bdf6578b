namespace Sandbox.Fixtures;

/// <summary>Claims are traits that runners know. Compiled into every test project; what a claim must be is held in Policy.Tests, over the sources of all of them.</summary>
public sealed class RequirementTests
{
    [Fact]
    public void The_attribute_is_seen_as_a_trait_by_runners()
    {
        var discoverer = Type.GetType($"Sandbox.Fixtures.{nameof(RequirementDiscoverer)}, {TestAssembly.Name}");
        Assert.Equal(typeof(RequirementDiscoverer), discoverer);
    }
}
