using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>At a witness, without any domain: adds the contributions up again and signs that the platform's total is their sum.</summary>
internal static class WitnessTotal
{
    private const int MostStatement = 4 << 20;

    public static async Task<Answer> RunAsync(string recount, PublicKey platform, PublicKey holder, SigningKey key, string target, Action<int> report, RoundEngines engines, CancellationToken cancel)
    {
        byte[] statement;
        EncryptedTotal total;
        RoundInvitation invitation;
        using (var container = RoundContainer.FromUntrusted(RoundFiles.Open(recount), RoundContainer.Recount))
        {
            (invitation, var signed) = (RoundInvitation.FromUntrusted(container.Next(RoundInvitation.MostBytes), platform, holder), container.Next(MostStatement));
            var terms = invitation.Round.Terms;
            var ciphertexts = new byte[terms.Ciphertexts][];
            for (var i = 0; i < ciphertexts.Length; i++)
            {
                ciphertexts[i] = container.Next(terms.Parameters.CiphertextBytes);
            }

            total = EncryptedTotal.FromUntrusted(invitation.Round, signed, ciphertexts) ?? throw new RefusedException(RoundWords.NotATotal());

            var contributions = new Rereadable(recount, 2 + ciphertexts.Length, Contribution.MostBytes(terms), Math.Max(RoundInvitation.MostBytes, MostStatement));
            statement = await new RoundWitness(engines.For(terms.Parameters)).SignAsync(invitation, total, contributions, key, new Commands.Direct<int>(report), cancel).ConfigureAwait(false);
        }

        RoundFiles.Write(target, statement);
        return Answer.Of(
            new JsonObject { ["round"] = invitation.Round.Terms.RoundId, ["contributors"] = total.Contributors.Count, ["total"] = total.Digest, ["statement"] = target },
            $"The total of '{invitation.Round.Terms.RoundId}' is the sum of the contributions of {string.Join(", ", total.Contributors)}; signed in {target}.");
    }

    /// <summary>The contributions of a recount file, read anew each time somebody goes through them.</summary>
    private sealed class Rereadable(string file, int skip, long limit, long skipLimit) : IEnumerable<ReadOnlyMemory<byte>>
    {
        public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
        {
            using var container = RoundContainer.FromUntrusted(RoundFiles.Open(file), RoundContainer.Recount);
            for (var i = 0; i < skip; i++)
            {
                container.Next(Math.Max(limit, skipLimit));
            }

            foreach (var part in container.Rest(limit))
            {
                yield return part;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
