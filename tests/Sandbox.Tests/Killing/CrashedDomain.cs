using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>A domain that 64 threads of another process change until that process is killed, its disk fills up or the power goes.</summary>
internal sealed class CrashedDomain
{
    private static readonly string Probe = Path.Combine(Checkout.Root, "artifacts", "bin", "CrashProbe", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Sandbox.CrashProbe.dll");

    private readonly string _folder;
    private readonly Dictionary<string, long> _acknowledged = new(StringComparer.Ordinal);

    public CrashedDomain(string folder)
    {
        _folder = folder;
        Assert.IsType<Host.Answers.Answer.Done>(InitDomain.Run(folder, new NewDomain("town", "futian", ["changchun:training"], "nist", 1, "zhao", "data-bureau", new ProfileAcknowledgement(false, false)), new Unlocking(), TimeProvider.System));
    }

    public int Acknowledged => _acknowledged.Count;

    private string Database => Path.Combine(_folder, "registry.db");

    /// <summary>Lets the load run and kills it at a random moment after its first answers; with a disk, fills that at a random moment before.</summary>
    public async Task<string> CrashAsync(string tag, Random draw, bool tear, SmallDisk? disk)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Probe);
        start.ArgumentList.Add(_folder);
        start.ArgumentList.Add(tag);
        start.Environment["TieredCompilation"] = "1";
#pragma warning disable RS0030 // The load is a process that can be killed.
        using var process = Process.Start(start)!;
#pragma warning restore RS0030
        var errors = process.StandardError.ReadToEndAsync();
        var first = new TaskCompletionSource();
        var reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                // A line may be cut by the kill.
                if (line.Split(' ') is ["ack", var id, var index] && long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                {
                    _acknowledged[id] = at;
                    first.TrySetResult();
                }
            }

            first.TrySetResult();
        });
        await first.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Task.Delay(draw.Next(disk is null ? 120 : 250));
        if (disk is not null)
        {
            disk.Fill();
            await Task.Delay(draw.Next(100));
        }

        process.Kill();
        await process.WaitForExitAsync();
        await reading;
        Assert.DoesNotContain("Unhandled exception", await errors, StringComparison.Ordinal);
        if (disk is not null)
        {
            File.Delete(Path.Combine(disk.Path, "filler"));
        }

        return tear ? TornLog.Tear(Database, _acknowledged.Values.DefaultIfEmpty(-1).Max() + 1, draw) : "";
    }

    /// <summary>Opens the domain as anybody would, without any help, and holds state, ledger and acknowledgements against each other.</summary>
    public void Check()
    {
        using (var domain = OpenDomain.Open(_folder, new Unlocking(), TimeProvider.System, new DomainSettings()))
        {
            Assert.IsType<LedgerReport.Intact>(domain.Ledger.VerifyAll());
            domain.Note(new LedgerEntry("mark.checked", "test", new Facts()));
        }

        var told = new Dictionary<string, (long Index, string Kind)>(StringComparer.Ordinal);
        using (var reader = LedgerReader.Open(_folder, null))
        {
            for (long at = 0; ;)
            {
                var page = reader.Ledger.Entries(at, 10_000);
                foreach (var entry in page.Where(entry => entry.Kind is "mark.made" or "mark.noted"))
                {
                    told.Add(entry.Facts["mark"].Text!, (entry.Index, entry.Kind));
                }

                if (page.Count == 0)
                {
                    break;
                }

                at = page[^1].Index + 1;
            }
        }

        Assert.All(_acknowledged, pair => Assert.True(told.TryGetValue(pair.Key, out var entry) && entry.Index == pair.Value, $"{pair.Key} was acknowledged at {pair.Value}"));
        var marks = Books.Documents(_folder).Where(item => item.Kind == "mark").ToDictionary(item => item.Id, item => item.Body["entry"]!.GetValue<long>());
        Assert.Equal(told.Where(pair => pair.Value.Kind == "mark.made").Select(pair => (pair.Key, pair.Value.Index)).Order(), marks.Select(pair => (pair.Key, pair.Value)).Order());
    }
}
