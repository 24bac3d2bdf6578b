using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>What the bureau makes a key for.</summary>
/// <param name="Contributors">Whom it may serve, by the bureau's own knowledge.</param>
/// <param name="Witnesses">Who must add up again before anything is opened.</param>
internal sealed record RoundKeyRequest(string SecretFile, string PublicFile, IReadOnlyList<RoundParty> Contributors, IReadOnlyList<RoundParty> Witnesses, int Minimum, ParameterSet Parameters);

/// <summary>At the bureau, without any domain: a key pair for one round. The secret half is written guarded; the public half goes to the platform, signed for these contributors.</summary>
internal static class MakeRoundKey
{
    public static async Task<Answer> RunAsync(RoundKeyRequest wanted, SigningKey bureau, HolderGuard guard, RoundEngines engines, CancellationToken cancel)
    {
        if (!guard.IsOne)
        {
            return Answer.No(RoundWords.Guard());
        }

        if (File.Exists(wanted.SecretFile) || File.Exists(wanted.PublicFile))
        {
            return Answer.No(RoundWords.KeyThere());
        }

        using var keys = await engines.For(wanted.Parameters).GenerateKeysAsync(cancel).ConfigureAwait(false);
        var key = HolderKey.Sign(bureau, wanted.Parameters, keys.PublicKey, wanted.Contributors, wanted.Witnesses, wanted.Minimum);
        guard.Write(bureau.Suite, keys.SecretKey, wanted.SecretFile);
        RoundFiles.Write(wanted.PublicFile, key.ToBytes());
        return Answer.Of(
            new JsonObject
            {
                ["secret_file"] = Path.GetFullPath(wanted.SecretFile),
                ["public_file"] = Path.GetFullPath(wanted.PublicFile),
                ["parameters"] = wanted.Parameters.Name,
                ["contributors"] = wanted.Contributors.Count,
                ["witnesses"] = wanted.Witnesses.Count,
                ["minimum"] = wanted.Minimum,
                ["shares"] = guard.Shares.Count,
            },
            $"A key for {wanted.Contributors.Count} contributors is made. {wanted.SecretFile} stays with the bureau; {wanted.PublicFile} goes to the platform.");
    }
}
