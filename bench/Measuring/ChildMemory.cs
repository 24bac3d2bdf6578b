using System.Globalization;

namespace Sandbox.Bench.Measuring;

/// <summary>Peak resident memory of the largest process below this one, looked at every few milliseconds: what a jailed child needed, with the shared memory that it read.</summary>
internal sealed class ChildMemory : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _watch;
    private long _peak;

    public ChildMemory() => _watch = Task.Run(WatchAsync);

    /// <summary>In MiB.</summary>
    public double Peak => Interlocked.Read(ref _peak) / 1024.0;

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
                if (File.ReadAllText($"/proc/{child}/cmdline") != ours
                    && File.ReadLines($"/proc/{child}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                    && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kibibytes))
                {
                    Interlocked.Exchange(ref _peak, Math.Max(Interlocked.Read(ref _peak), kibibytes));
                }
            }
            catch (IOException)
            {
                // It ended.
            }

            Look(child, ours);
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
