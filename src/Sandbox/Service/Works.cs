using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Sandbox.Host.Answers;

namespace Sandbox.Host.Service;

/// <summary>Work that goes on after its request was answered (RFC 7240, <c>Prefer: respond-async</c>): who asked looks after it, follows its progress and fetches its end.</summary>
internal sealed class Works(TimeProvider time) : IDisposable
{
    public const int MostOfOwner = 8;

    /// <summary>How long an end waits to be fetched.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    private readonly Lock _beginning = new();
    private readonly ConcurrentDictionary<string, Work> _all = new(StringComparer.Ordinal);

    /// <summary>Begins some work; null when its owner has too much under way.</summary>
    /// <param name="owner">Whose it is: a person in one capacity, or one token.</param>
    public Work? Begin(string owner, Func<Action<double, string>, CancellationToken, Task<Answer>> work)
    {
        Sweep();
        lock (_beginning)
        {
            var own = _all.Values.Where(item => item.Owner == owner).ToArray();
            if (own.Count(item => item.Ended is null) >= MostOfOwner)
            {
                return null;
            }

            // Ends that nobody fetched make room for new ones.
            foreach (var old in own.Where(item => item.Ended is not null).OrderByDescending(item => item.Ended).Skip(MostOfOwner))
            {
                Remove(old.Id);
            }

            var begun = new Work(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)), owner);
            _all[begun.Id] = begun;
            begun.Start(work, time);
            return begun;
        }
    }

    /// <summary>An owner's own work; another's is not there, nor one that ended long ago.</summary>
    public Work? Find(string id, string? owner) => _all.TryGetValue(id, out var work) && work.Owner == owner && !Over(work, time.GetUtcNow()) ? work : null;

    /// <summary>Stops everything and waits until it has cleaned up behind itself.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        foreach (var work in _all.Values)
        {
            work.Cancel();
        }

        await Task.WhenAny(Task.WhenAll(_all.Values.Select(work => work.Running)), Task.Delay(patience)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var work in _all.Values)
        {
            work.Dispose();
        }
    }

    /// <summary>Lets go of ends that nobody came for.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (id, _) in _all.Where(item => Over(item.Value, now)))
        {
            Remove(id);
        }
    }

    private static bool Over(Work work, DateTimeOffset now) => work.Ended is { } ended && now - ended > Kept;

    private void Remove(string id)
    {
        if (_all.TryRemove(id, out var work))
        {
            work.Dispose();
        }
    }

    internal sealed class Work(string id, string owner) : IDisposable
    {
        private readonly CancellationTokenSource _cancel = new();
        private readonly ConcurrentDictionary<Channel<(double Done, string Stage)>, bool> _watchers = new();

        public string Id { get; } = id;

        public string Owner { get; } = owner;

        public Task Running { get; private set; } = Task.CompletedTask;

        public Answer? Answer { get; private set; }

        public DateTimeOffset? Ended { get; private set; }

        public (double Done, string Stage) Last { get; private set; } = (0, "");

        public void Start(Func<Action<double, string>, CancellationToken, Task<Answer>> work, TimeProvider time) => Running = Task.Run(async () =>
        {
            try
            {
                Answer = await work(Report, _cancel.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Answer = new Answer.Failed("Interrupted. Nothing half done was kept; the same request can be sent again.");
            }
            finally
            {
                Answer ??= new Answer.Failed("The work ended without an answer.");
                Ended = time.GetUtcNow();
                foreach (var (watcher, _) in _watchers)
                {
                    watcher.Writer.TryComplete();
                }
            }
        });

        public void Cancel() => _cancel.Cancel();

        /// <summary>Progress from now on; ends with the work. A slow reader misses steps, never the end.</summary>
        public async IAsyncEnumerable<(double Done, string Stage)> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            var channel = Channel.CreateBounded<(double, string)>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
            _watchers[channel] = true;
            if (Ended is not null)
            {
                channel.Writer.TryComplete();
            }

            try
            {
                yield return Last;
                await foreach (var step in channel.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                {
                    yield return step;
                }
            }
            finally
            {
                _watchers.TryRemove(channel, out _);
            }
        }

        public void Dispose() => _cancel.Dispose();

        private void Report(double done, string stage)
        {
            Last = (Math.Clamp(done, 0, 1), stage);
            foreach (var (watcher, _) in _watchers)
            {
                watcher.Writer.TryWrite(Last);
            }
        }
    }
}
