using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>How the bureau's secret key is guarded: a key file, a passphrase, or shares of which some number opens.</summary>
/// <param name="KeyFile">Key file, made when the key is made and it is not there.</param>
/// <param name="PassphraseFile">File whose first line is the passphrase.</param>
/// <param name="Shares">Share files: names to write when the key is made, files to read when it is used.</param>
/// <param name="Threshold">Shares that open; used when the key is made.</param>
internal sealed record HolderGuard(string? KeyFile, string? PassphraseFile, IReadOnlyList<string> Shares, int Threshold)
{
    private const string Context = "sandbox/he-secret/v1";
    private const int MostShare = 256, MostFile = 8 << 20;

    /// <summary>Exactly one way is named.</summary>
    public bool IsOne => (KeyFile is null ? 0 : 1) + (PassphraseFile is null ? 0 : 1) + (Shares.Count == 0 ? 0 : 1) == 1;

    /// <summary>Seals the secret and writes its file; share files too.</summary>
    public void Write(Suite suite, Secret secret, string path)
    {
        if (File.Exists(path) || Shares.Any(File.Exists))
        {
            throw new RefusedException(RoundWords.KeyThere());
        }

        if (Shares.Count > 0)
        {
            if (Threshold < 2 || Threshold > Shares.Count)
            {
                throw new RefusedException(RoundWords.Guard());
            }

            var (file, shares) = GuardedSecret.Split(suite, Context, secret, Threshold, Shares.Count);
            foreach (var (share, name) in shares.Zip(Shares))
            {
                using (share)
                {
                    PrivateFile.Create(name, Encoding.ASCII.GetBytes(share.Reveal() + "\n"));
                }
            }

            PrivateFile.Create(path, file);
            return;
        }

        using var guard = PassphraseFile is { } words ? Passphrase(words) : File.Exists(KeyFile) ? MasterKey.FromKeyFile(KeyFile!) : MasterKey.CreateKeyFile(KeyFile!);
        PrivateFile.Create(path, GuardedSecret.Seal(suite, Context, secret, guard));
    }

    /// <summary>Opens the secret.</summary>
    public Secret Open(string path)
    {
        var file = PrivateFile.Read(path, MostFile) ?? throw new TrustException(TrustRules.GuardedSecret);
        if (Shares.Count > 0)
        {
            var shares = new List<KeyShare>();
            try
            {
                shares.AddRange(Shares.Select(name => KeyShare.Parse(Encoding.ASCII.GetString(PrivateFile.Read(name, MostShare) ?? throw new TrustException(TrustRules.KeyShareForm)))));
                return GuardedSecret.Open(file, Context, shares);
            }
            finally
            {
                shares.ForEach(share => share.Dispose());
            }
        }

        using var guard = PassphraseFile is { } words ? Passphrase(words) : MasterKey.FromKeyFile(KeyFile!);
        return GuardedSecret.Open(file, Context, guard);
    }

    private static MasterKey Passphrase(string path)
    {
        using var reader = new StreamReader(path);
        return MasterKey.FromPassphrase(reader.ReadLine() ?? "");
    }
}
