using Microsoft.Data.Sqlite;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Answers;
using Sandbox.Host.Assessments;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Host.Logs;
using Sandbox.Host.Models;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Results;
using Sandbox.Host.Rounds;
using Sandbox.Host.Supervision;
using Sandbox.Host.Zones;
using Sandbox.Jail;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Workers;
using Serilog;

namespace Sandbox.Host.Domains;

/// <summary>A domain opened with its master key by one process: registry, keys, ledger, objects, jails and the rules in force.</summary>
/// <remarks>For one thread at a time, but for <see cref="Commit"/>, <see cref="Note"/> and <see cref="Refuse"/>, which many threads may call together. Several processes may have the same domain open.</remarks>
public sealed class OpenDomain : IDisposable
{
    private readonly DomainLock _lock;
    private readonly Serilog.Core.Logger _log;
    private readonly RegistrySeal _seal;
    private readonly Ledger _appending;
    private readonly LedgerWriter _writer;
    private readonly SealedGroup _group;
    private IReadOnlyList<Policy.Refusal>? _refused;
    private int _holders = 1;

    private OpenDomain(DomainFolder folder, DomainLock held, RegistryDatabase registry, RegistrySeal seal, DomainRecord record, KeyRing keys, TimeProvider time, DomainSettings settings)
    {
        _seal = seal;
        Folder = folder;
        _lock = held;
        Registry = registry;
        Record = record;
        Keys = keys;
        Time = time;
        Ledger = Ledger.Open(registry.Connection, keys.DomainKey, time);
        // The writer has a ledger of its own: it appends on its own thread.
        _appending = Ledger.Open(registry.Connection, keys.DomainKey, time);
        _group = new SealedGroup(seal, _appending, () => SettleEpochs(keys, _log), time);
        _writer = new LedgerWriter(_appending, () => registry.Connection.BeginTransaction(deferred: false), _group);
        Store = new ObjectStore(folder.Root, keys.Suite);
        Profile = DomainProfile.Load(record.Profile, record.Overlays);
        Authoriser = new Authoriser(Profile, record.Acknowledged);
        Procedures = ProcedureRules.Of(record.Profile);
        Jailer = new Jailer(EnginePaths.Locate(), new JailOptions { UnsafeNoJail = settings.UnsafeNoJail, MinimumLevel = record.MinimumJailLevel });
        Workers = new WorkerPool(Jailer);
        ModelJails = new ModulePool(Jailer);
        _log = DomainLog.Open(folder.Logs);
    }

    public DomainFolder Folder { get; }

    public RegistryDatabase Registry { get; }

    public DomainRecord Record { get; }

    public KeyRing Keys { get; }

    public Ledger Ledger { get; }

    public ObjectStore Store { get; }

    public Profile Profile { get; }

    public Authoriser Authoriser { get; }

    /// <summary>Chains of steps, barred classes and how days are counted, of the shipped profile that this domain is under.</summary>
    public ProcedureRules Procedures { get; }

    /// <summary>Profile and version in force, which decisions keep.</summary>
    public string RulesName => $"{Profile.Name} {Profile.Version}";

    public Jailer Jailer { get; }

    /// <summary>Children started ahead, where more than one piece of work is to be done: a single command does not wait for one.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Jails for models started ahead of their runs.</summary>
    public ModulePool ModelJails { get; }

    public TimeProvider Time { get; }

    public ILogger Log => _log;

    public DateOnly Today => DateOnly.FromDateTime(Time.GetLocalNow().Date);

