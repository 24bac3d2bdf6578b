using System.Diagnostics;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>Asks the engine itself, in one process for many modules, whether it would take them.</summary>
internal static class EngineOracle
{
    private const string Script = """
        const data = require('fs').readFileSync(process.argv[1]);
        const out = [];
        for (let at = 0; at < data.length;) {
          const length = data.readUInt32LE(at);
          out.push(WebAssembly.validate(data.subarray(at + 4, at + 4 + length)) ? '1' : '0');
          at += 4 + length;
        }
        process.stdout.write(out.join(''));
        """;

    public static bool[] Valid(IReadOnlyList<byte[]> modules)
    {
        var file = Path.GetTempFileName();
        try
        {
            using (var stream = File.OpenWrite(file))
            {
                foreach (var module in modules)
                {
                    stream.Write(BitConverter.GetBytes(module.Length));
                    stream.Write(module);
                }
            }

            using var process = Process.Start(new ProcessStartInfo(TestBench.Engines.Node, ["-e", Script, file]) { RedirectStandardOutput = true })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(modules.Count, text.Length);
            return [.. text.Select(c => c == '1')];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
