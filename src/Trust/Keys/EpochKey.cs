using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>The key of one epoch. The registry holds its number and the name of its file; the key itself lies in that file, apart from registry, objects and backups.</summary>
internal sealed record EpochKey(long Number, Secret Secret, string File)
{
    /// <summary>Makes the next epoch: its file is durable before the transaction that names it commits.</summary>
    /// <param name="carry">Wraps the living keys by the new epoch key.</param>
    public static EpochKey Start(DbConnection connection, DbTransaction? transaction, Suite suite, string ringId, Secret top, string folder, long number, DateTimeOffset now, Func<Secret, IReadOnlyList<CarriedKey>> carry)
    {
        var secret = Secret.Random(Suite.HashLength);
        try
        {
            var file = EpochFile.Make(suite, secret, ringId, number, KeyWrap.Wrap(suite, top, Context(ringId, number), secret.Bytes), carry(secret)).Write(folder);
            KeyTables.Run(connection, transaction, "DELETE FROM trust_epochs");
            KeyTables.Run(connection, transaction, "INSERT INTO trust_epochs (epoch, file, started) VALUES (@epoch, @file, @started)", ("@epoch", number), ("@file", file), ("@started", KeyRing.Stamp(now)));
            return new EpochKey(number, secret, file);
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    /// <exception cref="TrustException">TRUST-KEY-1: it does not open with this master key; TRUST-KEY-10: this registry is older than the keys; TRUST-KEY-11: the file is missing or damaged.</exception>
    public static EpochKey Current(DbConnection connection, DbTransaction? transaction, Suite suite, string ringId, Secret top, string folder)
    {
        var (number, name) = Named(connection, transaction);
        EpochFile? file;
        while ((file = Find(folder, name)) is null)
        {
            // Another process may have ended this epoch in between.
            var again = Named(connection, transaction);
            if (again == (number, name))
            {
                break;
            }

            (number, name) = again;
        }

        if (EndedIn(folder, ringId, number))
        {
            throw new TrustException(TrustRules.RegistryOlderThanKeys);
        }

        return file is not null && file.Ring == ringId && file.Epoch == number ? new EpochKey(number, Open(suite, top, file), name) : throw new TrustException(TrustRules.EpochKeyMissing);
    }

    /// <summary>The file of a name, settled or still pending.</summary>
    public static EpochFile? Find(string folder, string name) => EpochFile.Read(Path.Combine(folder, name)) ?? EpochFile.Read(Path.Combine(folder, name + EpochFile.Pending));

    /// <summary>The key in a file, when the master key opens it and the whole file is authentic.</summary>
    /// <exception cref="TrustException">TRUST-KEY-1 or TRUST-KEY-11.</exception>
    public static Secret Open(Suite suite, Secret top, EpochFile file)
    {
        var secret = KeyWrap.Unwrap(suite, top, Context(file.Ring, file.Epoch), file.Key) ?? throw new TrustException(TrustRules.WrongMasterKey);
        if (file.Authentic(suite, secret))
        {
            return secret;
        }

        secret.Dispose();
        throw new TrustException(TrustRules.EpochKeyMissing);
    }

    /// <summary>Whether this is still the epoch that the registry names. A rolled back rotation may have left its number to another, never its file.</summary>
    public bool StillNewest(DbConnection connection, DbTransaction? transaction) => Named(connection, transaction) == (Number, File);

    /// <summary>The epoch that the registry names.</summary>
    /// <exception cref="TrustException">TRUST-KEY-7.</exception>
    public static (long Number, string File) Named(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT epoch, file FROM trust_epochs ORDER BY epoch DESC LIMIT 1");
        using var reader = command.ExecuteReader();
        // The name goes into a path: nothing but the form that is written here.
        return reader.Read() && reader.GetValue(0) is long number and > 0 && reader.GetValue(1) is string file
            && file.Length <= 60 && file.StartsWith(string.Create(CultureInfo.InvariantCulture, $"epoch-{number}-"), StringComparison.Ordinal) && file.EndsWith(".key", StringComparison.Ordinal)
            && file.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? (number, file)
            : throw new TrustException(TrustRules.KeyDamaged);
    }

    /// <summary>Whether a settled file of a later epoch of this ring lies in a folder: then the registry that names this one is a copy from before.</summary>
    public static bool EndedIn(string folder, string ringId, long number) =>
        EpochFile.In(folder).Any(file => file.Number > number && !file.Name.EndsWith(EpochFile.Pending, StringComparison.Ordinal) && RingOf(file.Path) == ringId);

    private static string? RingOf(string path)
    {
        try
        {
            return EpochFile.Read(path)?.Ring;
        }
        catch (TrustException)
        {
            return null;
        }
    }

    private static string Context(string ringId, long number) => string.Join('\0', "epoch", ringId, number.ToString(CultureInfo.InvariantCulture));
}
