using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.People;
using Sandbox.Trust;

namespace Sandbox.Host.Cases;

/// <summary>Each step is signed by the person who took it, over everything that it says.</summary>
internal static class CaseSignature
{
    private const string Label = "sandbox/case-step/v1";

    public static string Sign(Actor actor, string id, string kind, string command, string from, string to, JsonElement content, string? paper) =>
        Convert.ToBase64String(actor.Key.Sign(Label, Payload(id, kind, command, from, to, content, paper)));

    /// <summary>Whether a step carries the signature of the person it names.</summary>
    public static bool Holds(Case item, CaseStep step, Person? person)
    {
        try
        {
            return person is not null && PublicKey.Parse(person.PublicKey).Verify(
                Label, Payload(item.Id, item.CaseKind, step.Command, step.From, step.To, step.Content, step.PaperDigest), Convert.FromBase64String(step.Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }

    private static byte[] Payload(string id, string kind, string command, string from, string to, JsonElement content, string? paper) => CanonicalJson.Serialize(new JsonObject
    {
        ["case"] = id, ["kind"] = kind, ["command"] = command, ["from"] = from, ["to"] = to, ["content"] = JsonNode.Parse(content.GetRawText()), ["paper"] = paper,
    });
}
