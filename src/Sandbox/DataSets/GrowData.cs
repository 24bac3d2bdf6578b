using System.Globalization;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Quality;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.DataSets;

/// <summary>A further delivery.</summary>
/// <param name="DataSet">Name of the data set.</param>
/// <param name="Replaces">The batch whose place it takes, "all" for every batch, or null to stand beside them.</param>
/// <param name="File">The file.</param>
/// <param name="AcquiredOn">When it was acquired.</param>
public sealed record MoreData(string DataSet, string? Replaces, Delivery File, DateOnly AcquiredOn)
{
    /// <summary>One subject's corrected records, which come as a file however the data are supplied.</summary>
    internal bool IsCorrection { get; init; }

    /// <summary>Also done in the transaction that registers the batch.</summary>
    internal Action<RegistryWriter, Batch>? Along { get; init; }
}

/// <summary>
/// The provider appends a delivery to a data set, or replaces one. The same columns, types and identifiers are demanded; the change is one transaction and starts an epoch.
/// A replaced batch's rows are gone from then on: zones built before are not opened any more.
/// </summary>
public static class GrowData
{
    internal const string All = "all";

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, MoreData wanted, IProgress<LoadProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        var act = wanted.Replaces is null ? "data.append" : "data.replace";
        var facts = new Facts { ["data_set"] = Names.Valid(wanted.DataSet) ? wanted.DataSet : "?" };
        if (OwnData.Refused(domain, actor, wanted.DataSet, wanted.Replaces) is { } refusal)
        {
            return domain.Refuse(act, actor.Name, [refusal], facts);
        }

        if (!wanted.IsCorrection && DecideSupply.Against(domain.Registry.Find<Supply>(wanted.DataSet), wanted.File.Mode) is { } other)
        {
            return domain.Refuse(act, actor.Name, [other], facts);
        }

        if (wanted.AcquiredOn > domain.Today)
        {
            return domain.Refuse(act, actor.Name, [AddData.NoSource()], facts);
        }

        var set = domain.Registry.Find<DataSet>(wanted.DataSet)!;
        using var key = domain.Key(KeyScope.DataSet, set.Id, actor.Name);
        var identifiers = set.Columns.Where(column => column.Group == ColumnGroup.Identifiers).Select(column => column.Name).ToArray();
        var result = await LoadDelivery.RunAsync(domain, wanted.File, key, identifiers, set, progress, cancel).ConfigureAwait(false);
        if (result is LoadResult.Refused refused)
        {
            return domain.Refuse(act, actor.Name, [refused.Refusal], facts);
        }

        DataSet? after = null;
        var gone = new List<ObjectRef>();
        using (var loaded = (LoadResult.Loaded)result)
        {
            facts["rows"] = Coarse.Count(loaded.Rows);
            facts["rejected"] = Coarse.Count(loaded.Rejected);
            facts["acquired"] = wanted.AcquiredOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            facts["epoch"] = set.Epoch + 1;
            domain.Commit(new(wanted.Replaces is null ? "data.appended" : "data.replaced", actor.Name, facts), writer =>
            {
                var now = writer.Find<DataSet>(set.Id)!;
                if (now.Epoch != set.Epoch)
                {
                    throw new RefusedException(LoadDelivery.Moved());
                }

                // The provider may have decided otherwise meanwhile.
                if (!wanted.IsCorrection && DecideSupply.Against(writer.Find<Supply>(set.Id), wanted.File.Mode) is { } otherwise)
                {
                    throw new RefusedException(otherwise);
                }

                var at = domain.Time.GetUtcNow();
                var batch = new Batch(OwnData.NextBatch(now), loaded.Rows, loaded.Rejected, at, loaded.Segments, loaded.Quarantines) { Commitment = loaded.Commitment, AcquiredOn = wanted.AcquiredOn };
                gone.Clear();
                after = (wanted.Replaces is null ? now : OwnData.Without(now, one => wanted.Replaces == All || one.Id == wanted.Replaces, at, gone)) with
                {
                    AcquiredOn = wanted.AcquiredOn > now.AcquiredOn ? wanted.AcquiredOn : now.AcquiredOn,
                    Epoch = now.Epoch + 1,
                };
                after = after with { Batches = [.. after.Batches, batch] };
                if (after.Standing.Sum(one => one.Segments.Count) > Segments.MostInUse)
                {
                    throw new RefusedException(TooMany());
                }

                writer.Update(after);
                wanted.Along?.Invoke(writer, batch);
            });
        }

        OwnData.Remove(domain, gone);

        // Beside the change, not in it: the rows stand whether or not they are good, and nobody waits for the measuring to load more.
        var unmeasured = await MeasureQuality.AfterLoadAsync(domain, actor.Name, after!, after!.Batches[^1].Id, cancel).ConfigureAwait(false);
        return AddData.Shown(after, domain.Registry.Find<DataQuality>(set.Id), unmeasured);
    }

    private static Refusal TooMany() => new(
        "DATA-SEGMENTS",
        "The data set would consist of more pieces than can be worked over at once; nothing was kept.",
        "Put one delivery in the place of several (data replace --batch all), or load large files with more memory (--memory), which makes fewer pieces.",
        "该数据集的分段数将超过一次可处理的上限；未保留任何内容。",
        "请以一次交付替换多个批次（data replace --batch all），或以更大内存加载大文件（--memory）以减少分段。");
}
