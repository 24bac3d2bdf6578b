using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>The key of one epoch, wrapped by the master key. Backups leave its table out.</summary>
internal sealed record EpochKey(long Number, Secret Secret, byte[] Wrapped)
{
    public static EpochKey Start(DbConnection connection, DbTransaction? transaction, Suite suite, string ringId, Secret top, long number, DateTimeOffset now)
    {
        var secret = Secret.Random(Suite.HashLength);
        var wrapped = KeyWrap.Wrap(suite, top, Context(ringId, number), secret.Bytes);
        KeyTables.Run(connection, transaction, "INSERT INTO trust_epochs (epoch, wrapped, started) VALUES (@epoch, @wrapped, @started)",
            ("@epoch", number), ("@wrapped", wrapped), ("@started", KeyRing.Stamp(now)));
        return new EpochKey(number, secret, wrapped);
    }

    /// <exception cref="TrustException">TRUST-KEY-1: the newest epoch key does not open.</exception>
    public static EpochKey Current(DbConnection connection, DbTransaction? transaction, Suite suite, string ringId, Secret top)
    {
        var (number, wrapped) = Newest(connection, transaction);
        var secret = KeyWrap.Unwrap(suite, top, Context(ringId, number), wrapped) ?? throw new TrustException(TrustRules.WrongMasterKey);
        return new EpochKey(number, secret, wrapped);
    }

    /// <summary>Whether this is still the newest epoch. Compares the wrapped bytes: a rolled back epoch may have left its number to another.</summary>
    public bool StillNewest(DbConnection connection, DbTransaction? transaction)
    {
        var (number, wrapped) = Newest(connection, transaction);
        return number == Number && wrapped.AsSpan().SequenceEqual(Wrapped);
    }

    private static (long Number, byte[] Wrapped) Newest(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT epoch, wrapped FROM trust_epochs ORDER BY epoch DESC LIMIT 1");
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetValue(0) is long number && reader.GetValue(1) is byte[] wrapped
            ? (number, wrapped)
            : throw new TrustException(TrustRules.KeyDamaged);
    }

    private static string Context(string ringId, long number) => string.Join('\0', "epoch", ringId, number.ToString(CultureInfo.InvariantCulture));
}
