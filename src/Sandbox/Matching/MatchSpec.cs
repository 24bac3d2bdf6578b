using System.Text.Json;
using Sandbox.Host.Answers;

namespace Sandbox.Host.Matching;

/// <summary>What a match is to be about, as its file says it. Read strictly.</summary>
/// <param name="Identifier">What is compared.</param>
/// <param name="First">Registered person of one source department.</param>
/// <param name="Second">Of another.</param>
/// <param name="PaddedSize">Points that each hands over.</param>
public sealed record MatchSpec(string Name, string Scenario, string Purpose, string Identifier, string First, string Second, int PaddedSize, DateTimeOffset ClosesAt)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 3 };

    /// <exception cref="RefusedException">Not of this form.</exception>
    public static MatchSpec FromUntrusted(ReadOnlySpan<byte> json)
    {
        try
        {
            return InputJson.Read<MatchSpec>(json, Format);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusals.Form("match file", "匹配文件"));
        }
    }
}
