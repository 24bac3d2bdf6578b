using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>What several subjects need, made once at its first use: the loaded flights and the zones over them. Keys are thrown away with it.</summary>
internal sealed class Preparation(Workplace place) : IDisposable
{
    public const string Table = "flights";

    private readonly DataKey _dataKey = DataKey.ThrowAway(Suite.Nist, "flights");
    private LoadResult.Loaded? _flights;
    private ObjectRef? _production;
    private ObjectRef? _workbench;

    public Workplace Place => place;

    public DataKey DataKey => _dataKey;

    public DataKey ZoneKey { get; } = DataKey.ThrowAway(Suite.Nist, "zone");

    /// <summary>The flights, loaded and sealed under the nist suite.</summary>
    public async Task<LoadResult.Loaded> FlightsAsync(CancellationToken cancellation)
    {
        if (_flights is null)
        {
            _flights = await LoadAsync(Suite.Nist, _dataKey, cancellation).ConfigureAwait(false);

            // Nobody sweeps here, and an object that is still held can't be opened.
            _flights.Dispose();
        }

        return _flights;
    }

    public async Task<LoadResult.Loaded> LoadAsync(Suite suite, DataKey key, CancellationToken cancellation, WorkerPool? pool = null, string? file = null) =>
        await new DataLoader(place.Jailer, place.Store(suite), pool).LoadAsync(
            new LoadRequest { SourcePath = file ?? place.Flights, DataKey = key, MemoryLimitBytes = Workplace.EngineBytes, Threads = Workplace.Threads }, null, cancellation).ConfigureAwait(false) switch
        {
            LoadResult.Loaded loaded => loaded,
            LoadResult.Refused refused => throw new BenchBrokenException("Loading the flights", refused.Refusal.Rule),
            _ => throw new BenchBrokenException("Loading the flights", "?"),
        };

    /// <summary>A production zone: all rows, in keyed order.</summary>
    public async Task<ObjectRef> ProductionAsync(CancellationToken cancellation) =>
        _production ??= (await BuildAsync(ZoneKind.Production, cancellation).ConfigureAwait(false)).Zone;

    /// <summary>A workbench zone: a fifth of the rows, in keyed order.</summary>
    public async Task<ObjectRef> WorkbenchAsync(CancellationToken cancellation) =>
        _workbench ??= (await BuildAsync(ZoneKind.Workbench, cancellation).ConfigureAwait(false)).Zone;

    public async Task<ZoneResult.Built> BuildAsync(ZoneKind kind, CancellationToken cancellation)
    {
        var flights = await FlightsAsync(cancellation).ConfigureAwait(false);
        var request = new ZoneRequest
        {
            ZoneId = "bench",
            Kind = kind,
            K = 1,
            ZoneKey = ZoneKey,
            Tables =
            [
                new ZoneTable
                {
                    Name = Table,
                    Segments = [new ZoneSegment(
                        flights.Segments.First(segment => segment.ColumnGroup == ColumnGroup.Main).ObjectRef,
                        flights.Segments.FirstOrDefault(segment => segment.ColumnGroup == ColumnGroup.Identifiers)?.ObjectRef)],
                    DataKey = _dataKey,
                    Columns = [.. flights.Columns.Select(column => new ZoneColumn(column.Name, new MaskRule.Keep(), column.IdentifierKind, ColumnGrade.General))],
                    Sample = kind == ZoneKind.Workbench ? new SampleBuckets(0, 200) : null,
                },
            ],
        };
        return await new ZoneBuilder(place.Jailer, place.Store(Suite.Nist)).BuildAsync(request, null, cancellation).ConfigureAwait(false) switch
        {
            ZoneResult.Built built => built,
            ZoneResult.Refused refused => throw new BenchBrokenException("Building a zone", refused.Reasons[0].Rule),
            _ => throw new BenchBrokenException("Building a zone", "?"),
        };
    }

    /// <summary>The plain content of an object in memory, for a rival that has no seal to open.</summary>
    public SealedMemory Plain(ObjectRef reference, DataKey key)
    {
        var memory = SealedMemory.Create("bench-plain");
        using (var target = memory.OpenWrite())
        {
            place.Store(key.Suite).OpenInto(reference, key, target);
        }

        memory.Seal();
        return memory;
    }

    /// <summary>Path under which this process reads a memory file.</summary>
    public static string PathOf(SealedMemory memory) => $"/proc/self/fd/{memory.Handle.DangerousGetHandle()}";

    public void Dispose()
    {
        _dataKey.Dispose();
        ZoneKey.Dispose();
    }
}
