using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Trust;

/// <summary>A living key as an epoch file carries it: wrapped by the key of that epoch.</summary>
internal sealed record CarriedKey(string Scope, string Id, string KeyId, string Kind, byte[] Wrapped);

/// <summary>
/// The key of one epoch, wrapped by the master key, in a file apart from registry and objects, with every key that lived when the epoch began. A copy of registry and objects opens nothing without it,
/// and an older copy gets back from it the keys that still live and no other.
/// </summary>
/// <param name="Ring">The key ring.</param>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Key">The wrapped epoch key.</param>
/// <param name="Living">The keys carried over into this epoch.</param>
/// <param name="Mac">HMAC over all of the above under a key derived from the epoch key.</param>
internal sealed record EpochFile(string Ring, long Epoch, byte[] Key, IReadOnlyList<CarriedKey> Living, byte[] Mac)
{
    /// <summary>An epoch file is named <c>epoch-NUMBER-RANDOM.key</c>; until the transaction that names it has committed, with this behind it.</summary>
    public const string Pending = ".new";

    private const int LongestFile = 64 << 20;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static EpochFile Make(Suite suite, Secret epoch, string ring, long number, byte[] key, IReadOnlyList<CarriedKey> living)
    {
        var bare = new EpochFile(ring, number, key, living, []);
        return bare with { Mac = bare.Code(suite, epoch) };
    }

    public bool Authentic(Suite suite, Secret epoch) => CryptographicOperations.FixedTimeEquals((this with { Mac = [] }).Code(suite, epoch), Mac);

    /// <summary>Every epoch file in a folder, with its number; pending ones too.</summary>
    public static IEnumerable<(string Path, string Name, long Number)> In(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "epoch-*"))
        {
            var name = Path.GetFileName(path);
            var parts = name.Split('-');
            if (parts.Length == 3 && (name.EndsWith(".key", StringComparison.Ordinal) || name.EndsWith(".key" + Pending, StringComparison.Ordinal))
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                yield return (path, name, number);
            }
        }
    }

    /// <summary>Writes a pending file of mode 0600, durably, and gives the name that it gets when it is settled.</summary>
    /// <exception cref="TrustException">TRUST-OBJECT-4: the disk refused.</exception>
    public string Write(string folder)
    {
        var name = $"epoch-{Epoch}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.key";
        WriteTo(Path.Combine(folder, name + Pending));
        return name;
    }

    /// <inheritdoc cref="Write"/>
    public void WriteTo(string path)
    {
        var made = false;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            using (var file = new FileStream(path, options))
            {
                made = true;
                file.Write(JsonSerializer.SerializeToUtf8Bytes(this, Format));
                file.Flush(true);
            }

            FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (made)
            {
                File.Delete(path);
            }

            throw new TrustException(TrustRules.StorageFull, e);
        }
    }

    /// <summary>Null where there is no such file.</summary>
    /// <exception cref="TrustException">TRUST-KEY-11: it cannot be read or does not have this form.</exception>
    public static EpochFile? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            return new FileInfo(path).Length <= LongestFile && JsonSerializer.Deserialize<EpochFile>(File.ReadAllBytes(path), Format) is { Ring: not null, Key: not null, Living: not null, Mac: not null } file
                && file.Living.All(key => key is { Scope: not null, Id: not null, KeyId: not null, Kind: not null, Wrapped: not null })
                ? file
                : throw new TrustException(TrustRules.EpochKeyMissing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new TrustException(TrustRules.EpochKeyMissing, e);
        }
    }

    /// <summary>Overwrites and removes a file. On disks that write elsewhere (flash, snapshots) the old bytes can stay: they are wrapped by the master key, and disk encryption is asked for.</summary>
    public static void Erase(string path)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
            {
                Span<byte> zero = stackalloc byte[4096];
                zero.Clear();
                for (var left = file.Length; left > 0; left -= zero.Length)
                {
                    file.Write(zero[..(int)Math.Min(left, zero.Length)]);
                }

                file.Flush(true);
            }

            File.Delete(path);
        }
        catch (FileNotFoundException)
        {
            // Another process erased it first.
        }
    }

    private byte[] Code(Suite suite, Secret epoch)
    {
        using var key = suite.Derive(epoch.Bytes, [], "epoch-file/v1", Suite.HashLength);
        return suite.Hmac(key.Bytes, JsonSerializer.SerializeToUtf8Bytes(this, Format));
    }
}
