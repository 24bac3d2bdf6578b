using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;
using Sandbox.Trust;

namespace Sandbox.Host.Backups;

/// <summary>
/// What a backup holds: a tar archive under one seal. First <c>manifest.json</c>, then <c>registry.db</c>, <c>domain.pub</c> and the files of <c>objects/</c>, <c>releases/</c>,
/// <c>archive/</c> and <c>logs/</c>. Never a key: objects stay encrypted under keys that only the epoch key opens, which is kept apart.
/// </summary>
internal static partial class BackupForm
{
    public const string Kind = "backup";
    public const string Manifest = "manifest.json";
    public const string Registry = "registry.db";
    public const string PublicKey = "domain.pub";

    public static readonly string[] Folders = ["objects", "releases", "archive", "logs"];

    /// <summary>Reads a backup front to back; every byte is authenticated before it is handed out.</summary>
    /// <param name="content">The opened seal.</param>
    /// <param name="take">Gets each name and its content; names outside the form are refused before.</param>
    public static BackupManifest Read(Stream content, Action<string, Stream> take)
    {
        using var tar = new TarReader(content, leaveOpen: true);
        BackupManifest? manifest = null;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !Known(entry.Name))
            {
                throw new TrustException(TrustRules.ObjectDamaged);
            }

            using var data = entry.DataStream ?? Stream.Null;
            if (manifest is null)
            {
                manifest = entry.Name == Manifest ? JsonSerializer.Deserialize<BackupManifest>(data, JsonSerializerOptions.Strict) : null;
                if (manifest is null)
                {
                    throw new TrustException(TrustRules.ObjectDamaged);
                }
            }
            else
            {
                take(entry.Name, data);
            }
        }

        // The tar's end is not the seal's: what stands behind it must authenticate too.
        content.CopyTo(Stream.Null);
        return manifest ?? throw new TrustException(TrustRules.ObjectDamaged);
    }

    /// <summary>Every sealed object that a document of a registry names, whatever its kind: it has a name and a sealed length.</summary>
    public static IReadOnlyList<ObjectRef> Objects(SqliteConnection registry) =>
    [
        .. registry.Query<string>("SELECT body FROM documents").SelectMany(body => Find(JsonNode.Parse(body))).DistinctBy(item => item.Name),
    ];

    private static IEnumerable<ObjectRef> Find(JsonNode? node) => node switch
    {
        JsonObject item when item.ContainsKey("sealed_length") && item.ContainsKey("commitment") => [item.Deserialize<ObjectRef>(Host.Registry.RegistryDatabase.Format)!],
        JsonObject item => item.SelectMany(pair => Find(pair.Value)),
        JsonArray list => list.SelectMany(Find),
        _ => [],
    };

    private static bool Known(string name) =>
        name is Manifest or Registry or PublicKey || (name.Split('/') is [var folder, var file] && Folders.Contains(folder) && FileName().IsMatch(file));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,119}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}

/// <summary>The first thing in a backup.</summary>
/// <param name="V">Version 1.</param>
/// <param name="Domain">Its name.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Checkpoint">The ledger's signed head in the backup.</param>
/// <param name="Objects">Sealed objects that must be there.</param>
internal sealed record BackupManifest(int V, string Domain, DateTimeOffset CreatedAt, string Checkpoint, int Objects);
