namespace Sandbox.Sandbox.Tests.Service;

/// <summary>One served city for the tests that do not spoil it.</summary>
[CollectionDefinition(Name)]
public sealed class Served : ICollectionFixture<ServedCity>
{
    public const string Name = "served";
}
