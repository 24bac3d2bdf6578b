using System.Text;
using Microsoft.Data.Sqlite;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>The ledger as an auditor, a witness and an attacker meet it: through the command line, with files and the public key.</summary>
public sealed class LedgerDoorTests : IDisposable
{
    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _out = new();

    private string Key => Path.Combine(_city.Folder, "domain.pub");

    public void Dispose()
    {
        _city.Dispose();
        _out.Dispose();
    }

    private string Checkpoint(string name)
    {
        var path = _out.File(name);
        File.WriteAllText(path, _city.Call("ledger", "checkpoint").Ends(Ran.Done).Json["checkpoint"]!.GetValue<string>(), new UTF8Encoding(false));
        return path;
    }

    private static Ran Offline(params string[] words) => SandboxProgram.Json(words);

    [Fact]
    [Requirement("CC-20-5")]
    public void An_entry_and_the_growth_of_the_ledger_are_proved_offline_and_a_changed_proof_is_not()
    {
        var monday = Checkpoint("monday.txt");
        _city.As("zhao", "person", "add", "sun", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        var (receipt, growth) = (_out.File("1.receipt"), _out.File("growth.json"));
        _city.Call("ledger", "prove", "1", "--out", receipt).Ends(Ran.Done);
        _city.Call("ledger", "prove", "--since", monday, "--out", growth).Ends(Ran.Done);
        Assert.Equal("person.registered", Offline("ledger", "verify", "--proof", receipt, "--key", Key).Ends(Ran.Done).Json["entry"]!["kind"]!.GetValue<string>());
        Assert.Equal("growth", Offline("ledger", "verify", "--proof", growth, "--key", Key, "--checkpoint", monday).Ends(Ran.Done).Json["proved"]!.GetValue<string>());
        foreach (var file in new[] { receipt, growth })
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
            Offline("ledger", "verify", "--proof", file, "--key", Key, "--checkpoint", monday).Ends(Ran.Refused);
        }

        _city.Call("ledger", "prove", "99999", "--out", _out.File("none")).RefusedBy("TRUST-LEDGER-3");
        Assert.False(File.Exists(_out.File("none")));
    }

    [Fact]
    public void An_export_verifies_offline_and_every_kind_of_change_to_it_is_found()
    {
        var checkpoint = Checkpoint("now.txt");
        var folder = _out.File("audit");
        _city.Call("ledger", "export", folder).Ends(Ran.Done);
        Offline("ledger", "verify", "--files", folder, "--key", Key, "--checkpoint", checkpoint).Ends(Ran.Done);
        var file = Path.Combine(folder, "entries.ndjson");
        var whole = File.ReadAllBytes(file);
        var lines = File.ReadAllLines(file);
        foreach (var change in new Action[]
        {
            () => File.WriteAllLines(file, lines[1..]),
            () => File.WriteAllLines(file, [lines[1], lines[0], .. lines[2..]]),
            () => File.WriteAllLines(file, [.. lines, lines[^1]]),
            () => File.WriteAllBytes(file, whole[..^1]),
            () => File.WriteAllText(file, File.ReadAllText(file).Replace("chen", "wang", StringComparison.Ordinal)),
        })
        {
            change();
            Offline("ledger", "verify", "--files", folder, "--key", Key).RefusedBy("TRUST-LEDGER-1");
            File.WriteAllBytes(file, whole);
        }
    }

    [Fact]
    public void A_roll_back_to_an_older_copy_is_found_by_a_checkpoint_and_by_a_watcher()
    {
        var copy = _out.File("older.db");
        SqliteConnection.ClearAllPools();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_city.Folder, "registry.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"VACUUM INTO '{copy}'";
            command.ExecuteNonQuery();
        }

