using System.Text;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
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

    public static EncryptedTotal? Total(OpenDomain domain, Round round, SignedRound terms)
    {
        if (round.Total is not { } stored || round.TotalStatement is not { } statement)
        {
            return null;
        }

        var ciphertexts = domain.Unseal(KeyScope.Round, round.Id, stored).Chunk(ParameterSetA.CiphertextBytes).ToArray();
        return EncryptedTotal.FromUntrusted(terms, Encoding.UTF8.GetBytes(statement), ciphertexts);
    }
}
