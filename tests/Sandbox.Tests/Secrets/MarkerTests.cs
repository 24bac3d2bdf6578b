using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Secrets;

/// <summary>Fifty values that stand nowhere else are loaded, zoned, asked about and backed up; no byte of any is on a disk of ours, at rest or on the way, and nothing listens for a connection.</summary>
public sealed class MarkerTests : IDisposable
{
    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _out = new();

    // Not to be found in the program or in test data; half of them in Chinese.
    private readonly string[] _markers = [.. Enumerable.Range(0, 50).Select(index => index % 2 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"qz{index}xmarker{index * 7919}wv")
        : string.Create(CultureInfo.InvariantCulture, $"记号{(char)(0x5F00 + index)}{(char)(0x6C00 + (index * 31))}{(char)(0x7A00 + index)}"))];

    public void Dispose()
    {
        _city.Dispose();
        _out.Dispose();
    }

    [Fact]
    [Requirement("YB-10-3")]
    public async Task Fifty_markers_are_found_nowhere_and_nothing_listens()
    {
        var rows = new StringBuilder("person,district,score,remark\n");
        for (var row = 0; row < 2000; row++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"p{row},{(row % 2 == 0 ? "east" : "west")},{row % 17},{_markers[row % _markers.Length]}\n");
        }

        // The provider's own file is the provider's; temporary files of the program go where we look.
        var (source, temporary) = (_out.File("source"), _out.File("tmp"));
        Directory.CreateDirectory(source);
        Directory.CreateDirectory(temporary);
        var file = Path.Combine(source, "register.csv");
        File.WriteAllText(file, rows.ToString());
        var found = new List<string>();
        var looks = 0;
        async Task Run(string who, params string[] words)
        {
            var start = SandboxProgram.Words([.. words, "--json", "--dir", _city.Folder, "--as", who]);
            start.Environment["TMPDIR"] = temporary;
            var running = SandboxProgram.RunAsync(start);
            while (!running.IsCompleted)
            {
                looks++;
                found.AddRange(Search(temporary).Concat(Search(_city.Folder)));
                found.AddRange(Listening());
                await Task.WhenAny(running, Task.Delay(20));
            }

            (await running).Ends(Ran.Done);
        }

        await Run("chen", "data", "add", "register", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--subject", "person");
        await Run("chen", "data", "confirm", "register", "--grade", "district=General", "--grade", "score=General", "--grade", "remark=Sensitive");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);
        var request = _out.File("scenario.json");
        File.WriteAllText(request, $$$"""
            {"name":"scores","purpose":"Scores by district","from":"{{{today:yyyy-MM-dd}}}","until":"{{{today.AddDays(20):yyyy-MM-dd}}}","people":["li","wu"],"tables":[{"data_set":"register","sample_per_mille":200,"quasi_identifiers":["district"],
            "columns":[{"name":"district","workbench":{"rule":"keep"},"production":null},{"name":"score","workbench":{"rule":"keep"},"production":null}]}]}
            """);
        await Run("li", "scenario", "request", request);
        await Run("zhao", "scenario", "confirm", "scores");
        await Run("chen", "scenario", "consent", "scores");
        await Run("li", "zone", "open", "scores");
        await Run("li", "zone", "open", "scores", "--kind", "production");
        await Run("wu", "query", "--zone", "scores-wb", "SELECT district, count(*) AS people FROM register GROUP BY district");
        await Run("zhao", "backup", "create", "--out", _out.File("backup.sbx"), "--backup-key", _out.File("backup.key"), "--epoch-copy", _out.File("epoch.key"));
        await Run("zhao", "backup", "drill", _out.File("backup.sbx"), "--backup-key", _out.File("backup.key"), "--epoch-copy", _out.File("epoch.key"));
        Assert.True(looks > 50, $"only {looks} looks at running programs");

        Assert.Empty(found);
        Assert.Empty(Search(_city.Folder));
        Assert.Empty(Search(temporary));
        Assert.Empty(Search(_out.File("backup.sbx")));
        Assert.Empty(Search(_out.File("epoch.key")));

        // The search itself works: it finds every marker in the provider's file and in UTF-16.
        Assert.Equal(_markers.Length, Search(file).Length);
        File.WriteAllText(_out.File("utf16"), string.Join('\n', _markers), Encoding.Unicode);
        Assert.Equal(_markers.Length, Search(_out.File("utf16")).Length);
    }

    /// <summary>Markers in a file or in every file below a folder, as UTF-8 and UTF-16.</summary>
    private string[] Search(string path)
    {
        var found = new List<string>();
        foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint }) : [path])
        {
            byte[] bytes;
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                bytes = new byte[stream.Length];
                stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && Directory.Exists(path))
            {
                // It came and went.
                continue;
            }

            foreach (var marker in _markers)
            {
                if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(marker)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(marker)) >= 0 || bytes.AsSpan().IndexOf(Encoding.BigEndianUnicode.GetBytes(marker)) >= 0)
                {
                    found.Add($"{Path.GetFileName(file)}: {marker}");
                }
            }
        }

        return [.. found];
    }

    /// <summary>Sockets of our children that wait for connections. The kernel's tables name them by inode, the processes' descriptors too.</summary>
    private static List<string> Listening()
    {
        var listening = new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines("/proc/net/" + table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length > 9 && parts[3] == "0A").Select(parts => $"socket:[{parts[9]}]").ToHashSet(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var child in Descendants(Environment.ProcessId))
        {
            try
            {
                found.AddRange(Directory.EnumerateFileSystemEntries($"/proc/{child}/fd").Select(fd => new FileInfo(fd).LinkTarget).OfType<string>().Where(listening.Contains).Select(socket => $"process {child} listens on {socket}"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return found;
    }

    private static IEnumerable<int> Descendants(int process)
    {
        var children = new List<int>();
        try
        {
            foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                children.AddRange(File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }

        return children.Concat(children.SelectMany(Descendants));
    }
}
