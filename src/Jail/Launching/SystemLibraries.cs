namespace Sandbox.Jail.Launching;

/// <summary>
/// The system libraries that an engine links to, bound one by one under the paths where its loader looks, so that nothing else of the system is visible.
/// </summary>
internal static class SystemLibraries
{
    private const string Loader = "/lib64/ld-linux-x86-64.so.2";

    private static readonly string[] Folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

    private static readonly string[] Common = ["libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libdl.so.2", "libpthread.so.0"];

    /// <summary>.NET also looks for librt and, when hashes or ciphers are used, OpenSSL.</summary>
    private static readonly string[] DotnetOnly = ["librt.so.1", "libssl.so.3", "libcrypto.so.3"];

    /// <summary>Paths that are the same outside and inside.</summary>
    public static IReadOnlyList<string> For(JailEngine engine)
    {
        var names = engine == JailEngine.Dotnet ? [.. Common, .. DotnetOnly] : Common;
        var found = names.Select(name => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).OfType<string>();
        return [Loader, .. found];
    }
}
