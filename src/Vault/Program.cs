using Sandbox.Vault.DuckDb.Native;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault;

/// <summary>Entry point of the jailed worker: the Vault assembly is a library and, in a jail, its own child process.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not [_] and not [_, WorkerLoop.Ahead] || !WorkerRoles.All.TryGetValue(args[0], out var factory))
        {
            Console.Error.WriteLine("This program is the jailed worker of Sandbox and takes its work from a parent process only.");
            return 2;
        }

        // Nothing may print between the frames: the real standard output is kept, Console's goes nowhere.
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        Console.SetOut(TextWriter.Null);

        // The engine's library takes as long to load as the runtime takes to read the first request: side by side. Whatever looks up a native function waits for the loader, so
        // reading is looked up before.
        _ = input.Read([]);
        using var role = factory();
        if (role.UsesEngine)
        {
            new Thread(DuckDbNative.Preload) { IsBackground = true }.Start();
        }

        return WorkerLoop.Run(role, input, output, ahead: args.Length == 2);
    }
}
