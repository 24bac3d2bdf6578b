using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Trust;

namespace Sandbox.Host.Feeds;

/// <summary>What a receiver has: the entries, one a line, and how far they are whole. A torn end of the file, left by a kill, is cut off at the next opening.</summary>
internal sealed class FeedStore
{
    private const string StateFile = "feed.json";
    private const int StateLimit = 1 << 16;
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly string _folder;

    private FeedStore(string folder, FeedState state)
    {
        _folder = folder;
        State = state;
    }

    public FeedState State { get; private set; }

    public string EntriesFile => Path.Combine(_folder, "entries.ndjson");

    public static FeedStore Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, StateFile);
        var state = new FeedState("", "", "", 0, 0, "");
        if (File.Exists(path))
        {
            try
            {
                state = JsonSerializer.Deserialize<FeedState>(InputFile.ReadAll(path, StateLimit), Format) ?? throw new JsonException();
            }
            catch (JsonException)
            {
                throw new RefusedException(FeedWords.StoreForm());
            }
        }

        var store = new FeedStore(folder, state);
        using var entries = new FileStream(store.EntriesFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (entries.Length < state.Bytes || state.Bytes < 0)
        {
            throw new RefusedException(FeedWords.StoreForm());
        }

        entries.SetLength(state.Bytes);
        return store;
    }

    /// <summary>Appends the batches durably, then moves the position; between the two nothing counts.</summary>
    /// <param name="batches">Each begins where the one before, or the store, ends.</param>
    /// <exception cref="RefusedException">SB-FEED-6: the entries with those that are stored do not give the root that the domain signed; nothing was taken in.</exception>
    public void Take(IReadOnlyList<LedgerBatch> batches, Suite suite)
    {
        using var file = new FileStream(EntriesFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        file.Seek(State.Bytes, SeekOrigin.Begin);
        foreach (var entry in batches.SelectMany(batch => batch.Entries))
        {
            file.Write(entry.Bytes.Span);
            file.WriteByte((byte)'\n');
        }

        file.Flush(true);
        var last = batches[^1];
        if (last.Part.Length == 0 && !Root(file, suite).AsSpan().SequenceEqual(last.Root))
        {
            file.SetLength(State.Bytes);
            throw new RefusedException(FeedWords.OtherLedger());
        }

        State = new FeedState(last.Origin, last.Receiver, last.Part, last.End, file.Length, last.Head.Note);
        OutputFile.Write(Path.Combine(_folder, StateFile), JsonSerializer.SerializeToUtf8Bytes(State, Format));
    }

    private static byte[] Root(FileStream file, Suite suite)
    {
        file.Seek(0, SeekOrigin.Begin);
        using var reader = new StreamReader(file, new UTF8Encoding(false, true), false, 1 << 16, leaveOpen: true);
        IEnumerable<byte[]> Leaves()
        {
            while (reader.ReadLine() is { } line)
            {
                yield return Encoding.UTF8.GetBytes(line);
            }
        }

        return LedgerVerifier.Root(suite, Leaves());
    }
}

/// <param name="End">Entries before this one were handed out to this receiver and are stored as far as they are its part.</param>
/// <param name="Bytes">Length of the file of entries up to there.</param>
/// <param name="Head">The newest signed head that came along.</param>
internal sealed record FeedState(string Origin, string Receiver, string Part, long End, long Bytes, string Head);
