using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A secret key as a file of mode 0600 with one line, <c>SCHEME BASE64URL</c> without the blank. Nothing of the key is ever a string, which could not be zeroed.</summary>
internal static class KeyLine
{
    private const int MostBytes = 200;

    /// <summary>Writes the file durably; an existing one is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(string path, string scheme, ReadOnlySpan<byte> secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, BufferSize = 0 };
        var line = new byte[scheme.Length + Base64Url.GetEncodedLength(secret.Length) + 1];
        try
        {
            Encoding.ASCII.GetBytes(scheme, line);
            Base64Url.EncodeToUtf8(secret, line.AsSpan(scheme.Length));
            line[^1] = (byte)'\n';
            using var file = new FileStream(path, options);
            file.Write(line);
            file.Flush(true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }

        FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <param name="schemes">The schemes that are accepted.</param>
    /// <param name="length">Bytes of the secret.</param>
    /// <returns>The scheme that the file has, and the secret; the caller zeroes it.</returns>
    /// <exception cref="TrustException">TRUST-KEY-3: missing, damaged, or readable by others than its owner.</exception>
    public static (string Scheme, byte[] Secret) Read(string path, ReadOnlySpan<string> schemes, int length)
    {
        Span<byte> text = stackalloc byte[MostBytes + 1];
        Span<char> line = stackalloc char[MostBytes + 1];
        try
        {
            const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(path) & others) != 0 || new FileInfo(path).Length > MostBytes)
            {
                throw new TrustException(TrustRules.KeyFile);
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            var read = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            var characters = line[..Encoding.Latin1.GetChars(text[..read].TrimEnd("\r\n"u8), line)];
            foreach (var scheme in schemes)
            {
                if (read <= MostBytes && characters.StartsWith(scheme, StringComparison.Ordinal) && ExactBase64Url.Decode(characters[scheme.Length..], length) is { } secret)
                {
                    return (scheme, secret);
                }
            }

            throw new TrustException(TrustRules.KeyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException(TrustRules.KeyFile, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(line));
        }
    }
}
