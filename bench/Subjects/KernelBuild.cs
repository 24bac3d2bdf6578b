using System.Diagnostics;

namespace Sandbox.Bench.Subjects;

/// <summary>The benchmark's kernels in C, built by clang -O3: with -msimd128 for WebAssembly, and natively.</summary>
internal static class KernelBuild
{
    public static async Task<byte[]> ModuleAsync(Workplace place, string name, CancellationToken cancellation)
    {
        var module = place.NewFile(name + ".wasm");
        await CompileAsync(["--target=wasm32-wasi", "-O3", "-msimd128", "-o", module, Source(name), "-lm"], cancellation).ConfigureAwait(false);
        return await File.ReadAllBytesAsync(module, cancellation).ConfigureAwait(false);
    }

    /// <returns>Path of the program.</returns>
    public static async Task<string> NativeAsync(Workplace place, string name, CancellationToken cancellation)
    {
        var native = place.NewFile(name);
        await CompileAsync(["-O3", "-o", native, Source(name), "-lm"], cancellation).ConfigureAwait(false);
        return native;
    }

    private static string Source(string name) => Path.Combine(AppContext.BaseDirectory, "kernels", name + ".c");

    private static async Task CompileAsync(string[] words, CancellationToken cancellation)
    {
#pragma warning disable RS0030 // The compiler is a tool of the benchmark, not a child of the product.
        using var process = Process.Start(new ProcessStartInfo("clang", words))!;
#pragma warning restore RS0030
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new BenchBrokenException("The kernels of clang", "run ./sandbox once; it installs clang, lld and wasi-libc");
        }
    }
}
