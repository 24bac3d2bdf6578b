using System.Text;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>The bureau's own list of organisations and their public keys: one a line, name, blank, <c>sandbox-key:…</c>; lines that begin with # are remarks.</summary>
internal static class PartyList
{
    private const int MostBytes = 4 << 20;

    public static IReadOnlyList<RoundParty> Read(string path)
    {
        var parties = new List<RoundParty>();
        foreach (var line in new UTF8Encoding(false, false).GetString(RoundFiles.Read(path, MostBytes)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            try
            {
                parties.Add(parts is [var id, var key] && Domains.Names.Valid(id) ? new(id, PublicKey.Parse(key).ToString()) : throw new RefusedException(RoundWords.Parties()));
            }
            catch (TrustException)
            {
                throw new RefusedException(RoundWords.Parties());
            }
        }

        return parties;
    }
}
