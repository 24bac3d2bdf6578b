using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>The JSON form of terms inside a signed statement; read back strictly.</summary>
internal static class TermsForm
{
    private sealed record Form(
        string Round, string Purpose, string ParameterSet, IReadOnlyList<RoundMeasure> Measures, IReadOnlyList<string> Groups,
        IReadOnlyList<RoundContributor> Contributors, int MinimumContributors, long MaximumRows, long ClosesAt, string PublicKey, string GateKey);

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static JsonObject Write(RoundTerms terms) => JsonSerializer.SerializeToNode(
        new Form(
            terms.RoundId, terms.Purpose, ParameterSetA.Name, terms.Measures, terms.Groups, terms.Contributors,
            terms.MinimumContributors, terms.MaximumRows, terms.ClosesAt, terms.PublicKeyDigest, terms.GateKey),
        Strict)!.AsObject();

    /// <summary>Null when the form or the parameter set is not ours.</summary>
    public static RoundTerms? Read(JsonObject payload)
    {
        try
        {
            return payload.Deserialize<Form>(Strict) is not { ParameterSet: ParameterSetA.Name } form
                || form.Measures.Any(measure => measure is null) || form.Contributors.Any(contributor => contributor is null) || form.Groups.Any(group => group is null)
                ? null
                : new RoundTerms
                {
                    RoundId = form.Round,
                    Purpose = form.Purpose,
                    Measures = form.Measures,
                    Groups = form.Groups,
                    Contributors = form.Contributors,
                    MinimumContributors = form.MinimumContributors,
                    MaximumRows = form.MaximumRows,
                    ClosesAt = form.ClosesAt,
                    PublicKeyDigest = form.PublicKey,
                    GateKey = form.GateKey,
                };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
