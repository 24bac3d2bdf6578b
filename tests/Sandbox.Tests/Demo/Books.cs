using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Demo;

/// <summary>Holds a domain's registry, ledger, objects and releases against each other; reads the database itself, not through the rooms.</summary>
internal static class Books
{
    /// <summary>Document kind, the fact that names it and the ledger entry that must tell of its making.</summary>
    private static readonly (string Document, string Entry, string Fact)[] Made =
    [
        ("person", "person.registered", "person"),
        ("data_set", "data.loaded", "data_set"),
        ("scenario", "scenario.requested", "scenario"),
        ("zone", "zone.opened", "zone"),
        ("model", "model.submitted", "model"),
        ("run", "run.finished", "run"),
        ("round", "round.opened", "round"),
        ("export_request", "export.requested", "export"),
        ("release", "export.released", "export"),
    ];

    public static void Check(string folder)
    {
        SandboxProgram.Json("ledger", "verify", "--dir", folder).Ends(Ran.Done);
        var entries = SandboxProgram.Json("ledger", "show", "--count", "10000", "--dir", folder).Ends(Ran.Done).Json["entries"]!.AsArray().Select(item => item!.AsObject()).ToArray();
        var documents = Documents(folder);

        foreach (var (kind, entry, fact) in Made)
        {
            var stand = documents.Where(item => item.Kind == kind).Select(item => item.Id).Order(StringComparer.Ordinal).ToArray();
            var told = Of(entries, entry).Select(item => item["facts"]![fact]!.GetValue<string>()).Order(StringComparer.Ordinal).ToArray();
            Assert.True(stand.SequenceEqual(told), $"documents of kind {kind}: {string.Join(' ', stand)}; the ledger tells of {string.Join(' ', told)}");
        }

        foreach (var (kind, id, body) in documents)
        {
            CheckSteps(kind, id, body, entries);
            CheckObjects(folder, kind, id, body);
        }

        CheckReleases(folder, documents, entries);
    }

