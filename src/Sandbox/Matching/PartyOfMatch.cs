using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Matching;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;
using Sandbox.Trust;

namespace Sandbox.Host.Matching;

/// <summary>A party's two steps of a match, at its home and without a domain. Its secret for the match is a file of its own, made in the first step.</summary>
internal static class PartyOfMatch
{
    private const int MostTerms = 1 << 16, MostIdentifiers = 300 << 20, SecretBytes = 32;

    public static Answer Blind(string termsFile, string identifiersFile, string secretFile, PublicKey platform, SigningKey key, string target, CancellationToken cancel)
    {
        var match = SignedMatch.FromUntrusted(RoundFiles.Read(termsFile, MostTerms), platform);
        var lines = Encoding.UTF8.GetString(RoundFiles.Read(identifiersFile, MostIdentifiers)).TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        using var secret = MatchSet.NewSecret();
        var set = MatchSet.Blind(match, lines, secret, key, cancel).ToBytes();
        PrivateFile.Create(secretFile, secret.Bytes);
        RoundFiles.Write(target, set);
        return Answer.Of(
            new JsonObject { ["match"] = match.Terms.Match, ["points"] = match.Terms.PaddedSize, ["file"] = target, ["secret_file"] = secretFile },
            $"{match.Terms.PaddedSize:N0} points for '{match.Terms.Match}' are in {target}, for the other party. Keep {secretFile} until the match is counted, then remove it.");
    }

    public static Answer BlindAgain(string termsFile, string theirs, string secretFile, PublicKey platform, SigningKey key, string target, CancellationToken cancel)
    {
        var match = SignedMatch.FromUntrusted(RoundFiles.Read(termsFile, MostTerms), platform);
        var bytes = PrivateFile.Read(secretFile, SecretBytes);
        if (bytes is not { Length: SecretBytes })
        {
            throw new TrustException(TrustRules.KeyFile);
        }

        using var secret = Secret.CopyOf(bytes);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        RoundFiles.Write(target, MatchSet.BlindAgain(match, RoundFiles.Read(theirs, MatchSet.MostBytes(match.Terms)), secret, key, cancel).ToBytes());
        return Answer.Of(
            new JsonObject { ["match"] = match.Terms.Match, ["points"] = match.Terms.PaddedSize, ["file"] = target },
            $"The other party's points, with your secret on them, are in {target}, for the platform.");
    }
}
