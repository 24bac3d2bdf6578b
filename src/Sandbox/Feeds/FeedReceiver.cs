using Sandbox.Host.Registry;

namespace Sandbox.Host.Feeds;

/// <summary>Somebody outside who gets the log as it grows: the city's sharing platform, or a supplier that gets its own part (YB 21).</summary>
/// <param name="Id">Its name.</param>
/// <param name="Folder">Absolute path without links, where batches are put down and acknowledgements are found. There is no network in this version.</param>
/// <param name="Part">Organisation of the supplier whose part it gets; empty for the whole ledger.</param>
/// <param name="Key">Public key that its acknowledgements are verified with.</param>
/// <param name="Acknowledged">Entries before this one were acknowledged.</param>
/// <param name="Pending">Batches that were handed out and not acknowledged; each begins where the one before ends.</param>
public sealed record FeedReceiver(string Id, string Folder, string Part, string Key, string OpenedBy, long Acknowledged, IReadOnlyList<FeedBatch> Pending, bool Closed) : IAggregate
{
    public static string Kind => "feed_receiver";

    /// <summary>Where the next batch begins.</summary>
    internal long Next => Pending.Count > 0 ? Pending[^1].End : Acknowledged;

    internal string BatchFile(FeedBatch batch) => System.IO.Path.Combine(Folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Id}-{batch.From:D12}-{batch.End:D12}{FeedFolder.Batch}"));

    internal string AcknowledgementFile => System.IO.Path.Combine(Folder, Id + FeedFolder.Acknowledgement);
}

/// <param name="Contents">Digests of what was handed out for this run of entries: more than one only where it had to be written again and a supplier's part had changed meanwhile.</param>
public sealed record FeedBatch(long From, long End, IReadOnlyList<string> Contents);
