namespace Sandbox.Jail.Tests;

/// <summary>What hostile code inside a Node jail can't do, under the first filter and under both. The raw calls are made by a hostile native addon.</summary>
public sealed class NodeAttackTests : IClassFixture<AttackAddon>
{
    private const int KilledOrFault = -2, Killed = 0, Permission = 1, Again = 11, Invalid = 22, Absent = 38;

    /// <summary>How the documented way into the second stage looks in a worker script.</summary>
    private const string EnterSecondStage = "try { process.dlopen({ exports: {} }, process.env.SANDBOX_STAGE2); } catch { }\n";

    private readonly AttackAddon _addon;

    public NodeAttackTests(AttackAddon addon) => _addon = addon;

    /// <summary>Name, call, outcome in stage 1, outcome in stage 2.</summary>
    public static TheoryData<string, string, int, int> Calls => new()
    {
        { "socket", "41,2,1,0", Permission, Killed },
        { "connect", "42,0,0,0", Permission, Killed },
        { "fork", "57", Permission, Killed },
        { "clone a process", "56,17,0,0", Permission, Again },
        { "clone a thread into a new user namespace", "56,268501760,0,0", Permission, Again },
        { "clone3", "435,0,0", Absent, Absent },
        { "execve", "59,0,0,0", 14, Killed },
        { "execveat", "322,0,0,0,0,0", Killed, Killed },
        { "ptrace", "101,16,1,0,0", Killed, Killed },
        { "process_vm_readv", "310,1,0,0,0,0", Killed, Killed },
        { "kill", "62,1,9", Permission, Killed },
        { "tgkill of the first process", "234,1,1,9", Permission, Killed },
        { "mount", "165,0,0,0,0,0", Killed, Killed },
        { "unshare", "272,268435456", Killed, Killed },
        { "bpf", "321,0,0,0", Killed, Killed },
        { "keyctl", "250,0,0,0", Killed, Killed },
        { "add_key", "248,0,0,0,0,0", Killed, Killed },
        { "personality", "135,4294967295", Killed, Killed },
        { "io_uring_setup", "425,1,0", Absent, Absent },
        { "userfaultfd", "323,0", Killed, Killed },
        { "memfd_create", "319,0,0", Permission, Killed },
        { "openat", "257,-100,0,0", 14, Permission },
        { "open", "2,0,0", 14, Permission },
        { "openat2", "437,-100,0,0,24", Killed, Killed },
        { "unlink", "87,0", Permission, Killed },
        { "rename", "82,0,0", Killed, Killed },
        { "ftruncate", "77,0,0", Killed, Killed },
        { "mmap of a descriptor", "9,0,4096,1,2,0,0", 19, Killed },
        { "dup", "32,-1", 9, Killed },
        { "prctl SET_DUMPABLE", "157,4,1", Invalid, Permission },
        { "ioctl TIOCSTI", "16,0,21522,0", Invalid, Permission },
        { "fcntl F_SETOWN", "72,0,8,1", Invalid, Invalid },
        { "fcntl F_DUPFD", "72,-1,0,0", 9, Invalid },
        { "prlimit of itself", "302,0,7,0,0", -1, Killed },
        { "seccomp", "317,3,0,0", 22, Killed },
        { "an x32 call", "1073741863", Killed, Killed },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_raw_call_fails_or_kills_in_either_stage(string name, string call, int first, int second)
    {
        await ExpectAsync($"{name}, stage 1", $"attack.call({call})", "", first);
        await ExpectAsync($"{name}, stage 2", $"attack.call({call})", EnterSecondStage, second);
    }

    [Fact]
    public async Task The_32_bit_entry_kills()
    {
        await ExpectAsync("stage 1", "attack.call32()", "", KilledOrFault);
        await ExpectAsync("stage 2", "attack.call32()", EnterSecondStage, KilledOrFault);
    }

    [Fact]
    public async Task A_worker_enters_the_second_stage_and_still_runs_WebAssembly()
    {
        // (module (memory 1) (func (export "f") (result i32) (memory.grow (i32.const 100)) drop (i32.const 42)))
        const string Module = "0061736d010000000105016000017f03020100050301000107050101660000" + "0a0c010a0041e40040001a412a0b";
        var ended = await Children.ScriptAsync(EnterSecondStage + $"""
            const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from('{Module}', 'hex')));
            const data = require('fs').readFileSync(0);
            require('fs').writeSync(1, instance.exports.f() + ' ' + data.length);
            """, input: new string('x', 100_000));
        Assert.True(ended.Exit is { Reason: ExitReason.Completed, Level: 1 or 2 } && ended.Output == "42 100000", ended.ToString());
    }

    [Fact]
    public async Task The_kernel_says_which_level_was_reached()
    {
        const string Wait = "require('fs').writeSync(1, 'ready\\n'); require('fs').readSync(0, Buffer.alloc(1));";
        foreach (var (start, level) in new[] { ("", 1), (EnterSecondStage, 2) })
        {
            using var folder = new TemporaryFolder();
            var script = Path.Combine(folder.Path, "level.cjs");
            await File.WriteAllTextAsync(script, start + Wait);
            await using var child = Children.Jailer.Start(new JailCommand { Policy = Children.Node, Program = script });
            Assert.Equal("ready", await new StreamReader(child.Output).ReadLineAsync());
            Assert.Equal(level, child.Level);
            await child.Input.DisposeAsync();
            Assert.Equal(level, (await child.Exit).Level);
        }
    }

    [Theory]
    [InlineData("require('fs').readFileSync('/etc/passwd')")]
    [InlineData("require('fs').readdirSync('/')")]
    [InlineData("require('fs').writeFileSync('/app/x', 'x')")]
    [InlineData("require('fs').writeFileSync('/tmp/x', 'x')")]
    [InlineData("require('child_process').spawnSync('/engines/node', ['--version']).error ? (() => { throw new Error('refused') })() : 0")]
    [InlineData("require('child_process').execSync('true')")]
    [InlineData("new (require('worker_threads').Worker)('1', { eval: true })")]
    [InlineData("require('inspector').open()")]
    [InlineData("process.kill(1, 9)")]
    [InlineData("new (require('net').Socket)().connect(80, '127.0.0.1').on('error', e => { throw e })")]
    public async Task A_script_reaches_nothing_by_the_modules_of_node(string attempt)
    {
        var ended = await Children.ScriptAsync($"{attempt}\nsetTimeout(() => process.stdout.write('got through'), 50);");
        Assert.True(ended.Exit.Reason != ExitReason.Completed && ended.Output != "got through", ended.ToString());
    }

    [Fact]
    public async Task Only_the_script_and_its_mounts_are_visible()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "main.mjs");
        await File.WriteAllTextAsync(script, "import { readdirSync } from 'node:fs'; process.stdout.write(readdirSync('/app').join(' ') + ' ' + Object.keys(process.env).sort().join(' '));");
        var ended = await Children.RunAsync(new JailCommand
        {
            Policy = Children.Node,
            Program = script,
            Mounts = [new ReadOnlyMount(EnginePaths.Locate().NodeModules("node-seal"), "node_modules/node-seal")],
        });
        Assert.True(ended.Output == "main.mjs node_modules PWD SANDBOX_STAGE2", ended.ToString());
    }

    [Fact]
    public async Task A_module_is_imported_from_a_mount()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "seal.mjs");
        await File.WriteAllTextAsync(script, "import * as seal from 'node-seal'; process.stdout.write(typeof seal);");
        var ended = await Children.RunAsync(new JailCommand
        {
            Policy = JailPolicies.Homomorphic,
            Program = script,
            Mounts = [new ReadOnlyMount(EnginePaths.Locate().NodeModules("node-seal"), "node_modules/node-seal")],
        });
        Assert.True(ended.Output == "object", ended.ToString());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a//b")]
    [InlineData("")]
    public void A_mount_stays_below_the_program(string name)
    {
        var command = new JailCommand { Policy = Children.Node, Program = Children.Probe, Mounts = [new ReadOnlyMount("/etc", name)] };
        Assert.Throws<ArgumentException>(() => Children.Jailer.Start(command));
    }

    [Fact]
    public async Task V8_runs_out_of_its_own_heap()
    {
        var ended = await Children.ScriptAsync("const a = []; for (;;) a.push(new Array(1000).fill(1.5));");
        Assert.True(ended.Exit.Reason == ExitReason.OutOfMemory, ended.ToString());
    }

    private async Task ExpectAsync(string name, string call, string before, int expected)
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "attack.cjs");
        await File.WriteAllTextAsync(script, $"const fs = require('fs'); const attack = require('/app/attack.node');\n{before}fs.writeSync(1, 'before '); fs.writeSync(1, String({call}));");
        var ended = await Children.RunAsync(new JailCommand { Policy = Children.Node, Program = script, Mounts = [new ReadOnlyMount(_addon.Path, "attack.node")] });
        var good = expected switch
        {
            Killed => ended.Exit is { Reason: ExitReason.Trapped, Signal: 31 } && ended.Output == "before",

            // Where the kernel has no 32-bit entry at all, taking it is a fault of the program.
            KilledOrFault => ended.Exit is { Reason: ExitReason.Trapped, Signal: 31 } or { Reason: ExitReason.Crashed, Signal: 11 } && ended.Output == "before",
            -1 => ended.Output == "before 0",
            _ => ended.Output == $"before -{expected}",
        };
        Assert.True(good, $"{name}: {ended}");
    }
}
