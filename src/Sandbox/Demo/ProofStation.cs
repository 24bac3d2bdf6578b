using Microsoft.Data.Sqlite;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Demo;

/// <summary>Station 7: anybody can verify with the public key alone; a flipped byte and a changed ledger entry are found.</summary>
internal static class ProofStation
{
    public static Task RunAsync(DemoStage stage)
    {
        stage.Begin("7 proof", "verify, tamper, verify");
        var key = PublicKey.Parse(File.ReadAllText(stage.Domain.Folder.PublicKey));
        var package = stage.Package!;
        var verified = VerifyVerbs.Run(package, key, package + Exports.ReleaseFolder.Receipt);
        stage.Done("verify the package offline with the public key alone", verified);
        stage.Show(verified);

        // The tampered copies are made beside the originals and removed again.
        var folder = Path.Combine(stage.Domain.Folder.Root, "staging", "tampered");
        Directory.CreateDirectory(folder);
        try
        {
            var copy = Path.Combine(folder, "package");
            var bytes = File.ReadAllBytes(package);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(copy, bytes);
            stage.Refused("verify a copy with one flipped bit", VerifyVerbs.Run(copy, key, null));

            using (var reader = LedgerReader.Open(stage.Domain.Folder.Root, null))
            {
                var intact = LedgerVerifyVerb.Answered(reader.Ledger.VerifyAll());
                stage.Done("verify the ledger", intact);
                stage.Show(intact);
            }

            Tamper(stage, Path.Combine(folder, "registry.db"));
            using (var reader = LedgerReader.Open(folder, stage.Domain.Folder.PublicKey))
            {
                stage.Refused("verify a copy of the ledger in which one entry was changed", LedgerVerifyVerb.Answered(reader.Ledger.VerifyAll()));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    private static void Tamper(DemoStage stage, string copy)
    {
        using var target = new SqliteConnection($"Data Source={copy};Pooling=False");
        target.Open();
        stage.Domain.Registry.Connection.BackupDatabase(target);
        using var command = target.CreateCommand();
        command.CommandText = "UPDATE trust_ledger SET entry = CAST(replace(CAST(entry AS TEXT), '\"zhao\"', '\"zhai\"') AS BLOB) WHERE idx = 1";
        if (command.ExecuteNonQuery() != 1)
        {
            throw new InvalidOperationException("The copy of the ledger has no entry to change.");
        }
    }
}
