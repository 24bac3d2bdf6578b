using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Spectre.Console;

namespace Sandbox.Host.Rounds;

/// <summary>Where rounds stand: who has contributed, who is missing, what comes next. Never a figure.</summary>
internal static class RoundStatus
{
    public static Answer All(OpenDomain domain)
    {
        var rounds = domain.Registry.All<Round>();
        return Answer.Of(
            new JsonObject { ["rounds"] = new JsonArray([.. rounds.Select(round => (JsonNode)new JsonObject { ["round"] = round.Id, ["scenario"] = round.Scenario, ["state"] = round.State.ToString(), ["contributions"] = round.Contributions.Count })]) },
            console =>
            {
                var table = new Table().AddColumns("round", "scenario", "state", "contributions");
                foreach (var round in rounds)
                {
                    table.AddRow(round.Id, round.Scenario, round.State.ToString(), round.Contributions.Count.ToString(CultureInfo.InvariantCulture));
                }

                console.Write(table);
            });
    }

    public static Answer Of(OpenDomain domain, string id)
    {
        var round = RoundReading.Find(domain, id);
        var terms = RoundReading.Terms(domain, round).Terms;
        var missing = terms.Contributors.Select(contributor => contributor.Id).Except(round.Contributions.Select(part => part.Contributor), StringComparer.Ordinal).ToArray();
        var closes = DateTimeOffset.FromUnixTimeSeconds(terms.ClosesAt);
        var next = round.State switch
        {
            RoundState.Open => round.Contributions.Count < terms.MinimumContributors ? "contribute" : "close and sum",
            RoundState.Closed => "sum",
            RoundState.Summed => "witness and permit",
            RoundState.Permitted => "open at the key holder and receive",
            _ => "export",
        };
        return Answer.Of(
            new JsonObject
            {
                ["round"] = round.Id,
                ["scenario"] = round.Scenario,
                ["state"] = round.State.ToString(),
                ["next"] = next,
                ["from"] = terms.From.ToString("O", CultureInfo.InvariantCulture),
                ["until"] = terms.Until.ToString("O", CultureInfo.InvariantCulture),
                ["closes_at"] = closes.ToString("O", CultureInfo.InvariantCulture),
                ["minimum"] = terms.MinimumContributors,
                ["flooding_bits"] = terms.FloodingBits,
                ["key_holder_noise"] = terms.KeyHolderNoise,
                ["contributed"] = new JsonArray([.. round.Contributions.Select(part => (JsonNode)part.Contributor)]),
                ["missing"] = new JsonArray([.. missing.Select(one => (JsonNode)one)]),
            },
            console =>
            {
                console.WriteLine($"{round.Id} ({round.Scenario}): {round.State}; next: {next}");
                console.WriteLine($"  contributed: {string.Join(", ", round.Contributions.Select(part => part.Contributor))}");
                console.WriteLine($"  missing: {string.Join(", ", missing)}; at least {terms.MinimumContributors}; closes {closes:u}");
                console.WriteLine($"  {terms.KeyHolderNoise}");
            });
    }
}