    /// <summary>After an orderly end: nothing lies in the object folder that no document names, and nothing is left in staging.</summary>
    public static void CheckSwept(string folder)
    {
        var known = Documents(folder).SelectMany(item => References(item.Body)).Select(item => item["name"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        Assert.All(Directory.GetFiles(Path.Combine(folder, "objects")), path => Assert.Contains(Path.GetFileName(path), known));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "staging")));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(folder, "releases")), path => Path.GetFileName(path).StartsWith('.') || path.EndsWith(".new", StringComparison.Ordinal));
    }

    public static IReadOnlyList<(string Kind, string Id, JsonObject Body)> Documents(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "registry.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, id, body FROM documents ORDER BY kind, id";
        using var reader = command.ExecuteReader();
        var documents = new List<(string, string, JsonObject)>();
        while (reader.Read())
        {
            documents.Add((reader.GetString(0), reader.GetString(1), JsonNode.Parse(reader.GetString(2))!.AsObject()));
        }

        return documents;
    }

    /// <summary>Changes a document behind the program's back, as somebody with the disk could.</summary>
    public static void Rewrite(string folder, string kind, string id, Func<string, string> change)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "registry.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT body FROM documents WHERE kind=$kind AND id=$id";
        read.Parameters.AddWithValue("$kind", kind);
        read.Parameters.AddWithValue("$id", id);
        var before = (string)read.ExecuteScalar()!;
        var after = change(before);
        Assert.NotEqual(before, after);
        using var write = connection.CreateCommand();
        write.CommandText = "UPDATE documents SET body=$body WHERE kind=$kind AND id=$id";
        write.Parameters.AddWithValue("$body", after);
        write.Parameters.AddWithValue("$kind", kind);
        write.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    private static void CheckSteps(string kind, string id, JsonObject body, JsonObject[] entries)
    {
        switch (kind)
        {
            case "data_set" when body["grades_confirmed"]!.GetValue<bool>():
                Assert.NotEmpty(Naming(entries, "data.graded", "data_set", id));
                break;
            case "scenario":
                Assert.Equal(body["consents"]!.AsArray().Count, Naming(entries, "scenario.answered", "scenario", id).Count());
                break;
            case "model" when body["state"]!.GetValue<string>() == "approved":
                Assert.NotEmpty(Naming(entries, "model.approved", "model", id));
                break;
            case "round":
                Assert.Equal(body["contributions"]!.AsArray().Count, Naming(entries, "round.contributed", "round", id).Count());
                Assert.Equal(body["total"] is not null, Naming(entries, "round.summed", "round", id).Any());
                Assert.Equal(body["opened"] is not null, Naming(entries, "round.opened-total", "round", id).Any());
                break;
            case "export_request":
                Assert.Equal(Votes(body).Length, Naming(entries, "export.voted", "export", id).Count());
                break;
        }
    }

    /// <summary>Every object that a document names stands whole: no half-loaded data set.</summary>
    private static void CheckObjects(string folder, string kind, string id, JsonObject body)
    {
        foreach (var reference in References(body))
        {
            var file = new FileInfo(Path.Combine(folder, "objects", reference["name"]!.GetValue<string>()));
            Assert.True(file.Exists && file.Length == reference["sealed_length"]!.GetValue<long>(), $"an object of {kind} {id} is missing or cut");
        }

        if (kind == "data_set")
        {
            // Of a batch that was withdrawn or replaced the fact stays and nothing else.
            Assert.All(body["batches"]!.AsArray(), batch => Assert.Equal(batch!["withdrawn_at"] is null, batch["segments"]!.AsArray().Count > 0));
        }
    }

    /// <summary>A package with its final name has a release in the registry, its entry in the ledger and approvals of two persons, neither of them of the author's organisation.</summary>
    private static void CheckReleases(string folder, IReadOnlyList<(string Kind, string Id, JsonObject Body)> documents, JsonObject[] entries)
    {
        var files = Directory.GetFiles(Path.Combine(folder, "releases"), "*.sandbox.*").Where(path => !path.EndsWith(".receipt", StringComparison.Ordinal)).Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith('.')).ToHashSet(StringComparer.Ordinal);
        var releases = documents.Where(item => item.Kind == "release").ToArray();
        Assert.Subset(releases.Select(item => item.Body["file"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal), files);
        foreach (var release in releases)
        {
            Assert.Single(Naming(entries, "export.released", "export", release.Id));
            var request = documents.Single(item => item.Kind == "export_request" && item.Id == release.Id).Body;
            var approvals = Votes(request).Where(vote => vote["decision"]!.GetValue<string>() == "Approve").ToArray();
            Assert.True(approvals.Select(vote => vote["reviewer"]!.GetValue<string>()).Distinct().Count() >= 2, $"release {release.Id} has not two reviewers' votes");
            Assert.DoesNotContain(approvals, vote => vote["reviewer"]!.GetValue<string>() == request["author"]!.GetValue<string>() || vote["organisation"]!.GetValue<string>() == request["organisation"]!.GetValue<string>());
        }
    }

    private static JsonObject[] Votes(JsonObject request) => request["journal"] is { } journal
        ? [.. JsonNode.Parse(journal.GetValue<string>())!["journal"]!.AsArray().Where(item => item!["event"]!.GetValue<string>() == "voted").Select(item => item!["statement"]!["payload"]!.AsObject())]
        : [];

    private static IEnumerable<JsonObject> Of(JsonObject[] entries, string kind) => entries.Where(item => item["kind"]!.GetValue<string>() == kind);

    private static IEnumerable<JsonObject> Naming(JsonObject[] entries, string kind, string fact, string id) => Of(entries, kind).Where(item => item["facts"]![fact]!.GetValue<string>() == id);

    /// <summary>Sealed objects anywhere in a document: they have a name and a sealed length.</summary>
    private static IEnumerable<JsonObject> References(JsonNode? node) => node switch
    {
        JsonObject item when item.ContainsKey("sealed_length") => [item],
        JsonObject item => item.SelectMany(pair => References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
