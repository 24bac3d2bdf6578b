namespace Sandbox.Vault;

/// <summary>Entry point of the jailed worker: the Vault assembly is a library and, in a jail, its own child process.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Console.Error.WriteLine("This program is the jailed worker of Sandbox and takes its work from a parent process only.");
        return args.Length == 0 ? 2 : 3;
    }
}
