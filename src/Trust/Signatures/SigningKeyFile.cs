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

        byte[]? scalar = null;
        try
        {
            var parts = Encoding.ASCII.GetString(text).TrimEnd('\r', '\n').Split(':');
            if (parts is not ["sandbox-private-key", "v1", var suite and ("sm" or "nist"), var encoded] || (scalar = ExactBase64Url.Decode(encoded, ScalarLength)) is null)
            {
                throw new TrustException(TrustRules.KeyFile);
            }

            return SigningKey.FromScalar(Suite.ByName(suite), scalar);
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
