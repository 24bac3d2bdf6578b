using System.Text;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Reads what a round's document names; everything stored is verified again as if a stranger had sent it.</summary>
internal static class RoundReading
{
    public static Round Find(OpenDomain domain, string id) =>
        domain.Registry.Find<Round>(id) ?? throw new RefusedException(Refusals.Missing("round", "轮次", Names.Valid(id) ? id : "?"));

    public static SignedRound Terms(OpenDomain domain, Round round) => SignedRound.FromUntrusted(Encoding.UTF8.GetBytes(round.Terms), domain.Keys.DomainKey.Public) switch
    {
        TermsResult.Accepted accepted => accepted.Round,
        TermsResult.Refused refused => throw new RefusedException([.. refused.Refusals]),
        _ => throw new RefusedException(),
    };

    public static RoundInvitation Invitation(OpenDomain domain, Round round)
    {
        var terms = Terms(domain, round);
        var key = HolderKey.FromUntrusted(domain.Unseal(KeyScope.Round, round.Id, round.HolderKey), PublicKey.Parse(terms.Terms.HolderKey));
        return RoundInvitation.Of(terms, key ?? throw new RefusedException(RoundWords.KeyFile()));
    }

    public static EncryptedTotal? Total(OpenDomain domain, Round round, SignedRound terms)
    {
        if (round.Total is not { } stored || round.TotalStatement is not { } statement)
        {
            return null;
        }

        var ciphertexts = domain.Unseal(KeyScope.Round, round.Id, stored).Chunk(terms.Terms.Parameters.CiphertextBytes).ToArray();
        return EncryptedTotal.FromUntrusted(terms, Encoding.UTF8.GetBytes(statement), ciphertexts);
    }

    /// <summary>The contributions, unsealed one at a time.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Contributions(OpenDomain domain, Round round) =>
        round.Contributions.Select(part => (ReadOnlyMemory<byte>)domain.Unseal(KeyScope.Round, round.Id, part.Sealed));

    /// <summary>Rounds other than this that are in one of the states. Taken before a comparison and again in its transaction: what came in between was not compared with.</summary>
    public static IReadOnlySet<string> Others(IEnumerable<Round> rounds, string but, params IReadOnlyCollection<RoundState> states) =>
        rounds.Where(round => round.Id != but && states.Contains(round.State)).Select(round => round.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>What every other round tells that was permitted or opened.</summary>
    public static IReadOnlyList<RoundFootprint> Earlier(OpenDomain domain, Round but) =>
        [.. domain.Registry.All<Round>().Where(round => round.Id != but.Id && (round.State is RoundState.Permitted or RoundState.Opened)).Select(round =>
        {
            var terms = Terms(domain, round);
            return terms.FootprintOf(Total(domain, round, terms) ?? throw new RefusedException(RoundWords.State("compared", "比对", round.State)));
        })];
}
