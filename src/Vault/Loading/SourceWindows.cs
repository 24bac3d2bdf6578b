using Microsoft.Win32.SafeHandles;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Takes a provider's file into memory files that are sealed, as bytes: the whole of it, or one part after the other. Nothing is parsed here; where a part ends, the child says.
/// A pass reads each byte once, so what is committed to is what was read.
/// </summary>
internal sealed class SourceWindows : IDisposable
{
    private const int Step = 1 << 20;

    private readonly LoadRequest _request;
    private readonly SafeFileHandle _file;
    private readonly bool _owned;
    private readonly byte[] _buffer = new byte[Step];
    private StreamingHash _hash;
    private string? _commitment;
    private byte[] _header = [];
    private byte[] _carried = [];
    private int _ahead;
    private long _at;

    private SourceWindows(LoadRequest request, SafeFileHandle file, bool owned) => (_request, _file, _owned, _hash) = (request, file, owned, request.DataKey.Suite.StartHash());

    /// <summary>Share of the file that was read in this pass.</summary>
    internal double Share => Math.Min(1, (double)_at / Math.Max(1, Length));

    /// <summary>Length of the file as it is now.</summary>
    internal long Length => RandomAccess.GetLength(_file);

    /// <exception cref="WorkerRefusedException">It is missing, no file, empty, too large or can't be read.</exception>
    internal static SourceWindows Open(LoadRequest request)
    {
        if (request.Fetched is { } fetched)
        {
            CheckLength(fetched.Length, request.SourceLimitBytes);
            return new SourceWindows(request, fetched.Handle, owned: false);
        }

        var info = new FileInfo(request.SourcePath);
        if (Directory.Exists(request.SourcePath))
        {
            throw new WorkerRefusedException(LoadRules.NotAFile);
        }

        if (!info.Exists)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }

        // Pipes and devices state no length either: none of them is ever opened.
        CheckLength(info.Length, request.SourceLimitBytes);
        try
        {
            return new SourceWindows(request, File.OpenHandle(request.SourcePath, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan), owned: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }
    }

    /// <summary>Begins at the beginning.</summary>
    internal void Restart()
    {
        _hash.Dispose();
        _hash = _request.DataKey.Suite.StartHash();
        (_header, _carried, _ahead, _at, _commitment) = ([], [], 0, 0, null);
    }

    /// <summary>Writes the next part into empty memory and seals it.</summary>
    /// <param name="memory">Gets the bytes and the seal.</param>
    /// <param name="most">How many bytes a part has, but for what it begins with.</param>
    /// <param name="cancellation">Stops the copy.</param>
    /// <returns>Whether more follows.</returns>
    /// <exception cref="WorkerRefusedException">It can't be read; or it has grown beyond what is taken.</exception>
    internal bool Fill(SealedMemory memory, long most, CancellationToken cancellation)
    {
        try
        {
            using (var target = memory.OpenWrite())
            {
                target.Write(_header);
                target.Write(_carried);
                target.Write(_buffer, 0, _ahead);
                for (var room = most - _carried.Length - _ahead; ; room -= _ahead)
                {
                    cancellation.ThrowIfCancellationRequested();
                    _ahead = Read((int)Math.Clamp(room, 1, Step));
                    if (_ahead == 0 || room <= 0)
                    {
                        break;
                    }

                    target.Write(_buffer, 0, _ahead);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WorkerRefusedException(LoadRules.Missing);
        }

        memory.Seal();
        return _ahead > 0;
    }

    /// <summary>Goes on behind what the child has read of the last part.</summary>
    internal void Advance(SealedMemory memory, WindowReport report)
    {
        if (_header.Length == 0)
        {
            _header = Bytes(memory, 0, report.Header);
        }

        _carried = Bytes(memory, report.Consumed, checked((int)(memory.Length - report.Consumed)));
    }

    /// <returns>Commitment to all bytes that were read, keyed by the data set. Ends the pass.</returns>
    internal string Commitment()
    {
        if (_commitment is null)
        {
            using var mark = _request.DataKey.Derive("load/file-commitment", Suite.HashLength);
            _commitment = Convert.ToHexStringLower(_request.DataKey.Suite.Hmac(mark.Bytes, _hash.Finish()));
        }

        return _commitment;
    }

    public void Dispose()
    {
        _hash.Dispose();
        if (_owned)
        {
            _file.Dispose();
        }
    }

    private static void CheckLength(long length, long limit)
    {
        if (length == 0 || length > limit)
        {
            throw new WorkerRefusedException(length == 0 ? LoadRules.Empty : LoadRules.TooLarge);
        }
    }

    private static byte[] Bytes(SealedMemory memory, long from, int count)
    {
        var bytes = new byte[count];
        var done = 0;
        while (done < count && RandomAccess.Read(memory.Handle, bytes.AsSpan(done), from + done) is var read and > 0)
        {
            done += read;
        }

        return done == count ? bytes : throw new WorkerRefusedException(LoadRules.Reader);
    }

    private int Read(int most)
    {
        var read = RandomAccess.Read(_file, _buffer.AsSpan(0, most), _at);
        _at += read;
        if (_at > _request.SourceLimitBytes)
        {
            throw new WorkerRefusedException(LoadRules.TooLarge);
        }

        _hash.Append(_buffer.AsSpan(0, read));
        return read;
    }
}
