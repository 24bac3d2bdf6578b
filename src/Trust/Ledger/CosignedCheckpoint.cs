using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A witness's statement that it saw a checkpoint at a time and that it fits all checkpoints of that ledger it saw before.</summary>
/// <param name="Witness">The witness's name in the note.</param>
/// <param name="At">UTC, to the second.</param>
public sealed record Cosignature(string Witness, DateTimeOffset At);

/// <summary>A checkpoint with cosignatures of witnesses below the ledger's own signature (c2sp.org/tlog-cosignature, c2sp.org/signed-note).</summary>
/// <remarks>The signed bytes are those of C2SP's cosignature/v1; the algorithm is the suite's, so the key number is of type 0xff with a long identifier.</remarks>
public static class CosignedCheckpoint
{
    private const string Label = "sandbox/ledger-cosignature/v1";
    private const string Dash = "— ";
    private const int Most = 16;

    /// <summary>The note with the ledger's own signature alone.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4: the note does not have the form.</exception>
    public static string Bare(string note)
    {
        var lines = Lines(note);
        return string.Join('\n', lines.AsSpan(0, 5)) + "\n";
    }

    /// <summary>Adds a cosignature. Whether the checkpoint may be cosigned is <see cref="Witness"/>'s to decide.</summary>
    internal static string Add(string note, string name, SigningKey key, DateTimeOffset at)
    {
        if (Lines(note).Length - 6 >= Most)
        {
            throw new TrustException(TrustRules.CheckpointForm);
        }

        var seconds = at.ToUnixTimeSeconds();
        var signature = key.Sign(Label, Message(note, seconds));
        var stamped = new byte[12 + signature.Length];
        KeyHash(name, key.Public).CopyTo(stamped, 0);
        BinaryPrimitives.WriteInt64BigEndian(stamped.AsSpan(4), seconds);
        signature.CopyTo(stamped, 12);
        return $"{note}{Dash}{name} {Convert.ToBase64String(stamped)}\n";
    }

    /// <summary>The cosignatures that verify under the given keys; others are passed over, as the note form asks.</summary>
    /// <param name="note">The checkpoint with cosignatures; the ledger's own signature is verified too.</param>
    /// <param name="ledger">The ledger's key.</param>
    /// <param name="witnesses">Names and keys of the witnesses who are trusted.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-4.</exception>
    public static IReadOnlyList<Cosignature> Verify(string note, PublicKey ledger, IReadOnlyDictionary<string, PublicKey> witnesses)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        var lines = Lines(note);
        LedgerHead.Verify(Bare(note), ledger);
        var found = new Dictionary<string, Cosignature>(StringComparer.Ordinal);
        foreach (var line in lines.AsSpan(5, lines.Length - 6))
        {
            var blank = line.LastIndexOf(' ');
            var name = line[Dash.Length..blank];
            if (witnesses.TryGetValue(name, out var key) && LedgerHead.Decode(line[(blank + 1)..]) is { Length: 12 + Suite.SignatureLength } signed
                && signed.AsSpan(0, 4).SequenceEqual(KeyHash(name, key))
                && BinaryPrimitives.ReadInt64BigEndian(signed.AsSpan(4)) is >= 0 and <= 253402300799 and var seconds
                && key.Verify(Label, Message(note, seconds), signed.AsSpan(12)))
            {
                found[name] = new Cosignature(name, DateTimeOffset.FromUnixTimeSeconds(seconds));
            }
        }

        return [.. found.Values];
    }

    private static byte[] Message(string note, long seconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n") + string.Join('\n', Lines(note).AsSpan(0, 3)) + "\n");

    private static string[] Lines(string note)
    {
        var lines = note is { Length: <= 8000 } ? note.Split('\n') : [];
        var good = lines.Length >= 6 && lines.Length <= 6 + Most && lines[3].Length == 0 && lines[^1].Length == 0;
        foreach (var line in good ? lines.AsSpan(5, lines.Length - 6) : [])
        {
            var words = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
            good &= words.Length == 2 && LedgerHead.ValidOrigin(words[0]) && LedgerHead.Decode(words[1]) is not null;
        }

        return good ? lines : throw new TrustException(TrustRules.CheckpointForm);
    }

    private static byte[] KeyHash(string name, PublicKey key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', 0xff, .. Encoding.ASCII.GetBytes("sandbox-cosignature-v1-" + key.Suite.SignatureAlgorithm), .. key.Point])[..4];
}
