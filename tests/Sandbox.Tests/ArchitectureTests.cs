using System.Xml.Linq;
using Sandbox.Fixtures;

namespace Sandbox.Sandbox.Tests;

/// <summary>The arrows between rooms, read from the project files themselves.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Policy"] = [],
        ["Trust"] = [],
        ["Jail"] = [],
        ["Vault"] = ["Policy", "Trust", "Jail"],
        ["Enclave"] = ["Policy", "Trust", "Jail"],
        ["Export"] = ["Policy", "Trust", "Jail"],
        ["Sandbox"] = ["Policy", "Trust", "Jail", "Vault", "Enclave", "Export"],
    };

    [Fact]
    public void There_are_exactly_the_seven_rooms()
    {
        var rooms = Directory.GetDirectories(Path.Combine(Checkout.Root, "src")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), rooms);
    }

    [Theory]
    [InlineData("Policy")]
    [InlineData("Trust")]
    [InlineData("Jail")]
    [InlineData("Vault")]
    [InlineData("Enclave")]
    [InlineData("Export")]
    [InlineData("Sandbox")]
    public void A_room_refers_only_to_the_rooms_below_it(string room)
    {
        var project = XDocument.Load(Path.Combine(Checkout.Root, "src", room, room + ".csproj"));
        var references = project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)).ToArray();
        Assert.All(references, reference => Assert.Contains(reference, Allowed[room]));
    }

    [Fact]
    public void Policy_uses_nothing_but_the_base_class_library()
    {
        var project = XDocument.Load(Path.Combine(Checkout.Root, "src", "Policy", "Policy.csproj"));
        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("ProjectReference"));
    }
}
