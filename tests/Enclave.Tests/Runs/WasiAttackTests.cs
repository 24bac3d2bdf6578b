using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;
using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>Every call of the worker with arguments at the edges: the worker answers with an error number, and neither dies nor gives a reason of its own.</summary>
public sealed class WasiAttackTests
{
    private static readonly int[] Edges = [0, 1, 2, 3, 7, 65529, 65532, 65535, 65536, 0x7FFFFFF, int.MaxValue, int.MinValue, -65536, -8, -4, -1];
    private static readonly long[] Longs = [0, -1, long.MinValue, long.MaxValue];

    public static TheoryData<string> Calls => [.. WasiPreview1.Functions.Where(name => name != "proc_exit").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Arguments_at_every_edge_before_and_after_growth_are_answered(string name)
    {
        var types = Signature(name);
        var assembler = new WasmAssembler();
        var call = assembler.Import(name, types);
        List<byte> code = [];
        for (var round = 0; round < 2; round++)
        {
            foreach (var edge in Edges)
            {
                foreach (var wide in types.Contains(I64) ? Longs : [0])
                {
                    // Once every argument is the edge, once every argument but one.
                    for (var spared = -1; spared < types.Length; spared++)
                    {
                        for (var at = 0; at < types.Length; at++)
                        {
                            code.AddRange(types[at] == I64 ? Const64(wide) : Const(at == spared ? 1 : edge));
                        }

                        code.AddRange([.. Call(call), .. Drop]);
                    }
                }
            }

            code.AddRange([.. Const(1), 0x40, 0x00, .. Drop]);
        }

        assembler.Function([.. code]);
        var outcome = await RunAsync(assembler.Build());
        Assert.Equal((ExitReason.Completed, 0), (outcome.Reason, outcome.ModelExitCode));
    }

    [Fact]
    public async Task A_scatter_list_that_is_overwritten_while_it_is_read_stays_inside_the_memory()
    {
        // The input is a list of its own: the first part is read over the second entry of the list, which then points beyond the memory.
        var assembler = new WasmAssembler();
        var read = assembler.Import("fd_read", [I32, I32, I32, I32]);
        var exit = assembler.Import("proc_exit", [I32], []);
        assembler.Function(
        [
            .. Store(0, 8), .. Store(4, 8), .. Store(8, 64), .. Store(12, 4),
            .. Const(0), .. Const(0), .. Const(2), .. Const(32), .. Call(read), 0x45, 0x04, 0x40, .. Const(9), .. Call(exit), 0x0B,
        ]);
        var input = new byte[64];
        BitConverter.TryWriteBytes(input, 0xFFFFFFF0u);
        BitConverter.TryWriteBytes(input.AsSpan(4), 0xFFFFFFF0u);
        var outcome = await RunAsync(assembler.Build(), async (stream, token) => await stream.WriteAsync(input, token));
        Assert.Equal((ExitReason.Completed, 0), (outcome.Reason, outcome.ModelExitCode));
    }

    /// <summary>An import that is shown as the entry point is called by the worker itself, without arguments.</summary>
    [Theory]
    [InlineData("fd_read")]
    [InlineData("fd_write")]
    [InlineData("fd_seek")]
    [InlineData("proc_exit")]
    [InlineData("poll_oneoff")]
    public async Task A_call_of_the_worker_as_entry_point_gives_no_output(string name)
    {
        var assembler = new WasmAssembler();
        assembler.Import(name, Signature(name), name == "proc_exit" ? [] : null);
        var outcome = await RunAsync(assembler.Build());
        Assert.True(outcome.Reason is ExitReason.Completed or ExitReason.Crashed or ExitReason.Trapped, outcome.ToString());
        Assert.True(outcome.Output is null or { Length: 0 });
    }

    /// <summary>Arguments of other types than the call has reach the worker as other kinds of value.</summary>
    [Theory]
    [InlineData("fd_write", 4)]
    [InlineData("fd_seek", 4)]
    [InlineData("random_get", 2)]
    [InlineData("args_get", 2)]
    [InlineData("clock_time_get", 3)]
    [InlineData("proc_exit", 1)]
    public async Task Calls_with_wrong_types_end_in_a_named_reason_without_output(string name, int parameters)
    {
        const byte F64 = 0x7C;
        foreach (var type in new[] { I64, F64 })
        {
            var assembler = new WasmAssembler();
            var call = assembler.Import(name, [.. Enumerable.Repeat(type, parameters)]);
            byte[] value = type == I64 ? Const64(-1) : [0x44, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F];
            assembler.Function([.. Enumerable.Repeat(value, parameters).SelectMany(bytes => bytes), .. Call(call), .. Drop]);
            var outcome = await RunAsync(assembler.Build());
            Assert.True(Enum.IsDefined(outcome.Reason));
            Assert.True(outcome.Output is null or { Length: 0 }, outcome.ToString());
        }
    }

    private static byte[] Signature(string name) => name switch
    {
        "args_get" or "args_sizes_get" or "environ_get" or "environ_sizes_get" or "clock_res_get" or "random_get" or "fd_tell" or "fd_fdstat_get" or "fd_fdstat_set_flags"
            or "fd_filestat_get" or "fd_prestat_get" or "fd_renumber" or "sock_shutdown" => [I32, I32],
        "sched_yield" => [],
        "proc_exit" or "proc_raise" or "fd_close" or "fd_datasync" or "fd_sync" => [I32],
        "clock_time_get" => [I32, I64, I32],
        "poll_oneoff" or "fd_read" or "fd_write" => [I32, I32, I32, I32],
        "fd_seek" => [I32, I64, I32, I32],
        "fd_pread" or "fd_pwrite" => [I32, I32, I32, I64, I32],
        "fd_allocate" or "fd_fdstat_set_rights" => [I32, I64, I64],
        "fd_filestat_set_size" => [I32, I64],
        "fd_filestat_set_times" => [I32, I64, I64, I32],
        "path_filestat_set_times" => [I32, I32, I32, I32, I64, I64, I32],
        "path_link" => [I32, I32, I32, I32, I32, I32, I32],
        "sock_accept" => [I32, I32, I32],
        "sock_recv" => [I32, I32, I32, I32, I32, I32],
        "path_symlink" or "sock_send" => [I32, I32, I32, I32, I32],
        "fd_advise" => [I32, I64, I64, I32],
        "fd_prestat_dir_name" or "path_create_directory" or "path_remove_directory" or "path_unlink_file" => [I32, I32, I32],
        "fd_readdir" => [I32, I32, I32, I64, I32],
        "path_open" => [I32, I32, I32, I32, I32, I64, I64, I32, I32],
        "path_filestat_get" => [I32, I32, I32, I32, I32],
        "path_rename" or "path_readlink" => [I32, I32, I32, I32, I32, I32],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static async Task<RunOutcome> RunAsync(byte[] module, Func<Stream, CancellationToken, Task>? feed = null)
    {
        var result = await new ModelRunner(TestBench.Jailer).RunAsync(TestBench.Package(module), feed ?? ((_, _) => Task.CompletedTask), null, null, CancellationToken.None);
        return Assert.IsType<RunResult.Ended>(result).Outcome;
    }
}
