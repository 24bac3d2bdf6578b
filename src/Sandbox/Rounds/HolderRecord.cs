using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>
/// The key holder's own memory of what it opened: one signed statement a line, each naming the one before, so that none can be changed or taken out of the middle. A
/// total is written down before it is decrypted: whatever happens then, it counts as opened.
/// </summary>
internal sealed class HolderRecord
{
    private const string Label = "sandbox/he-opening/v1";
    private const int MostBytes = 256 << 20;

    private readonly string _path;
    private readonly SigningKey _holder;
    private readonly List<(RoundFootprint Footprint, string Total, string? Key)> _entries = [];
    private string _last = "", _done = "";

    private HolderRecord(string path, SigningKey holder) => (_path, _holder) = (path, holder);

    public IReadOnlyList<RoundFootprint> Opened => [.. _entries.Select(entry => entry.Footprint)];

    /// <exception cref="RefusedException">A line does not hold.</exception>
    public static HolderRecord Read(string path, SigningKey holder)
    {
        var record = new HolderRecord(path, holder);
        if (!File.Exists(path))
        {
            return record;
        }

        var bytes = PrivateFile.Read(path, MostBytes) ?? throw new RefusedException(RoundWords.Record());
        if (bytes.Length > 0 && bytes[^1] != '\n')
        {
            throw new RefusedException(RoundWords.Record());
        }

        foreach (var line in bytes.AsSpan().TrimEnd((byte)'\n').Split((byte)'\n'))
        {
            var text = bytes.AsSpan()[line];
            if (text.IsEmpty && bytes.Length <= 1)
            {
                continue;
            }

            try
            {
                record.Add(SignedStatement.Verify(text, Label, holder.Public), text);
            }
            catch (Exception error) when (error is TrustException or FormatException or InvalidOperationException or NullReferenceException or KeyNotFoundException or ArgumentException)
            {
                throw new RefusedException(RoundWords.Record());
            }
        }

        return record;
    }

    /// <summary>Whether exactly this total was written down last and its opening did not come to its end: then it may be opened once more, for it gives the same numbers.</summary>
    public bool MayRepeat(EncryptedTotal total) => _entries is [.., (_, var digest, _)] && digest == total.Digest && _done != digest;

    /// <summary>What was opened without the last entry.</summary>
    public IReadOnlyList<RoundFootprint> BeforeLast => [.. _entries.Take(_entries.Count - 1).Select(entry => entry.Footprint)];

    /// <summary>
    /// Whether another total was opened with the round's key. One is all that a key opens: whether a total could be opened is an answer about the key to whoever made it up.
    /// </summary>
    public bool KeyServed(RoundInvitation invitation, EncryptedTotal total) => DigestOf(invitation) is var key && _entries.Any(entry => entry.Key == key && entry.Total != total.Digest);

    /// <summary>Writes a total down, durably.</summary>
    public void Append(RoundInvitation invitation, EncryptedTotal total)
    {
        var footprint = invitation.Round.FootprintOf(total);
        var weights = new JsonObject();
        foreach (var (contributor, weight) in footprint.Weights)
        {
            weights[contributor] = weight;
        }

        var statement = SignedStatement.Sign(_holder, Label, new JsonObject
        {
            ["before"] = _last,
            ["from"] = footprint.From.ToString("O", CultureInfo.InvariantCulture),
            ["key"] = DigestOf(invitation),
            ["measures"] = new JsonArray([.. footprint.Measures.Select(name => (JsonNode)name)]),
            ["minimum"] = footprint.Minimum,
            ["round"] = footprint.Round,
            ["terms"] = footprint.Terms,
            ["total"] = total.Digest,
            ["until"] = footprint.Until.ToString("O", CultureInfo.InvariantCulture),
            ["weights"] = weights,
        });
        Write(statement);
    }

    /// <summary>Writes down that the envelope stands.</summary>
    public void Finish(EncryptedTotal total) => Write(SignedStatement.Sign(_holder, Label, new JsonObject { ["before"] = _last, ["done"] = total.Digest }));

    // By the holder's own suite: two platforms of different suites name one key differently.
    private string DigestOf(RoundInvitation invitation) => SignedRound.DigestOfKey(_holder.Suite, invitation.Key.PublicKey.Span);

    private void Write(SignedStatement signed)
    {
        var statement = signed.ToBytes();
        byte[] all = [.. File.Exists(_path) ? PrivateFile.Read(_path, MostBytes)! : [], .. statement, (byte)'\n'];
        var part = _path + ".part";
        File.Delete(part);
        PrivateFile.Create(part, all);
        File.Move(part, _path, overwrite: true);
        FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        Add(signed, statement);
    }

    private void Add(SignedStatement statement, ReadOnlySpan<byte> text)
    {
        var body = statement.Payload;
        if (body["before"]!.GetValue<string>() != _last)
        {
            throw new RefusedException(RoundWords.Record());
        }

        _last = Convert.ToHexStringLower(_holder.Suite.Hash(text));
        if (body["done"] is { } done)
        {
            _done = done.GetValue<string>();
            return;
        }

        _entries.Add((
            new(
                body["round"]!.GetValue<string>(),
                body["terms"]!.GetValue<string>(),
                [.. body["measures"]!.AsArray().Select(name => name!.GetValue<string>())],
                DateOnly.ParseExact(body["from"]!.GetValue<string>(), "O", CultureInfo.InvariantCulture),
                DateOnly.ParseExact(body["until"]!.GetValue<string>(), "O", CultureInfo.InvariantCulture),
                body["weights"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<long>(), StringComparer.Ordinal),
                body["minimum"]!.GetValue<int>()),
            body["total"]!.GetValue<string>(),
            body["key"]?.GetValue<string>()));
    }
}
