using System.Text;

namespace Sandbox.Jail.Tests;

/// <summary>Memory files and the descriptors that a child gets.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void A_sealed_memory_can_be_read_many_times_and_written_never()
    {
        using var memory = Filled("secret");
        memory.Seal();
        memory.Seal();
        Assert.True(memory.IsSealed);
        Assert.Throws<IOException>(() => memory.OpenWrite());
        Assert.Throws<UnauthorizedAccessException>(() => RandomAccess.Write(memory.Handle, "x"u8, 0));
        Assert.Throws<UnauthorizedAccessException>(() => RandomAccess.SetLength(memory.Handle, 1));
        for (var i = 0; i < 2; i++)
        {
            using var reader = new StreamReader(memory.OpenRead());
            Assert.Equal("secret", reader.ReadToEnd());
        }

        Assert.Equal(6, memory.Length);
    }

    [Fact]
    public void Sealing_is_refused_while_somebody_can_still_write_through_a_mapping()
    {
        using var memory = Filled("secret");
        using (var mapping = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(memory.Handle, null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true))
        using (mapping.CreateViewAccessor())
        {
            Assert.Throws<IOException>(memory.Seal);
        }

        memory.Seal();
    }

    [Theory]
    [InlineData("append")]
    [InlineData("shared-write")]
    public async Task A_child_reads_a_sealed_memory_and_cannot_change_it(string attack)
    {
        using var memory = Filled("secret");
        memory.Seal();
        Assert.Equal("read 6", (await WithMemoryAsync(memory, 7, "read", "/proc/self/fd/7")).Output);
        var ended = await WithMemoryAsync(memory, 7, attack, "/proc/self/fd/7", "1");
        Assert.True(ended.Output.StartsWith("failed ", StringComparison.Ordinal), ended.ToString());
        using var reader = new StreamReader(memory.OpenRead());
        Assert.Equal("secret", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_child_fills_an_open_memory_up_to_its_file_size()
    {
        using var memory = SealedMemory.Create("result");
        Assert.Equal("wrote", (await WithMemoryAsync(memory, 5, "append", "/proc/self/fd/5", "3")).Output);
        memory.Seal();
        Assert.Equal(3 << 20, memory.Length);
        using var small = SealedMemory.Create("result");
        var ended = await WithMemoryAsync(small, 5, Children.Dotnet with { FileSizeLimit = 2 << 20 }, "append", "/proc/self/fd/5", "3");
        Assert.NotEqual("wrote", ended.Output);
        Assert.InRange(small.Length, 0, 2 << 20);
    }

    [Fact]
    public async Task A_child_sees_its_streams_the_named_descriptors_and_nothing_else()
    {
        // A descriptor that survives exec, as a careless library would leave it: the child must not get it.
        using var stray = SealedMemory.Create("stray");
        Assert.Equal(0, Native.LibC.fcntl(stray.Handle, 2, 0));
        using var one = Filled("1");
        using var two = Filled("2");
        var ended = await Children.RunAsync(new JailCommand
        {
            Policy = Children.Dotnet,
            Program = Children.Probe,
            Arguments = ["files"],
            Inherit = [InheritedFile.Of(one, 9), InheritedFile.Of(two, 3)],
        });
        Assert.DoesNotContain("stray", ended.Output, StringComparison.Ordinal);
        var files = ended.Output.Split('|').Select(file => file.Split('=')).Where(file => !file[1].StartsWith("pipe:", StringComparison.Ordinal)).ToArray();
        var memories = files.Where(file => file[1].Contains("memfd:", StringComparison.Ordinal)).Select(file => file[0] + file[1]).ToArray();
        Assert.True(memories.Length == 2 && memories.Any(m => m.StartsWith("9/memfd:test", StringComparison.Ordinal)), ended.ToString());
        Assert.All(files, file => Assert.True(file[1].Contains("memfd:test", StringComparison.Ordinal) || file[1].StartsWith("/proc/", StringComparison.Ordinal), ended.ToString()));
    }

    [Theory]
    [InlineData(InheritedFile.Most, 1)]
    [InlineData(4, 73)]
    [InlineData(1, 295)]
    public async Task As_many_descriptors_as_there_may_be_each_come_under_their_own_number(int count, int step)
    {
        var memories = Enumerable.Range(0, count).Select(i => (Number: step > 1 && count == 1 ? 298 : 3 + (i * step), Memory: SealedMemory.Create($"m{i}"))).ToArray();
        try
        {
            foreach (var (_, memory) in memories)
            {
                memory.Seal();
            }

            var ended = await Children.RunAsync(new JailCommand
            {
                Policy = Children.Dotnet with { OpenFiles = 1024 }, Program = Children.Probe, Arguments = ["files"], Inherit = [.. memories.Select(pair => InheritedFile.Of(pair.Memory, pair.Number))],
            });
            var seen = ended.Output.Split('|').Select(file => file.Split('=')).Where(file => file[1].Contains("memfd:m", StringComparison.Ordinal)).ToDictionary(file => file[0], file => file[1].Split(' ')[0]);
            Assert.Equal(memories.Length, seen.Count);
            Assert.All(memories.Index(), pair => Assert.Equal($"/memfd:m{pair.Index}", seen[pair.Item.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)]));
        }
        finally
        {
            foreach (var (_, memory) in memories)
            {
                memory.Dispose();
            }
        }
    }

    [Fact]
    public void A_policy_without_room_for_the_descriptors_is_refused()
    {
        using var memory = Filled("1");
        Assert.Throws<ArgumentOutOfRangeException>(() => Children.Jailer.Start(new JailCommand { Policy = Children.Dotnet with { OpenFiles = 64 }, Program = Children.Probe, Inherit = [InheritedFile.Of(memory, 60)] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(299)]
    public void A_descriptor_number_outside_the_range_is_refused(int number)
    {
        using var memory = Filled("1");
        Assert.Throws<ArgumentOutOfRangeException>(() => InheritedFile.Of(memory, number));
    }

    private static SealedMemory Filled(string text)
    {
        var memory = SealedMemory.Create("test");
        using var stream = memory.OpenWrite();
        stream.Write(Encoding.UTF8.GetBytes(text));
        return memory;
    }

    private static Task<Ended> WithMemoryAsync(SealedMemory memory, int number, params string[] arguments) =>
        WithMemoryAsync(memory, number, Children.Dotnet, arguments);

    private static Task<Ended> WithMemoryAsync(SealedMemory memory, int number, JailPolicy policy, params string[] arguments) =>
        Children.RunAsync(new JailCommand { Policy = policy, Program = Children.Probe, Arguments = arguments, Inherit = [InheritedFile.Of(memory, number)] });
}
