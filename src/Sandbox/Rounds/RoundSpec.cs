using System.Text.Json;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;

namespace Sandbox.Host.Rounds;

/// <summary>What a round is to be about, as its file says it. Read strictly.</summary>
/// <param name="From">First day that the data are about.</param>
/// <param name="Until">Last day.</param>
/// <param name="Contributors">Registered persons of the source departments whose keys sign the contributions, one an organisation.</param>
/// <param name="KeyHolder">Registered person of the bureau who made the round's key.</param>
/// <param name="CrossProducts">Whether products of quantities are summed, for regression.</param>
/// <param name="MinimumCell">Rows below which a cell is withheld; the profile's figure where it is larger.</param>
/// <param name="FloodingBits">Statistical distance against the key holder in bits, 40 or more; 0 where it is trusted not to study noise. Not stated: 64.</param>
/// <param name="Weights">Weight of persons whose contribution counts other than once.</param>
public sealed record RoundSpec(
    string Name,
    string Scenario,
    string Purpose,
    DateOnly From,
    DateOnly Until,
    IReadOnlyList<string> Groups,
    IReadOnlyList<RoundMeasure> Measures,
    IReadOnlyList<string> Contributors,
    string KeyHolder,
    int MinimumContributors,
    long MaximumRows,
    DateTimeOffset ClosesAt,
    bool CrossProducts = false,
    int MinimumCell = 1,
    IReadOnlyDictionary<string, int>? Weights = null,
    int? FloodingBits = null)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 6 };

    /// <exception cref="RefusedException">Not of this form.</exception>
    public static RoundSpec FromUntrusted(ReadOnlySpan<byte> json)
    {
        try
        {
            return InputJson.Read<RoundSpec>(json, Format);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusals.Form("round file", "汇总轮次文件"));
        }
    }
}
