using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Loads a provider's file: takes it into sealed memory, has a jailed child parse it and write Parquet into memory files, seals those with the data set's key.
/// Nothing is parsed in this process and no plaintext reaches a disk. Thread-safe.
/// </summary>
/// <param name="jailer">Starts the child.</param>
/// <param name="store">Where the sealed objects go.</param>
/// <param name="pool">Children that were started ahead, if there are any.</param>
public sealed class DataLoader(Jailer jailer, ObjectStore store, WorkerPool? pool = null)
{
    private const long ControlBytes = 64L << 20;
    private const long RuntimeBytes = 2L << 30;

    /// <summary>Looks at a file in the jail: what it is and what its columns would be. Nothing is sealed, so no store is needed.</summary>
    public static Task<LoadResult> LookAsync(Jailer jailer, LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new DataLoader(jailer, store: null!).LoadAsync(request with { LookOnly = true }, progress, cancellation);
    }

    /// <summary>Loads one file.</summary>
    /// <returns>What stands now, or why nothing does.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing stands.</exception>
    public async Task<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            progress?.Report(new LoadProgress(LoadStage.Taking, 0));
            using var source = SourceWindows.Open(request);
            using var work = new LoadPasses(jailer, store, pool, request, source, progress);
            return await work.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (WorkerRefusedException refusal)
        {
            return new LoadResult.Refused(LoadRules.Of(refusal.Rule, refusal.Column, refusal.Detail));
        }
        catch (FrameException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new LoadResult.Refused(LoadRules.Of(LoadRules.Reader));
        }
        catch (JailRefusedException refusal)
        {
            return new LoadResult.Refused(refusal.Told());
        }
        catch (TrustException failure)
        {
            return new LoadResult.Refused(failure.Told());
        }
    }

    /// <summary>Whether a column of a text file can be declared as that type.</summary>
    public static bool MayDeclare(StoredType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return StoredTypes.DeclaredSql(type) is not null;
    }

    internal static WorkerKind Kind(long memoryLimitBytes) => new(
        LoadRole.Name,
        JailPolicies.Load with { DataLimitBytes = checked(memoryLimitBytes + RuntimeBytes), MaxOutputBytes = ControlBytes },
        LoadFiles.SourceNumber, LoadFiles.QuarantineNumber - LoadFiles.SourceNumber + 1, WorkerCode.Wide);
}