    /// <summary>Opens a domain; the first process to come sweeps what an interrupted one left behind.</summary>
    /// <exception cref="RefusedException">No domain here, or the profile can't be loaded.</exception>
    /// <exception cref="TrustException">Wrong or missing master key.</exception>
    public static OpenDomain Open(string root, Unlocking unlocking, TimeProvider time, DomainSettings settings)
    {
        ArgumentNullException.ThrowIfNull(unlocking);
        ArgumentNullException.ThrowIfNull(settings);
        var folder = new DomainFolder(Path.GetFullPath(root));
        if (!folder.Exists)
        {
            throw new RefusedException(Refusals.NoDomain());
        }

        var held = DomainLock.Take(folder.LockFile);
        RegistryDatabase? registry = null;
        KeyRing? keys = null;
        RegistrySeal? seal = null;
        try
        {
            registry = RegistryDatabase.Open(folder.Registry, create: false);
            using (var master = unlocking.MasterKey(folder))
            {
                keys = KeyRing.Open(registry.Connection, master, folder.Keys, time);
            }

            using (var sealing = keys.OpenKey(KeyScope.Domain, RegistrySeal.KeyId))
            {
                seal = RegistrySeal.Of(sealing);
            }

            // Before a single document is believed.
            CheckSeal(registry, seal, Ledger.Open(registry.Connection, keys.DomainKey, time));
            SettleEpochs(keys, null);
            var record = registry.Find<DomainRecord>(DomainRecord.OnlyId) ?? throw new RefusedException(Refusals.NoDomain());
            var domain = new OpenDomain(folder, held, registry, seal, record, keys, time, settings);
            if (held.Alone)
            {
                domain.Sweep();
                held.Share(folder.LockFile);
            }

            return domain;
        }
        catch
        {
            seal?.Dispose();
            keys?.Dispose();
            registry?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a refusal was written into the ledger through this object.</summary>
    internal bool RefusalRecorded => _refused is not null;

    /// <summary>Forgets how the act before ended.</summary>
    internal void BeginAct() => _refused = null;

    /// <summary>Keeps the domain open until one more <see cref="Dispose"/>.</summary>
    internal void Hold() => _holders++;

    /// <summary>
    /// The only way to change the registry: in one immediate transaction the change re-checks and writes, the entry goes into the ledger, both or neither.
    /// Calls of several threads share a transaction; each is undone alone. What the change refuses is recorded as a refusal.
    /// </summary>
    /// <param name="entry">What happened; never a data value.</param>
    /// <param name="change">Throws <see cref="RefusedException"/> to undo everything.</param>
    /// <returns>Index of the ledger entry.</returns>
    public long Commit(LedgerEntry entry, Action<RegistryWriter> change)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(change);
        try
        {
            return Append(entry, (transaction, index) =>
            {
                var writer = new RegistryWriter((SqliteTransaction)transaction, index);
                change(writer);
                _group.Changed |= writer.Changed;
            });
        }
        catch (RefusedException refused) when (refused.Refusals.Count > 0 && refused.Refusals[0].Rule != RegistrySeal.Broken().Rule)
        {
            // Most ids that an entry names are facts of the refusal too.
            var facts = new Facts();
            foreach (var (name, fact) in entry.Facts.Where(fact => fact.Value.Text is { } text && Names.Valid(text)))
            {
                facts[name] = fact;
            }

            Refuse(entry.Kind, entry.Actor, refused.Refusals, facts);
            throw;
        }
    }

    /// <summary>Erases the keys of epochs that are over. What the disk refuses now is done when the domain is opened next: the act itself stands.</summary>
    private static void SettleEpochs(KeyRing keys, ILogger? log)
    {
        try
        {
            if (keys.Unsettled)
            {
                keys.SettleEpochs();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException)
        {
            log?.Warning("an epoch key that is over could not be erased yet");
        }
    }

    /// <summary>Keeps the signed head of now as a checkpoint to be handed out.</summary>
    public LedgerHead Checkpoint(CheckpointReason reason = CheckpointReason.Asked)
    {
        using var transaction = Registry.Connection.BeginTransaction(deferred: false);
        var head = Ledger.Checkpoint(transaction, reason);
        transaction.Commit();
        return head;
    }

    /// <summary>Records something that changes no document: a refusal, a query.</summary>
    /// <param name="beside">Writes, in the entry's transaction, what stands beside the documents.</param>
    public long Note(LedgerEntry entry, Action<SqliteTransaction>? beside = null) => Append(entry, beside is null ? null : (transaction, _) => beside((SqliteTransaction)transaction));

    private long Append(LedgerEntry entry, Action<System.Data.Common.DbTransaction, long>? change)
    {
        var index = _writer.AppendAsync(WatchedActs.Mark(entry), change).GetAwaiter().GetResult();
        _log.Information("{Kind} recorded at {Index}", entry.Kind, index);
        return index;
    }

    /// <summary>Holds every document against the registry's seal again.</summary>
    /// <exception cref="RefusedException">Somebody else changed one.</exception>
    internal void CheckSeal() => CheckSeal(Registry, _seal, Ledger);

    private static void CheckSeal(RegistryDatabase registry, RegistrySeal seal, Ledger ledger)
    {
        using var transaction = registry.Connection.BeginTransaction(deferred: true);
        if (seal.Check(transaction, documents: true) != ledger.Head(transaction).Size)
        {
            throw new RefusedException(RegistrySeal.Broken());
        }
    }

    /// <summary>Writes a refusal into the ledger and hands it back as an answer.</summary>
    public Answer Refuse(string act, string actor, IReadOnlyList<Policy.Refusal> refusals, Facts? facts = null, Action<SqliteTransaction>? beside = null)
    {
        ArgumentNullException.ThrowIfNull(refusals);
        if (ReferenceEquals(refusals, _refused))
        {
            // Commit has recorded it.
            return new Answer.Refused(refusals);
        }

        facts ??= [];
        facts["act"] = act;
        facts["rules"] = string.Join(' ', refusals.Select(refusal => refusal.Rule).Distinct(StringComparer.Ordinal));
        Note(new("refused", actor, facts), beside);
        _refused = refusals;
        return new Answer.Refused(refusals);
    }

    /// <summary>Opens the data key of an id, making it first when there is none.</summary>
    public DataKey Key(KeyScope scope, string id, string actor)
    {
        if (!Keys.Has(scope, id))
        {
            try
            {
                Commit(new("key.created", actor, new Facts { ["scope"] = scope.ToString(), ["id"] = id }), writer => Keys.NewKey(writer.Transaction, scope, id).Dispose());
            }
            catch (TrustException) when (Keys.Has(scope, id))
            {
                // Another process made it between the question and the transaction.
            }
        }

        return Keys.OpenKey(scope, id);
    }

    public void Dispose()
    {
        if (--_holders != 0)
        {
            return;
        }

        Workers.DisposeAsync().AsTask().GetAwaiter().GetResult();
        ModelJails.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _writer.Dispose();
        KeepLastHead();
        _seal.Dispose();
        Keys.Dispose();
        Registry.Dispose();
        _lock.Dispose();
        _log.Dispose();
    }

    /// <summary>A process that appended keeps its last head, so that a later roll-back of the database alone is found.</summary>
    private void KeepLastHead()
    {
        if (_group.Appended == 0)
        {
            return;
        }

        try
        {
            using var transaction = Registry.Connection.BeginTransaction(deferred: false);
            _appending.Checkpoint(transaction, CheckpointReason.Close);
            transaction.Commit();
        }
        catch (Exception error) when (error is SqliteException or TrustException)
        {
            // Everything that was acknowledged stands without it.
            _log.Warning("The closing checkpoint could not be kept");
        }
    }

    /// <summary>Removes objects that no document names: they were sealed by a process that ended before its transaction.</summary>
    private void Sweep()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in Registry.All<DataSet>())
        {
            foreach (var batch in set.Standing)
            {
                known.UnionWith(batch.Objects.Select(stored => stored.Name));
            }
        }

        foreach (var zone in Registry.All<Zone>().Where(zone => zone.DestroyedAt is null))
        {
            Add(zone.Object);
        }

        foreach (var result in Registry.All<NamedResult>())
        {
            Add(result.Object);
        }

        foreach (var model in Registry.All<Model>())
        {
            Add(model.Package);
        }

        foreach (var run in Registry.All<Run>())
        {
            Add(run.Held);
            Add(run.HeldReport);
        }

        foreach (var round in Registry.All<Round>())
        {
            known.UnionWith(round.Objects.Select(item => item.Name));
        }

        foreach (var match in Registry.All<Matching.Match>())
        {
            Add(match.Count);
        }

        foreach (var request in Registry.All<ExportRequest>())
        {
            known.UnionWith(request.Objects.Select(item => item.Name));
        }

        foreach (var paper in Registry.All<Assessment>())
        {
            Add(paper.Paper);
        }

        known.UnionWith(Parties.PaperStore.Objects(Registry).Select(item => item.Name));
        foreach (var set in Registry.All<Classification>())
        {
            known.UnionWith(set.Evidence.Select(paper => paper.Name));
        }

        foreach (var source in Registry.All<Sources.DataSource>())
        {
            Add(source.Headers);
        }

        foreach (var package in Registry.All<ArchivePackage>())
        {
            Add(package.Receipt?.Paper);
        }

        foreach (var step in Registry.All<Cases.Case>().SelectMany(item => item.Steps))
        {
            Add(step.Paper);
        }

        known.UnionWith(Registry.All<Permissions.PermissionRegister>().SelectMany(item => item.Objects).Select(item => item.Name));
        foreach (var index in Registry.All<AtomIndex>())
        {
            Add(index.Object);
        }

        foreach (var index in Registry.All<SubjectIndex>())
        {
            Add(index.Object);
        }

        Store.Sweep(known);
        ReleaseFolder.Sweep(this);

        void Add(ObjectRef? stored)
        {
            if (stored is not null)
            {
                known.Add(stored.Name);
            }
        }
    }
}
