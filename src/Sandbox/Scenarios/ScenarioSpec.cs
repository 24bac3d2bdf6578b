using System.Text.Json;
using Sandbox.Host.Answers;

namespace Sandbox.Host.Scenarios;

/// <summary>What an operating unit asks for, as its file says it. Read strictly: unknown and doubled names are refused.</summary>
public sealed record ScenarioSpec(
    string Name,
    string Purpose,
    DateOnly From,
    DateOnly Until,
    IReadOnlyList<string> People,
    IReadOnlyList<ScenarioSpecTable> Tables,
    ScenarioDescription? Description = null)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 12 };

    /// <exception cref="RefusedException">Not of this form.</exception>
    public static ScenarioSpec FromUntrusted(ReadOnlySpan<byte> json)
    {
        try
        {
            return InputJson.Read<ScenarioSpec>(json, Format);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusals.Form("scenario file", "场景文件"));
        }
    }
}

/// <param name="QuasiIdentifiers">Columns that together must reach the profile's k in the workbench.</param>
/// <param name="SamplePerMille">Share of subjects (or rows) in the workbench.</param>
/// <param name="LeaveOutPerMille">Share of the sampled rows that may be left out because too few are alike, 0…200.</param>
public sealed record ScenarioSpecTable(string DataSet, IReadOnlyList<ScenarioColumn> Columns, IReadOnlyList<string> QuasiIdentifiers, int SamplePerMille, int LeaveOutPerMille = 0);
