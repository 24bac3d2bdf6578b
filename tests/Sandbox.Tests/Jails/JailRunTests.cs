using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Jails;

/// <summary><c>jail run</c> and <c>jail probe</c> as a user calls them: a C program for WASI, and what ends it.</summary>
public sealed class JailRunTests : IDisposable
{
    private const string Guest = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sched.h>
        #include <time.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <unistd.h>
        #include <poll.h>
        extern char **environ;
        static char *volatile keep;
        static int deeper(int n) { volatile char room[16]; room[0] = (char)n; return n < 0 ? 0 : deeper(n + 1) + room[0]; }
        int main(int argc, char **argv)
        {
            const char *what = argc > 1 ? argv[1] : "";
            if (!strcmp(what, "exit")) exit(atoi(argv[2]));
            if (!strcmp(what, "deep")) return deeper(1);
            if (!strcmp(what, "trap")) __builtin_trap();
            if (!strcmp(what, "loop")) for (;;) { volatile int x = 0; (void)x; }
            if (!strcmp(what, "memory")) for (;;) { char *p = malloc(1 << 20); if (!p) abort(); keep = memset(p, 1, 1 << 20); }
            if (!strcmp(what, "output")) for (;;) { static char b[65536]; fwrite(b, 1, sizeof b, stdout); }
            if (!strcmp(what, "cat")) { static char b[65536]; size_t n; while ((n = fread(b, 1, sizeof b, stdin)) > 0) fwrite(b, 1, n, stdout); return 0; }
            if (!strcmp(what, "world")) {
                struct timespec a, b;
                unsigned char chance[16];
                fprintf(stderr, "to stderr\n");
                printf("args %d:", argc);
                for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
                clock_gettime(CLOCK_REALTIME, &a);
                clock_gettime(CLOCK_MONOTONIC, &a);
                nanosleep(&(struct timespec){ 5, 0 }, NULL);
                clock_gettime(CLOCK_MONOTONIC, &b);
                printf("\nenviron %d\n", environ && environ[0] ? 1 : 0);
                printf("slept %d\n", (int)(b.tv_sec - a.tv_sec));
                printf("random %d yield %d\n", getentropy(chance, sizeof chance), sched_yield());
                printf("open %d", open("/etc/passwd", O_RDONLY)); printf(" errno %d\n", errno);
                printf("mkdir %d\n", open("new", O_CREAT | O_WRONLY, 0600));
                printf("seek %d", (int)lseek(1, 0, SEEK_SET)); printf(" %s\n", errno == ESPIPE ? "espipe" : "other");
                printf("bad %d", (int)write(9, "x", 1)); printf(" %s\n", errno == EBADF ? "ebadf" : "other");
                return 0;
            }
            return 0;
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("CC-4-3")]
    public async Task A_guest_sees_its_arguments_and_no_world()
    {
        var (code, output, report) = await RunAsync([await GuestAsync(), "--arg", "world", "--arg", "two words", "--arg", "\"3\""]);
        Assert.Equal(
            """
            args 4: [world] [two words] ["3"]
            environ 0
            slept 5
            random 0 yield 0
            open -1 errno 76
            mkdir -1
            seek -1 espipe
            bad -1 ebadf

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(output));
        Assert.Equal((0, "Completed", 0), (code, Reason(report), report["exit_code"]!.GetValue<int>()));
        Assert.Equal("to stderr\n", report["stderr"]!.GetValue<string>());
        Assert.Equal(output.Length, report["bytes_out"]!.GetValue<int>());
        Assert.Equal(2, report["jail_level"]!.GetValue<int>());
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Theory]
    [InlineData("exit 0", "", "Completed", 0)]
    [InlineData("exit 7", "", "Completed", 7)]
    [InlineData("exit 255", "--fuel 100000000", "Completed", 255)]
    [InlineData("trap", "", "Trapped", null)]
    [InlineData("deep", "", "Trapped", null)]
    [InlineData("deep", "--fuel 1000000000", "Trapped", null)]
    [InlineData("loop", "--time 1", "TimedOut", null)]
    [InlineData("loop", "--fuel 1000000 --time 30", "OutOfFuel", null)]
    [InlineData("memory", "--memory 16", "OutOfMemory", null)]
    [InlineData("memory", "--memory 16 --fuel 10000000000", "OutOfMemory", null)]
    [InlineData("output", "--output 1", "OutputTooLarge", null)]
    public async Task Every_end_has_its_name(string arguments, string options, string reason, int? guest)
    {
        string[] words = [await GuestAsync(), .. arguments.Split(' ').SelectMany(word => new[] { "--arg", word }), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var (code, _, report) = await RunAsync(words);
        Assert.Equal(reason, Reason(report));
        Assert.Equal(guest, report["exit_code"]?.GetValue<int>());
        Assert.Equal(guest == 0 ? 0 : 3, code);
    }

    [Fact]
    public async Task A_run_that_is_killed_is_accounted_for()
    {
        var (_, _, report) = await RunAsync([await GuestAsync(), "--arg", "loop", "--time", "2"]);
        Assert.Equal("TimedOut", Reason(report));
        Assert.InRange(report["cpu_seconds"]!.GetValue<double>(), 0.2, 4);
    }

    [Fact]
    public async Task Bytes_go_through_unchanged_and_are_counted()
    {
        var input = new byte[3_000_001];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (byte)(((i * 31) ^ (i >> 8)) & 0xFF);
        }

        var (code, output, report) = await RunAsync([await GuestAsync(), "--arg", "cat", "--fuel", "1000000000"], input);
        Assert.Equal(0, code);
        Assert.True(output.AsSpan().SequenceEqual(input));
        Assert.Equal((input.Length, input.Length), (report["bytes_in"]!.GetValue<int>(), report["bytes_out"]!.GetValue<int>()));
        Assert.InRange(report["fuel"]!.GetValue<long>(), input.Length / 8, 1_000_000_000);
    }

    [Theory]
    [InlineData("no module at all")]
    [InlineData("\0asm\u0001\0\0\0")]
    public async Task What_is_no_command_is_refused_by_name(string content)
    {
        var file = _folder.File("bad.wasm");
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(content));
        var (code, output, report) = await RunAsync([file]);
        Assert.Equal((3, "Refused", 0), (code, Reason(report), output.Length));
        Assert.NotEmpty(report["refusals"]!.AsArray());
    }

    [Fact]
    public async Task A_module_of_a_hundred_megabytes_is_refused_and_an_absent_one_fails()
    {
        var file = _folder.File("huge.wasm");
        await using (var stream = File.Create(file))
        {
            stream.Write("\0asm\u0001\0\0\0"u8);
            stream.SetLength(100 << 20);
        }

        var (code, _, report) = await RunAsync([file]);
        Assert.Equal((3, "Refused", "SB-MODEL-7"), (code, Reason(report), report["refusals"]![0]!["rule"]!.GetValue<string>()));
        var ran = SandboxProgram.Run("jail", "run", _folder.File("absent.wasm"));
        Assert.Equal((3, ""), (ran.Code, ran.Output));
    }

    [Theory]
    [InlineData("--fuel", "0")]
    [InlineData("--memory", "5000")]
    [InlineData("--time", "0")]
    [InlineData("--fuel", "much")]
    public void Limits_beyond_their_range_are_a_misuse(string option, string value) => SandboxProgram.Run("jail", "run", "x.wasm", option, value).Ends(Ran.Usage);

    [Fact]
    [Requirement("CC-4-3")]
    [Requirement("CC-11-1")]
    public async Task A_native_program_is_shown_what_the_jail_holds()
    {
        var program = _folder.File("attack");
        await CompileAsync("cc", "-static", "-o", program, Path.Combine(Checkout.Root, "tests", "Jail.Tests", "Native", "probe_attacks.c"));
        var stages = SandboxProgram.Json("jail", "probe", program, "execve_shell").Ends(Ran.Done).Json["stages"]!.AsArray();
        Assert.Equal(["trying\nfailed 2\n", "trying\n"], stages.Select(stage => stage!["output"]!.GetValue<string>()));
        Assert.Equal(["Completed", "Trapped"], stages.Select(stage => stage!["reason"]!.GetValue<string>()));
        var alive = SandboxProgram.Run("jail", "probe", "--stage", "2", program, "control").Ends(Ran.Done);
        Assert.Equal("alive\nstage 2: Completed: ended with code 0\n", alive.Output);
        Assert.Equal(Ran.Refused, SandboxProgram.Json("jail", "probe", Path.Combine(Checkout.Root, "sandbox")).Code);
    }

    private static string Reason(JsonObject report) => report["reason"]!.GetValue<string>();

    private async Task<string> GuestAsync()
    {
        var (source, module) = (_folder.File("guest.c"), _folder.File("guest.wasm"));
        await File.WriteAllTextAsync(source, Guest);
        await CompileAsync("clang", "--target=wasm32-wasi", "-O1", "-Wno-everything", "-o", module, source);
        return module;
    }

    private static async Task CompileAsync(string compiler, params string[] words)
    {
        using var process = SandboxProgram.Start(new ProcessStartInfo(compiler, words) { RedirectStandardError = true });
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static async Task<(int Code, byte[] Output, JsonObject Report)> RunAsync(string[] words, byte[]? input = null)
    {
        using var run = SandboxProgram.Start(["jail", "run", "--json", .. words]);
        using var output = new MemoryStream();
        var taking = run.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = run.StandardError.ReadToEndAsync();
        try
        {
            await run.StandardInput.BaseStream.WriteAsync(input ?? []);
            run.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }

        await taking;
        await run.WaitForExitAsync();
        return (run.ExitCode, output.ToArray(), JsonNode.Parse(await errors)!.AsObject());
    }
}
