using System.Text.Json;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;

namespace Sandbox.Host.Rounds;

/// <summary>What a round is to be about, as its file says it. Read strictly.</summary>
/// <param name="Contributors">Registered persons of the source departments whose keys sign the contributions, one an organisation.</param>
public sealed record RoundSpec(
    string Name,
    string Scenario,
    string Purpose,
    IReadOnlyList<string> Groups,
    IReadOnlyList<RoundMeasure> Measures,
    IReadOnlyList<string> Contributors,
    int MinimumContributors,
    long MaximumRows,
    DateTimeOffset ClosesAt)
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
