using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A file that stands alone: sealed as an object is, under a key file of an operator instead of a key ring.</summary>
/// <remarks>
/// <code>
/// 0   8  "SBXSEAL\n"
/// 8   1  suite: 1 sm, 2 nist
/// 9   7  zero
/// 16 32  salt, random: with the key file it gives the key
/// 48     a sealed object (see ObjectHeader) to the end of the file
/// </code>
/// </remarks>
public static class SealedFile
{
    private const int PreambleLength = 48;
    private const int ChunkLog = 18;

    private static ReadOnlySpan<byte> Magic => "SBXSEAL\n"u8;

    /// <summary>Seals what <paramref name="writer"/> writes into a new file of mode 0600, durably; on any exception nothing is left.</summary>
    /// <param name="path">Must not exist.</param>
    /// <param name="key">The operator's key.</param>
    /// <param name="suite">Algorithms.</param>
    /// <param name="kind">1–16 of a–z, 0–9, hyphen; opening asks for the same.</param>
    /// <param name="writer">Writes the content front to back.</param>
    /// <exception cref="TrustException">TRUST-OBJECT-4: the file exists or the disk refused.</exception>
    public static void Write(string path, MasterKey key, Suite suite, string kind, Action<Stream> writer)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(writer);
        var staged = $"{Path.GetFullPath(path)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.new";
        var made = false;
        try
        {
            using (var file = new FileStream(staged, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, BufferSize = 0 }))
            {
                made = true;
                var preamble = new byte[PreambleLength];
                Magic.CopyTo(preamble);
                preamble[8] = suite.Id;
                RandomNumberGenerator.Fill(preamble.AsSpan(16));
                file.Write(preamble);
                using var data = Key(key, suite, preamble.AsSpan(16));
                using var sealing = new SealingStream(file, suite, data, kind, ChunkLog);
                writer(sealing);
                sealing.Complete();
                file.Flush(true);
            }

            File.Move(staged, path, overwrite: false);
            FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error)
        {
            if (made)
            {
                File.Delete(staged);
            }

            if (error is IOException or UnauthorizedAccessException)
            {
                throw new TrustException(TrustRules.StorageFull, error);
            }

            throw;
        }
    }

    /// <summary>The authenticated content, front to back; reading throws TRUST-OBJECT-3 at the first chunk that does not authenticate and at the end of a cut file.</summary>
    /// <exception cref="TrustException">TRUST-OBJECT-1 missing, -2 another key or kind, -3 damaged.</exception>
    public static Stream Open(string path, MasterKey key, string kind)
    {
        ArgumentNullException.ThrowIfNull(key);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException(TrustRules.ObjectMissing, e);
        }

        try
        {
            var head = new byte[PreambleLength + ObjectHeader.Length];
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) != head.Length || !head.AsSpan().StartsWith(Magic) || head[8] is not (1 or 2) || head.AsSpan(9, 7).ContainsAnyExcept((byte)0))
            {
                throw new TrustException(TrustRules.ObjectDamaged);
            }

            var suite = Suite.ById(head[8]);
            using var data = Key(key, suite, head.AsSpan(16, 32));
            var (log, keys) = ObjectHeader.Open(suite, data, kind, head.AsSpan(PreambleLength));
            var sealedLength = file.Length - PreambleLength;
            using (keys)
            {
                // The length is not stored apart: it follows from the file's, and the last chunk says that it is the last.
                var body = sealedLength - ObjectHeader.Length;
                var (full, rest) = Math.DivRem(body, (1L << log) + AeadKey.TagLength);
                var plain = (full << log) + Math.Max(0, rest - AeadKey.TagLength);
                file.Seek(PreambleLength, SeekOrigin.Begin);
                return new OpeningStream(file, suite, data, new ObjectRef(keys.Name, kind, plain, sealedLength, ""), checkCommitment: false);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static DataKey Key(MasterKey key, Suite suite, ReadOnlySpan<byte> salt)
    {
        if (key.Kind != MasterKeyKind.KeyFile)
        {
            throw new TrustException(TrustRules.MasterKeyKind);
        }

        using var top = key.Unlock(suite, salt, ScryptCost.Default);
        var secret = suite.Derive(top.Bytes, [], "sealed-file/v1", Suite.HashLength);
        var id = Convert.ToHexStringLower(suite.Hmac(secret.Bytes, Encoding.ASCII.GetBytes("sealed-file/key-id")).AsSpan(0, 8));
        return new DataKey(suite, KeyScope.Object, "sealed-file", id, secret);
    }
}
