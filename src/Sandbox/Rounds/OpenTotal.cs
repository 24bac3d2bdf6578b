using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Export.Permits;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>The bureau has the gate sign a permit for exactly one total and opens it once. The figures are sealed for the gate; nobody is shown them here.</summary>
public static class OpenTotal
{
    /// <param name="contribution">Organisation whose single contribution somebody wants opened; the gate refuses it, whoever asks.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, string? contribution, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var round = RoundReading.Find(domain, roundId);
        var facts = new Facts { ["round"] = round.Id };
        var scenario = ScenarioAccess.Find(domain, round.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.OpenTotal, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("round.open-total", actor.Name, denied.Reasons, facts);
        }

        var terms = RoundReading.Terms(domain, round);
        using var gate = domain.Keys.OpenSigningKey(KeyScope.Domain, InitDomain.GateKeyId);
        var minimum = domain.Profile.Floor.MinimumRoundContributors.Value;
        if (contribution is not null)
        {
            return RefuseSingle(domain, actor, round, terms, contribution, minimum, gate, facts);
        }

        if (RoundReading.Total(domain, round, terms) is not { } total || round.State is not (RoundState.Summed or RoundState.Permitted))
        {
            return domain.Refuse("round.open-total", actor.Name, [RoundWords.State("opened", "开启", round.State)], facts);
        }

        var permit = PermitIssuer.Issue(
            new OpeningRequest(round.Id, terms.Digest, total.Digest, total.Contributors.ToArray(), terms.Terms.MinimumContributors, terms.Terms.Cells, Closed: true), minimum, gate);
        if (permit is not PermitResult.Issued issued)
        {
            return domain.Refuse("round.open-total", actor.Name, [((PermitResult.Refused)permit).Reason], facts);
        }

        var statement = issued.Statement.ToBytes();
        domain.Commit(new("round.permitted", actor.Name, new Facts { ["round"] = round.Id, ["total"] = total.Digest, ["contributors"] = total.Contributors.Count }), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            writer.Update(now.State is RoundState.Summed or RoundState.Permitted
                ? now with { State = RoundState.Permitted, Permit = Encoding.UTF8.GetString(statement) }
                : throw new RefusedException(RoundWords.State("opened", "开启", now.State)));
        });

        using var secret = OpenSecret(domain, round);
        var result = await new RoundOpening(new ManagedBackend()).OpenAsync(terms, total, statement, secret, cancel).ConfigureAwait(false);
        if (result is not OpeningResult.Opened opened)
        {
            return domain.Refuse("round.open-total", actor.Name, [((OpeningResult.Refused)result).Refusal], facts);
        }

        var cells = opened.Totals.Cells
            .Select(cell => new OpenedFigure(cell.Group, cell.Measure, decimal.Parse(cell.Sum.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture), cell.Count))
            .ToArray();
        using var stored = await domain.SealAsync("he-opened", KeyScope.Round, round.Id, actor.Name, JsonSerializer.SerializeToUtf8Bytes(cells, RegistryDatabase.Format), cancel).ConfigureAwait(false);
        domain.Commit(new("round.opened-total", actor.Name, new Facts { ["round"] = round.Id, ["total"] = total.Digest, ["cells"] = cells.Length }), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            writer.Update(now.State == RoundState.Permitted
                ? now with { State = RoundState.Opened, Opened = stored.Commit() }
                : throw new RefusedException(RoundWords.State("opened", "开启", now.State)));
        });
        return Answer.Of(
            new JsonObject { ["round"] = round.Id, ["contributors"] = total.Contributors.Count, ["cells"] = cells.Length, ["held"] = true },
            $"The total of '{round.Id}' over {total.Contributors.Count} contributors is opened for the gate: {cells.Length} figures are held for an export request.");
    }

    /// <summary>The opened figures, for the gate's checks.</summary>
    internal static IReadOnlyList<OpenedFigure> Figures(OpenDomain domain, Round round) =>
        round.Opened is { } opened
            ? JsonSerializer.Deserialize<OpenedFigure[]>(domain.Unseal(KeyScope.Round, round.Id, opened), RegistryDatabase.Format) ?? []
            : throw new RefusedException(RoundWords.State("exported", "出域", round.State));

    private static Answer RefuseSingle(OpenDomain domain, Actor actor, Round round, SignedRound terms, string contribution, int minimum, SigningKey gate, Facts facts)
    {
        var part = round.Contributions.FirstOrDefault(item => item.Contributor == contribution)
            ?? throw new RefusedException(Refusals.Missing("contribution", "提交", Names.Valid(contribution) ? contribution : "?"));
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(domain.Unseal(KeyScope.Round, round.Id, part.Sealed)));
        var permit = PermitIssuer.Issue(
            new OpeningRequest(round.Id, terms.Digest, digest, [contribution], terms.Terms.MinimumContributors, terms.Terms.Cells, Closed: round.State != RoundState.Open), minimum, gate);
        return permit is PermitResult.Refused refused
            ? domain.Refuse("round.open-total", actor.Name, [refused.Reason], facts)
            : throw new InvalidOperationException("The gate may never permit a single contribution.");
    }

    private static Secret OpenSecret(OpenDomain domain, Round round)
    {
        using var key = domain.Keys.OpenKey(KeyScope.Round, round.Id);
        using var source = domain.Store.Open(round.SecretKey, key);
        return Secret.Fill((int)round.SecretKey.PlainLength, target => source.ReadExactly(target));
    }
}

/// <summary>One opened figure as it is sealed for the gate.</summary>
internal sealed record OpenedFigure(string Group, string Measure, decimal Sum, long Count);
