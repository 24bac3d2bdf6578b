using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>Small modules from C, built once a text.</summary>
internal static class ClangModule
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Built = new(StringComparer.Ordinal);

    public static byte[] Of(string source) => Built.GetOrAdd(source, text => new Lazy<byte[]>(() => Build(text))).Value;

    private static byte[] Build(string source)
    {
        var folder = Directory.CreateTempSubdirectory("clang-module");
        try
        {
            var (code, module) = (Path.Combine(folder.FullName, "module.c"), Path.Combine(folder.FullName, "module.wasm"));
            File.WriteAllText(code, source);
            using var build = Process.Start(new ProcessStartInfo("clang", ["--target=wasm32-wasi", "-O2", "-o", module, code, "-lm"]) { RedirectStandardError = true })!;
            var errors = build.StandardError.ReadToEnd();
            build.WaitForExit();
            return build.ExitCode == 0 ? File.ReadAllBytes(module) : throw new InvalidOperationException("clang: " + errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
