using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Feeds;

/// <summary>The other side of a feed as a test plays it: its key, the shared folder, its store.</summary>
internal sealed class Receiver
{
    private readonly string _domainKey;

    public Receiver(string name, string root, string domainKey)
    {
        Name = name;
        _domainKey = domainKey;
        Folder = Path.Combine(root, name + ".share");
        Store = Path.Combine(root, name + ".store");
        KeyFile = Path.Combine(root, name + ".key");
        Directory.CreateDirectory(Folder);
        using var key = Suite.Sm.GenerateSigningKey();
        SigningKeyFile.Create(key, KeyFile);
        PublicKey = key.Public.ToString();
    }

    public string Name { get; }

    public string Folder { get; }

    public string Store { get; }

    public string KeyFile { get; }

    public string PublicKey { get; }

    public string Acknowledgement => Path.Combine(Folder, Name + ".ack");

    public string[] Batches => [.. Directory.GetFiles(Folder, "*.batch").Order(StringComparer.Ordinal)];

    public string EntriesFile => Path.Combine(Store, "entries.ndjson");

    public string[] Lines => File.Exists(EntriesFile) ? File.ReadAllLines(EntriesFile, Encoding.UTF8) : [];

    public JsonObject[] Entries => [.. Lines.Select(line => JsonNode.Parse(line)!.AsObject())];

    public Ran Receive(string? key = null) =>
        SandboxProgram.Json("ledger", "feed", "receive", Name, "--folder", Folder, "--key", key ?? _domainKey, "--receiver-key", KeyFile, "--into", Store);

    public string[] OpenWords(string? supplier = null) =>
        ["ledger", "feed", "open", Name, "--folder", Folder, "--key", PublicKey, .. supplier is null ? Array.Empty<string>() : ["--supplier", supplier]];
}
