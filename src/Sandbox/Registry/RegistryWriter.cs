using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sandbox.Host.Registry;

/// <summary>The writing side of the registry inside one immediate transaction: read again, check, write.</summary>
public sealed class RegistryWriter
{
    internal RegistryWriter(SqliteTransaction transaction, long entry = 0)
    {
        Transaction = transaction;
        Entry = entry;
    }

    public SqliteTransaction Transaction { get; }

    /// <summary>Index that the ledger entry of this change gets.</summary>
    public long Entry { get; }

    /// <summary>True once a document was added or changed.</summary>
    internal bool Changed { get; private set; }

    private SqliteConnection Connection => Transaction.Connection!;

    /// <summary>The document as it is now, under the write lock.</summary>
    public T? Find<T>(string id)
        where T : class, IAggregate =>
        Connection.QuerySingleOrDefault<string>("SELECT body FROM documents WHERE kind=@kind AND id=@id", new { kind = T.Kind, id }, Transaction) is { } body
            ? RegistryDatabase.Parse<T>(body)
            : null;

    public IReadOnlyList<T> All<T>()
        where T : class, IAggregate =>
        [.. Connection.Query<string>("SELECT body FROM documents WHERE kind=@kind ORDER BY id", new { kind = T.Kind }, Transaction).Select(RegistryDatabase.Parse<T>)];

    /// <summary>Adds a new document; false when the id is taken.</summary>
    public bool TryAdd<T>(T document)
        where T : class, IAggregate
    {
        Changed = true;
        return Connection.Execute(
            "INSERT INTO documents(kind,id,revision,body) VALUES(@kind,@id,1,@body) ON CONFLICT DO NOTHING",
            new { kind = T.Kind, id = document.Id, body = JsonSerializer.Serialize(document, RegistryDatabase.Format) },
            Transaction) == 1;
    }

    /// <summary>Writes a document over its earlier state, or as a new one where there is none.</summary>
    public void Put<T>(T document)
        where T : class, IAggregate
    {
        if (!TryAdd(document))
        {
            Update(document);
        }
    }

    /// <summary>Writes a document over its earlier state, which must exist.</summary>
    public void Update<T>(T document)
        where T : class, IAggregate
    {
        Changed = true;
        var changed = Connection.Execute(
            "UPDATE documents SET revision=revision+1, body=@body WHERE kind=@kind AND id=@id",
            new { kind = T.Kind, id = document.Id, body = JsonSerializer.Serialize(document, RegistryDatabase.Format) },
            Transaction);
        if (changed != 1)
        {
            throw new RegistryException($"A document of kind {T.Kind} that should be changed is not in the registry.");
        }
    }
}
