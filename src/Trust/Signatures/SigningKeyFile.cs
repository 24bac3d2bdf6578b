using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A person's private signing key as a file of mode 0600: one line <c>sandbox-private-key:v1:SUITE:BASE64URL(scalar)</c>.</summary>
public static class SigningKeyFile
{
    private const string Scheme = "sandbox-private-key:v1:";
    private const int ScalarLength = 32;

    /// <summary>Writes the key; an existing file is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(SigningKey key, string path)
    {
        ArgumentNullException.ThrowIfNull(key);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var file = new FileStream(path, options))
        {
            file.Write(Encoding.ASCII.GetBytes($"{Scheme}{key.Suite.Name}:{Base64Url.EncodeToString(key.Scalar)}\n"));
            file.Flush(true);
        }

        FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <exception cref="TrustException">TRUST-KEY-3: missing, damaged, or readable by others than its owner.</exception>
    public static SigningKey Read(string path)
    {
        byte[] text;
        try
        {
            const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(path) & others) != 0 || new FileInfo(path).Length > 200)
            {
                throw new TrustException(TrustRules.KeyFile);
            }

            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException(TrustRules.KeyFile, e);
        }

        var scalar = new byte[ScalarLength];
        try
        {
            var line = text.AsSpan().TrimEnd("\r\n"u8);
            foreach (var suite in new[] { "sm", "nist" })
            {
                var prefix = Encoding.ASCII.GetBytes($"{Scheme}{suite}:");
                if (line.StartsWith(prefix)
                    && line.Length == prefix.Length + Base64Url.GetEncodedLength(ScalarLength)
                    && Base64Url.TryDecodeFromUtf8(line[prefix.Length..], scalar, out var written) && written == ScalarLength)
                {
                    return SigningKey.FromScalar(Suite.ByName(suite), scalar);
                }
            }

            throw new TrustException(TrustRules.KeyFile);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or ArithmeticException)
        {
            throw new TrustException(TrustRules.KeyFile, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