        var seen = _out.File("seen.txt");
        _city.As("zhao", "person", "add", "sun", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        _city.Call("ledger", "watch", "--once", "--last", seen).Ends(Ran.Done);
        var later = Checkpoint("later.txt");
        foreach (var part in new[] { "registry.db-wal", "registry.db-shm" })
        {
            File.Delete(Path.Combine(_city.Folder, part));
        }

        File.Copy(copy, Path.Combine(_city.Folder, "registry.db"), overwrite: true);
        _city.Call("ledger", "verify").Ends(Ran.Done);
        _city.Call("ledger", "verify", "--checkpoint", later).RefusedBy("TRUST-LEDGER-1");
        _city.Call("ledger", "watch", "--once", "--last", seen).RefusedBy("TRUST-WITNESS-1");

        // The rolled back domain goes on and grows past the checkpoint: another history now, of the same key.
        foreach (var name in new[] { "qin", "qiu", "quan", "qu" })
        {
            _city.As("zhao", "person", "add", name, "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        }

        _city.Call("ledger", "verify").Ends(Ran.Done);
        _city.Call("ledger", "verify", "--checkpoint", later).RefusedBy("TRUST-LEDGER-1");
        _city.Call("ledger", "watch", "--once", "--last", seen).RefusedBy("TRUST-WITNESS-2");
    }

    [Fact]
    public void A_witness_cosigns_what_continues_and_nothing_else()
    {
        string[] Words(string checkpoint, string target, params string[] more) =>
            ["ledger", "witness", checkpoint, "--key", Key, "--witness-key", _out.File("me.key"), "--name", "audit-office", "--last", _out.File("seen.txt"), "--out", _out.File(target), .. more];
        var monday = Checkpoint("monday.txt");
        Offline(Words(monday, "none", "--proof", monday)).Ends(Ran.Usage);
        var witness = Offline(Words(monday, "monday.cosigned", "--first")).Ends(Ran.Done).Json["witness_key"]!.GetValue<string>();
        _city.Call("ledger", "verify", "--checkpoint", _out.File("monday.cosigned"), "--witness", "audit-office=" + witness).Ends(Ran.Done);
        _city.Call("ledger", "verify", "--checkpoint", monday, "--witness", "audit-office=" + witness).RefusedBy("SB-LEDGER-1");

        _city.As("zhao", "person", "add", "sun", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        var friday = Checkpoint("friday.txt");
        Offline(Words(friday, "none")).RefusedBy("TRUST-WITNESS-3");
        _city.Call("ledger", "prove", "--since", monday, "--out", _out.File("growth.json")).Ends(Ran.Done);
        Offline(Words(friday, "friday.cosigned", "--proof", _out.File("growth.json"))).Ends(Ran.Done);

        // Back again: what it has cosigned it remembers.
        Offline(Words(monday, "none")).RefusedBy("TRUST-WITNESS-1");
        Assert.False(File.Exists(_out.File("none")));

        // Cosigned for another name or by another key it does not count.
        var cosigned = File.ReadAllText(_out.File("friday.cosigned"));
        File.WriteAllText(_out.File("renamed"), cosigned.Replace("— audit-office", "— other-office", StringComparison.Ordinal));
        _city.Call("ledger", "verify", "--checkpoint", _out.File("renamed"), "--witness", "other-office=" + witness).RefusedBy("SB-LEDGER-1");
        File.WriteAllText(_out.File("body"), cosigned.Replace(cosigned.Split('\n')[1] + "\n", "7\n", StringComparison.Ordinal));
        _city.Call("ledger", "verify", "--checkpoint", _out.File("body"), "--witness", "audit-office=" + witness).Ends(Ran.Refused);
    }

    [Fact]
    public void Changed_tree_nodes_are_named_and_repaired_and_changed_entries_are_not()
    {
        Edit("UPDATE trust_ledger_head SET frontier = zeroblob(length(frontier))");
        Assert.Contains("ledger repair", _city.Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1").Output, StringComparison.Ordinal);
        _city.Call("ledger", "repair").Ends(Ran.Done);
        _city.Call("ledger", "verify").Ends(Ran.Done);
        _city.As("zhao", "person", "add", "sun", "--org", "audit-office", "--role", "auditor").Ends(Ran.Done);
        Edit("UPDATE trust_ledger SET entry = replace(entry, 'chen', 'chex')");
        _city.Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1");
        _city.Call("ledger", "repair").Ends(Ran.Refused);
    }

    [Fact]
    public void Checkpoints_are_kept_on_schedule_and_at_close()
    {
        var kept = _city.Call("ledger", "checkpoint", "--kept").Ends(Ran.Done).Json["checkpoints"]!.AsArray().Select(item => item!["size"]!.GetValue<long>()).ToArray();
        var size = _city.Call("ledger", "verify").Ends(Ran.Done).Json["entries"]!.GetValue<long>();

        // The first change of a domain is due at once, the last process left its head.
        Assert.InRange(kept[0], 1, size - 1);
        Assert.Equal(size, kept[^1]);
    }

    private void Edit(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_city.Folder, "registry.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
