using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Takes a provider's file into a memory file and seals that, as bytes: nothing of it is parsed here.</summary>
internal static class SourceFile
{
    private const int Step = 1 << 20;

    /// <exception cref="WorkerRefusedException">It is missing, no file, empty or too large.</exception>
    internal static void Check(LoadRequest request)
    {
        var path = request.SourcePath;
        if (request.Fetched is { } fetched)
        {
            CheckLength(fetched.Length, request.SourceLimitBytes);
            return;
        }

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
        CheckLength(info.Length, request.SourceLimitBytes);
    }

    /// <param name="request">What <see cref="Check"/> has passed; however much a file has grown since, no more than its limit is read.</param>
    /// <param name="memory">Gets the bytes and the seal.</param>
    /// <param name="cancellation">Stops the copy.</param>
    /// <returns>Commitment to the bytes, keyed by the data set.</returns>
    /// <exception cref="WorkerRefusedException">It can't be read, or is too large.</exception>
    internal static string Take(LoadRequest request, SealedMemory memory, CancellationToken cancellation)
    {
        if (request.Fetched is { } fetched)
        {
            return Copy(fetched.Handle, request.SourceLimitBytes, memory, request.DataKey, cancellation);
        }

        try
        {
            using var file = File.OpenHandle(request.SourcePath, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            return Copy(file, request.SourceLimitBytes, memory, request.DataKey, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }
    }

    private static void CheckLength(long length, long limit)
    {
        if (length == 0 || length > limit)
        {
            throw new WorkerRefusedException(length == 0 ? LoadRules.Empty : LoadRules.TooLarge);
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
