using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Rounds;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>
/// Whoever takes a copy of the platform's whole memory while it adds up, and its whole disk, has nothing that opens a contribution. The platform runs in this process; what
/// the counties hold and the bureau's key are made by other processes and read here only after the copies were taken.
/// </summary>
public sealed class PlatformMemoryTests(RoundCity city) : IClassFixture<RoundCity>
{
    private const int Rows = 40;

    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    [Requirement("CC-11-3")]
    public async Task Memory_and_disk_of_the_platform_during_a_sum_hold_no_key_and_no_figure()
    {
        const string Measures = """{"name":"income","unit":"CNY","decimals":2,"minimum":"0","maximum":"10000000000","squares":false}""";
        city.KeyGen("memory").Ends(Ran.Done);
        city.OpenRound("memory", Three, Measures, rows: 1000, year: 2013).Ends(Ran.Done);
        foreach (var county in Three)
        {
            await WriteUnseenAsync(city.Home($"unseen-{county}.csv"));
            city.Contribute("memory", county, city.Home($"unseen-{county}.csv")).Ends(Ran.Done);
        }

        city.Take("memory", [.. Three.Select(county => city.Part("memory", county))]).Ends(Ran.Done);

        // Copies while the last contribution is being added, and when the flooded total was stored.
        string[] copies = [city.Home("during.memory"), city.Home("after.memory")];
        using (var domain = OpenDomain.Open(city.City, new Unlocking(), TimeProvider.System, new DomainSettings()))
        using (var actor = Actor.Authenticate(domain, "li", null))
        {
            var answer = await SumRound.RunAsync(domain, actor, "memory", (done, all) =>
            {
                if (done == all)
                {
                    CopyMemory(copies[0]);
                }
            }, RoundEngines.Managed, CancellationToken.None);
            Assert.IsType<Host.Answers.Answer.Done>(answer);
            CopyMemory(copies[1]);
        }

        // What must not be there: the key and its guard; rows as text, as numbers, and what they add up to.
        var needles = new Dictionary<string, byte[]>();
        using (var secret = new HolderGuard(city.Home("guard.key"), null, [], 0).Open(city.Home("memory.hekey")))
        {
            for (var i = 1; i < 32; i++)
            {
                needles[$"the secret key at {i}"] = secret.Bytes.Slice(i * (secret.Length / 32), 24).ToArray();
            }
        }

        var guard = await File.ReadAllBytesAsync(city.Home("guard.key"));
        needles["the guard of the key"] = guard[^24..];
        foreach (var county in Three)
        {
            var rows = (await File.ReadAllLinesAsync(city.Home($"unseen-{county}.csv"))).Skip(1).ToArray();
            Assert.Equal(Rows, rows.Length);
            var numbers = rows.Select(row => long.Parse(row.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)).ToArray();
            needles[$"the sum of {county}"] = Number(numbers.Sum());
            foreach (var (row, number) in rows.Zip(numbers).Take(5))
            {
                needles[$"{county}, text {row}"] = Encoding.ASCII.GetBytes(row);
                needles[$"{county}, wide text {row}"] = Encoding.Unicode.GetBytes(row);
                needles[$"{county}, number {row}"] = Number(number);
                needles[$"{county}, floating {row}"] = BitConverter.GetBytes(number / 100.0);
            }
        }

        // That the search finds what is there: a contribution as it was added.
        var contribution = await File.ReadAllBytesAsync(city.Part("memory", Three[^1]));
        Assert.True(Found(copies[0], new() { ["a contribution"] = contribution.AsSpan(contribution.Length / 2, 64).ToArray() }).Count == 1, "the copy of the memory is none of the adding platform");
        foreach (var copy in copies)
        {
            Assert.Empty(Found(copy, needles));
        }

        foreach (var file in Directory.EnumerateFiles(city.City, "*", SearchOption.AllDirectories))
        {
            Assert.Empty(Found(file, needles));
        }

        // And with the domain's own keys, which whoever has that memory has too: every object of the round.
        using var opened = OpenDomain.Open(city.City, new Unlocking(), TimeProvider.System, new DomainSettings());
        var round = opened.Registry.Find<Round>("memory")!;
        foreach (var reference in new[] { round.HolderKey, round.Total, round.Receiver }.Concat(round.Contributions.Select(part => part.Sealed)).OfType<ObjectRef>())
        {
            var path = city.Write("unsealed", opened.Unseal(KeyScope.Round, "memory", reference));
            Assert.Empty(Found(path, needles));
        }

        copies.ToList().ForEach(File.Delete);
    }

    /// <summary>Random incomes of nine digits before the point, which no variable of this process ever held.</summary>
    private static async Task WriteUnseenAsync(string path)
    {
        var start = new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"(echo income; od -An -N{Rows * 8} -tu4 -w8 /dev/urandom | awk '{{ printf \"%d.%02d\\n\", 100000000 + $1 % 900000000, 1 + $2 % 99 }}') > '{path}'"]);
        using var process = SandboxProgram.Start(start);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }

    /// <summary>Every private writable region of this process, as the kernel gives it.</summary>
    private static void CopyMemory(string path)
    {
        using var memory = new FileStream("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        using var copy = File.Create(path);
        var block = GC.AllocateArray<byte>(1 << 20, pinned: true);
        foreach (var line in File.ReadAllLines("/proc/self/maps").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts[1].StartsWith("rw", StringComparison.Ordinal)))
        {
            var ends = line[0].Split('-').Select(text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            for (var at = ends[0]; at < ends[1];)
            {
                int read;
                try
                {
                    read = RandomAccess.Read(memory.SafeFileHandle, block.AsSpan(0, (int)Math.Min(block.Length, ends[1] - at)), at);
                }
                catch (IOException)
                {
                    // A page that went away, or one of the kernel's.
                    read = 0;
                }

                if (block.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    copy.Write(block.AsSpan(0, read));
                }

                at += read > 0 ? read : block.Length;
            }
        }

        Array.Clear(block);
        Assert.True(copy.Length > 50 << 20, "the copy of the memory is too short to be one");
    }

    private static List<string> Found(string path, Dictionary<string, byte[]> needles)
    {
        const int Overlap = 128;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var block = new byte[(4 << 20) + Overlap];
        var found = new HashSet<string>();
        for (var kept = 0; ;)
        {
            var read = file.ReadAtLeast(block.AsSpan(kept), block.Length - kept, throwOnEndOfStream: false);
            var window = block.AsSpan(0, kept + read);
            foreach (var (name, needle) in needles)
            {
                if (window.IndexOf(needle) >= 0)
                {
                    found.Add(name);
                }
            }

            if (kept + read < block.Length)
            {
                return [.. found];
            }

            block.AsSpan(block.Length - Overlap).CopyTo(block);
            kept = Overlap;
        }
    }
}
