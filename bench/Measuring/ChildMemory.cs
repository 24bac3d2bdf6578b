using System.Globalization;

namespace Sandbox.Bench.Measuring;

/// <summary>
/// Peak resident memory of the largest process below this one, looked at every few milliseconds: what a jailed child needed, with the shared memory that it read;
/// and of that its own memory alone, without the memory files in which data lie because they may lie on no disk.
/// </summary>
internal sealed class ChildMemory : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _watch;
    private long _peak;
    private long _own;

    public ChildMemory() => _watch = Task.Run(WatchAsync);

    /// <summary>In MiB.</summary>
    public double Peak => Interlocked.Read(ref _peak) / 1024.0;

    /// <summary>Own memory in MiB.</summary>
    public double PeakOwn => Interlocked.Read(ref _own) / 1024.0;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Look(Environment.ProcessId, File.ReadAllText("/proc/self/cmdline"));
            await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Look(int parent, string ours)
    {
        foreach (var child in Children(parent))
        {
            try
            {
                // A process that has not started its own program yet still has our memory.
                if (File.ReadAllText($"/proc/{child}/cmdline") != ours)
                {
                    var status = File.ReadAllLines($"/proc/{child}/status");
                    Raise(ref _peak, status, "VmHWM:");
                    Raise(ref _own, status, "RssAnon:");
                }
            }
            catch (IOException)
            {
                // It ended.
            }

            Look(child, ours);
        }
    }

    private static void Raise(ref long peak, string[] status, string name)
    {
        if (status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kibibytes))
        {
            Interlocked.Exchange(ref peak, Math.Max(Interlocked.Read(ref peak), kibibytes));
        }
    }

    private static int[] Children(int parent)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{parent}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
