namespace Sandbox.Enclave;

/// <summary>The scripts that run inside the jails; they lie beside this assembly.</summary>
internal static class WorkerScripts
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "enclave-worker");

    public static string Model => Path.Combine(Folder, "model-worker.cjs");

    public static string Seal => Path.Combine(Folder, "seal-worker.mjs");
}
