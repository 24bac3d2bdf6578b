using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Feeds;

/// <summary>The receiver's side, with no domain: takes in what continues its store, in order and once, and signs how far it has everything.</summary>
internal static class ReceiveFeed
{
    /// <summary>Batches that are held in memory together.</summary>
    private const int AtOnce = 8;

    /// <param name="name">The receiver's name, as the domain knows it.</param>
    public static Answer Run(string folder, string name, PublicKey domainKey, SigningKey receiverKey, string into)
    {
        var store = FeedStore.Open(into);
        var (taken, entries) = (0, 0);
        for (; ; )
        {
            var (batches, refusal) = Next(folder, name, domainKey, store.State);
            if (batches.Count > 0)
            {
                // A head that is shorter than one seen before is a ledger that was rolled back.
                if (batches[^1].Head.Size < Seen(store.State, domainKey))
                {
                    return Answer.No(FeedWords.OtherLedger());
                }

                store.Take(batches, domainKey.Suite);
                OutputFile.Write(Path.Combine(folder, name + FeedFolder.Acknowledgement), LedgerBatches.Acknowledge(batches[^1], receiverKey));
                (taken, entries) = (taken + batches.Count, entries + batches.Sum(batch => batch.Entries.Count));
            }

            if (refusal is not null)
            {
                return Answer.No(refusal);
            }

            if (batches.Count < AtOnce)
            {
                break;
            }
        }

        return Answer.Of(
            new JsonObject { ["batches"] = taken, ["entries"] = entries, ["end"] = store.State.End, ["file"] = store.EntriesFile },
            $"{entries} entries taken in; everything before entry {store.State.End} is in {store.EntriesFile}.");
    }

    /// <summary>Batches that continue the store, up to the first that is missing or not genuine.</summary>
    private static (List<LedgerBatch> Batches, Refusal? Refusal) Next(string folder, string name, PublicKey key, FeedState state)
    {
        var batches = new List<LedgerBatch>();
        var end = state.End;
        foreach (var path in Directory.EnumerateFiles(folder, name + "-*" + FeedFolder.Batch).Order(StringComparer.Ordinal))
        {
            LedgerBatch batch;
            try
            {
                batch = FeedFolder.IsPlain(path, LedgerBatches.MostBytes) ? LedgerBatches.Verify(InputFile.ReadAll(path, LedgerBatches.MostBytes), key) : throw new TrustException(TrustRules.BatchForm);
            }
            catch (TrustException)
            {
                return (batches, FeedWords.Damaged());
            }

            if (batch.Receiver != name || batch.End <= end)
            {
                // Another's, whose name begins alike, or taken in before.
                continue;
            }

            if (state.Origin.Length > 0 && (batch.Origin != state.Origin || batch.Part != state.Part || state.Receiver != name))
            {
                return (batches, FeedWords.OtherLedger());
            }

            if (batch.From != end)
            {
                return (batches, FeedWords.Gap());
            }

            batches.Add(batch);
            end = batch.End;
            if (batches.Count == AtOnce)
            {
                break;
            }
        }

        return (batches, null);
    }

    private static long Seen(FeedState state, PublicKey key) => state.Head.Length == 0 ? 0 : LedgerHead.Verify(state.Head, key).Size;
}
