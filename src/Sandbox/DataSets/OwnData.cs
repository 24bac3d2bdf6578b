using System.Globalization;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>What the acts of a provider on its own data set share.</summary>
internal static class OwnData
{
    /// <param name="batch">A batch that must stand, "all", or null.</param>
    internal static Refusal? Refused(OpenDomain domain, Actor actor, string id, string? batch) =>
        domain.Registry.Find<DataSet>(id) is not { } set ? Refusals.Missing("data set", "数据集", Names.Valid(id) ? id : "?")
        : !set.IsOf(actor) ? Refusals.NotThisRole("change this data set or read its quarantine", "更改该数据集或查看其隔离记录", "the data set's provider", "该数据集的提供部门")
        : batch is not (null or GrowData.All) && set.Standing.All(one => one.Id != batch) ? Refusals.Missing("standing batch", "有效批次", Names.Valid(batch) ? batch : "?")
        : null;

    internal static string NextBatch(DataSet set) => string.Create(CultureInfo.InvariantCulture, $"b{set.Batches.Count + 1}");

    /// <summary>The data set without some of its batches: what is kept of them is that they were there.</summary>
    /// <param name="gone">Gets the objects that are to be removed after the transaction.</param>
    internal static DataSet Without(DataSet set, Func<Batch, bool> which, DateTimeOffset at, List<ObjectRef> gone)
    {
        var batches = set.Batches.Select(batch =>
        {
            if (batch.WithdrawnAt is not null || !which(batch))
            {
                return batch;
            }

            gone.AddRange(batch.Objects);
            return batch with { WithdrawnAt = at, Segments = [], Quarantines = [] };
        }).ToArray();
        return set with { Batches = batches, RemovedAt = at };
    }

    /// <summary>Removes sealed objects that no document names any more. One that can't be removed now is swept when the domain is opened next.</summary>
    internal static void Remove(OpenDomain domain, IReadOnlyList<ObjectRef> gone)
    {
        foreach (var reference in gone)
        {
            try
            {
                domain.Store.Delete(reference);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TrustException)
            {
                domain.Log.Warning("A withdrawn object could not be removed yet");
            }
        }
    }
}
