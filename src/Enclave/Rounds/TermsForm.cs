using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>The JSON form of terms inside a signed statement; read back strictly.</summary>
internal static class TermsForm
{
    private sealed record Form(
        string Round, string Purpose, string ParameterSet, DateOnly From, DateOnly Until, IReadOnlyList<RoundMeasure> Measures, bool CrossProducts, IReadOnlyList<string> Groups,
        IReadOnlyList<RoundContributor> Contributors, int MinimumContributors, int MinimumCell, long MaximumRows, long ClosesAt, string PublicKey, string HolderKey, string GateKey,
        int FloodingBits = 0, string? KeyHolderNoise = null);

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 6,
    };

    public static JsonObject Write(RoundTerms terms) => JsonSerializer.SerializeToNode(
        new Form(
            terms.RoundId, terms.Purpose, terms.Parameters.Name, terms.From, terms.Until, terms.Measures, terms.CrossProducts, terms.Groups, terms.Contributors,
            terms.MinimumContributors, terms.MinimumCell, terms.MaximumRows, terms.ClosesAt, terms.PublicKeyDigest, terms.HolderKey, terms.GateKey, terms.FloodingBits, terms.KeyHolderNoise),
        Strict)!.AsObject();

    /// <summary>Null when the form or the parameter set is not ours.</summary>
    public static RoundTerms? Read(JsonObject payload)
    {
        try
        {
            if (payload.Deserialize<Form>(Strict) is not { } form || ParameterSet.Named(form.ParameterSet) is not { } parameters
                || form.Measures.Any(measure => measure is null) || form.Contributors.Any(contributor => contributor is null) || form.Groups.Any(group => group is null))
            {
                return null;
            }

            var terms = new RoundTerms
            {
                RoundId = form.Round,
                Purpose = form.Purpose,
                Parameters = parameters,
                From = form.From,
                Until = form.Until,
                Measures = form.Measures,
                CrossProducts = form.CrossProducts,
                Groups = form.Groups,
                Contributors = form.Contributors,
                MinimumContributors = form.MinimumContributors,
                MinimumCell = form.MinimumCell,
                MaximumRows = form.MaximumRows,
                ClosesAt = form.ClosesAt,
                PublicKeyDigest = form.PublicKey,
                HolderKey = form.HolderKey,
                GateKey = form.GateKey,
                FloodingBits = form.FloodingBits,
            };

            // Terms of before there was flooding say nothing about it, and mean that there is none.
            return form.KeyHolderNoise is null ? form.FloodingBits == 0 ? terms : null : form.KeyHolderNoise == terms.KeyHolderNoise ? terms : null;
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException)
        {
            return null;
        }
    }
}
