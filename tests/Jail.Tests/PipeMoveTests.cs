using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Tests;

/// <summary>Bytes that go from one child's output to another's input in the kernel: all of them in order, counted on both sides, and every bad end told to the side that it belongs to.</summary>
public sealed class PipeMoveTests
{
    [Fact]
    public async Task Bytes_pass_in_order_between_a_fast_and_a_slow_side_and_are_counted()
    {
        using var from = Pipe.Create();
        using var to = Pipe.Create();
        using var output = new PipeReader(Pipe.Duplicate(from.Read), long.MaxValue, () => Assert.Fail("no limit"));
        using var input = new PipeWriter(Pipe.Duplicate(to.Write));
        var bytes = Enumerable.Range(0, 3_000_001).Select(i => unchecked((byte)(i * 31 >> 3))).ToArray();
        var filling = Task.Run(() =>
        {
            using var child = new FileStream(Pipe.Duplicate(from.Write), FileAccess.Write, 1);
            child.Write(bytes);
        });
        var got = new MemoryStream();
        var draining = Task.Run(() =>
        {
            using var child = new FileStream(Pipe.Duplicate(to.Read), FileAccess.Read, 1);
            var piece = new byte[7919];
            while (got.Length < bytes.Length - 100 && child.Read(piece) is > 0 and var read)
            {
                got.Write(piece.AsSpan(0, read));
            }
        });

        // Whole frames, with some bytes between them taken in the ordinary way.
        var head = new byte[50];
        await output.ReadExactlyAsync(head);
        Assert.Equal(bytes[..50], head);
        Assert.Equal(1_000_000, await input.MoveFromAsync(output, 1_000_000, CancellationToken.None));
        await output.ReadExactlyAsync(head);
        Assert.Equal(bytes[1_000_050..1_000_100], head);
        Assert.Equal(1_999_901, await input.MoveFromAsync(output, 1_999_901, CancellationToken.None));
        await filling;
        await draining;
        Assert.Equal(bytes.Length, output.CountWithPending);
        Assert.Equal(bytes.Length - 100, input.Count);
        Assert.Equal([.. bytes[50..1_000_050], .. bytes[1_000_100..]], got.ToArray());
    }

    [Fact]
    public async Task An_end_a_limit_a_closed_input_and_a_cancel_are_told_apart()
    {
        using var to = Pipe.Create();
        using var input = new PipeWriter(Pipe.Duplicate(to.Write));
        using (var from = Pipe.Create())
        {
            using var output = new PipeReader(Pipe.Duplicate(from.Read), long.MaxValue, () => Assert.Fail("no limit"));
            Write(from, 300);
            from.Write.Dispose();
            Assert.Equal(300, await input.MoveFromAsync(output, 1000, CancellationToken.None));
        }

        using (var from = Pipe.Create())
        {
            var exceeded = false;
            using var output = new PipeReader(Pipe.Duplicate(from.Read), 200, () => exceeded = true);
            Write(from, 300);
            Assert.True(await input.MoveFromAsync(output, 300, CancellationToken.None) < 300);
            Assert.True(exceeded);
        }

        using (var from = Pipe.Create())
        {
            using var output = new PipeReader(Pipe.Duplicate(from.Read), long.MaxValue, () => Assert.Fail("no limit"));
            using var cancel = new CancellationTokenSource(50);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => input.MoveFromAsync(output, 10, cancel.Token).AsTask());
            Write(from, 10);
            to.Read.Dispose();
            await Assert.ThrowsAsync<IOException>(() => input.MoveFromAsync(output, 10, CancellationToken.None).AsTask());
            await Assert.ThrowsAsync<ArgumentException>(() => input.MoveFromAsync(Stream.Null, 10, CancellationToken.None).AsTask());
        }
    }

    private static void Write(Pipe pipe, int count)
    {
        using var child = new FileStream(Pipe.Duplicate(pipe.Write), FileAccess.Write, 1);
        child.Write(new byte[count]);
    }
}
