using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Takes a provider's file into a memory file and seals that, as bytes: nothing of it is parsed here.</summary>
internal static class SourceFile
{
    private const int Step = 1 << 20;

    /// <exception cref="WorkerRefusedException">It is missing, no file, empty or too large.</exception>
    internal static void Check(string path, long limit)
    {
        var info = new FileInfo(path);
        if (Directory.Exists(path))
        {
            throw new WorkerRefusedException(LoadRules.NotAFile);
        }

        if (!info.Exists)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }

        // Pipes and devices state no length either: none of them is ever opened.
        if (info.Length == 0)
        {
            throw new WorkerRefusedException(LoadRules.Empty);
        }

        if (info.Length > limit)
        {
            throw new WorkerRefusedException(LoadRules.TooLarge);
        }
    }

    /// <param name="path">What <see cref="Check"/> has passed.</param>
    /// <param name="limit">Most bytes, however much the file has grown since.</param>
    /// <param name="memory">Gets the bytes and the seal.</param>
    /// <param name="key">Key of the data set.</param>
    /// <param name="cancellation">Stops the copy.</param>
    /// <returns>Keyed commitment to the bytes.</returns>
    /// <exception cref="WorkerRefusedException">It can't be read, or is too large.</exception>
    internal static string Take(string path, long limit, SealedMemory memory, DataKey key, CancellationToken cancellation)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            return Copy(file, limit, memory, key, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }
    }

    private static string Copy(Microsoft.Win32.SafeHandles.SafeFileHandle file, long limit, SealedMemory memory, DataKey key, CancellationToken cancellation)
    {
        using var hash = key.Suite.StartHash();
        using (var target = memory.OpenWrite())
        {
            var buffer = new byte[Step];
            long at = 0;
            while (RandomAccess.Read(file, buffer, at) is var read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                at += read;
                if (at > limit)
                {
                    throw new WorkerRefusedException(LoadRules.TooLarge);
                }

                hash.Append(buffer.AsSpan(0, read));
                target.Write(buffer, 0, read);
            }
        }

        memory.Seal();
        using var mark = key.Derive("load/file-commitment", Suite.HashLength);
        return Convert.ToHexStringLower(key.Suite.Hmac(mark.Bytes, hash.Finish()));
    }
}
