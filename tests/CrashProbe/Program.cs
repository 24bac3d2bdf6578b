using System.Text;
using Microsoft.Data.Sqlite;
using Sandbox.CrashProbe;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Trust;

// Changes a domain from many threads until it is killed, and tells of each change when it is acknowledged: `ack ID INDEX`, or `refused` where the disk took nothing more.
const int Writers = 64;
var (folder, tag) = (args[0], args[1]);
using var domain = OpenDomain.Open(folder, new Unlocking(), TimeProvider.System, new DomainSettings());
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() => Write(writer), 512 << 10)).ToArray();
Array.ForEach(threads, thread => thread.Start());
Array.ForEach(threads, thread => thread.Join());
return 0;

void Write(int writer)
{
    var failures = 0;
    for (var i = 0; failures < 10; i++)
    {
        var id = $"{tag}-{writer}-{i}";
        string line;
        try
        {
            // Every fourth is a bare entry, as a query leaves; the others change state with it; some of these refuse and must leave nothing.
            var index = i % 4 == 3
                ? domain.Note(new LedgerEntry("mark.noted", "probe", new Facts { ["mark"] = id }))
                : domain.Commit(new LedgerEntry("mark.made", "probe", new Facts { ["mark"] = id }), registry =>
                {
                    registry.TryAdd(new Mark(id, registry.Entry));
                    if (i % 16 == 8)
                    {
                        throw new RefusedException(Refusals.BadName(id));
                    }
                });
            line = $"ack {id} {index}";
        }
        catch (RefusedException)
        {
            continue;
        }
        catch (Exception error) when (error is SqliteException or TrustException or IOException)
        {
            failures++;
            line = "refused";
            Thread.Sleep(5);
        }

        lock (output)
        {
            output.WriteLine(line);
        }
    }
}
