using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>
/// A signed run of ledger entries for a receiver outside: all of them, or those that concern one supplier's data. <see cref="LedgerBatches"/> writes and verifies it.
/// </summary>
/// <param name="Origin">The ledger.</param>
/// <param name="Receiver">Who it is for.</param>
/// <param name="Part">The supplier whose part it is; empty for the whole ledger.</param>
/// <param name="From">Index of the first entry that it covers.</param>
/// <param name="End">Index behind the last. The next batch begins there.</param>
/// <param name="Content">Lower-case hex digest of its entries, each with a line feed; what an acknowledgement names.</param>
/// <param name="Root">Root of the tree of the first <paramref name="End"/> entries.</param>
/// <param name="Head">A signed head over at least <paramref name="End"/> entries that continues that tree.</param>
/// <param name="Entries">In order. Of a whole batch every entry from <paramref name="From"/> to <paramref name="End"/>; of a part those that its signer says are all.</param>
public sealed record LedgerBatch(string Origin, string Receiver, string Part, long From, long End, string Content, byte[] Root, LedgerHead Head, IReadOnlyList<LedgerRecord> Entries);

/// <summary>
/// The file form of a batch: a line with a signed statement, then a line for each entry. Of the whole ledger a line is the entry as it stands there; of a part it is <c>{"entry","path"}</c> with the
/// proof that the entry stands under the signed head.
/// </summary>
public static class LedgerBatches
{
    /// <summary>Entries that one batch covers at most.</summary>
    public const int Most = 10_000;

    /// <summary>Bytes of a batch at most: a reader takes no more.</summary>
    public const int MostBytes = 64 << 20;

    private const string Label = "sandbox/ledger-batch/v1";
    private const string AcknowledgementLabel = "sandbox/ledger-acknowledgement/v1";
    private const string Form = "sandbox-ledger-batch/1";

    /// <summary>The digest that stands for a batch's entries, whenever and under whatever head it is written.</summary>
    public static string Content(Suite suite, IEnumerable<LedgerRecord> entries)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(entries);
        using var bytes = new MemoryStream();
        foreach (var entry in entries)
        {
            bytes.Write(entry.Bytes.Span);
            bytes.WriteByte((byte)'\n');
        }

        return Convert.ToHexStringLower(suite.Hash(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    /// <param name="part">Empty for the whole ledger.</param>
    /// <param name="entries">Those between <paramref name="from"/> and <paramref name="end"/> that belong to the part.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range, TRUST-LEDGER-6 needs archived entries that are not at hand.</exception>
    public static byte[] Write(Ledger ledger, SigningKey key, string receiver, string part, long from, long end, IReadOnlyList<LedgerRecord> entries, string? archiveFolder)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(entries);
        var head = ledger.Head();
        var growth = ledger.ProveConsistency(end, head.Size, archiveFolder: archiveFolder);
        var statement = SignedStatement.Sign(key, Label, new JsonObject
        {
            ["format"] = Form,
            ["origin"] = head.Origin,
            ["receiver"] = receiver,
            ["part"] = part,
            ["from"] = from,
            ["end"] = end,
            ["count"] = entries.Count,
            ["content"] = Content(key.Public.Suite, entries),
            ["root"] = Convert.ToBase64String(growth.Root1),
            ["head"] = head.Note,
            ["growth"] = Hashes(growth.Path),
        });
        using var file = new MemoryStream();
        file.Write(statement.ToBytes());
        file.WriteByte((byte)'\n');
        foreach (var entry in entries)
        {
            file.Write(part.Length == 0 ? entry.Bytes.Span : CanonicalJson.Serialize(new JsonObject
            {
                ["entry"] = JsonNode.Parse(entry.Bytes.Span),
                ["path"] = Hashes(ledger.ProveInclusion(entry.Index, head.Size, archiveFolder: archiveFolder).Path),
            }));
            file.WriteByte((byte)'\n');
        }

        return file.ToArray();
    }

    /// <summary>Reads a batch with the domain's public key alone; nothing of it comes back unless all of it holds.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-7.</exception>
    public static LedgerBatch Verify(ReadOnlySpan<byte> file, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var lines = Lines(file);
        try
        {
            var payload = lines.Count > 0 ? SignedStatement.Verify(lines[0], Label, key).Payload : throw Bad();
            var batch = Header(payload, key);
            var entries = new List<LedgerRecord>(lines.Count - 1);
            foreach (var line in lines.Skip(1))
            {
                var entry = batch.Part.Length == 0 ? EntryForm.Read(line) : Proved(line, key.Suite, batch.Head);
                if (entry is null || entry.Index < (entries.Count == 0 ? batch.From : entries[^1].Index + 1) || entry.Index >= batch.End)
                {
                    throw Bad();
                }

                entries.Add(entry);
            }

            return entries.Count == Number(payload, "count") && (batch.Part.Length > 0 || entries.Count == batch.End - batch.From) && Content(key.Suite, entries) == batch.Content
                ? batch with { Entries = entries }
                : throw Bad();
        }
        catch (TrustException e) when (e.Refusal != TrustRules.BatchForm)
        {
            throw new TrustException(TrustRules.BatchForm, e);
        }
    }

    /// <summary>What a receiver signs once it has stored everything up to the batch's end.</summary>
    public static byte[] Acknowledge(LedgerBatch batch, SigningKey receiver)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(receiver);
        return SignedStatement.Sign(receiver, AcknowledgementLabel, new JsonObject
        {
            ["origin"] = batch.Origin,
            ["receiver"] = batch.Receiver,
            ["part"] = batch.Part,
            ["end"] = batch.End,
            ["content"] = batch.Content,
        }).ToBytes();
    }

    /// <exception cref="TrustException">TRUST-LEDGER-8: not signed by this receiver for this ledger and part.</exception>
    public static (long End, string Content) VerifyAcknowledgement(ReadOnlySpan<byte> bytes, PublicKey receiverKey, string origin, string receiver, string part)
    {
        try
        {
            var payload = SignedStatement.Verify(bytes, AcknowledgementLabel, receiverKey).Payload;
            return payload.Count == 5 && Text(payload, "origin") == origin && Text(payload, "receiver") == receiver && Text(payload, "part") == part
                ? (Number(payload, "end"), Text(payload, "content"))
                : throw new TrustException(TrustRules.AcknowledgementForm);
        }
        catch (TrustException e) when (e.Refusal != TrustRules.AcknowledgementForm)
        {
            throw new TrustException(TrustRules.AcknowledgementForm, e);
        }
    }

    private static LedgerBatch Header(JsonObject payload, PublicKey key)
    {
        var (from, end) = (Number(payload, "from"), Number(payload, "end"));
        var head = LedgerHead.Verify(Text(payload, "head"), key);
        var root = Hash(payload["root"]);
        var holds = payload.Count == 11 && Text(payload, "format") == Form && head.Origin == Text(payload, "origin") && from >= 0 && end > from && end <= head.Size
            && LedgerVerifier.VerifyConsistency(key.Suite, end, head.Size, root, head.Root, Path(payload["growth"]));
        return holds
            ? new LedgerBatch(head.Origin, Text(payload, "receiver"), Text(payload, "part"), from, end, Text(payload, "content"), root, head, [])
            : throw Bad();
    }

    private static LedgerRecord? Proved(byte[] line, Suite suite, LedgerHead head) =>
        CanonicalJson.ParseExact(line) is JsonObject { Count: 2 } form && form["entry"] is JsonObject entry && EntryForm.Read(CanonicalJson.Serialize(entry)) is { } record
        && LedgerVerifier.VerifyInclusion(suite, record.Index, head.Size, LedgerVerifier.LeafHash(suite, record.Bytes.Span), Path(form["path"]), head.Root)
            ? record
            : null;

    private static List<byte[]> Lines(ReadOnlySpan<byte> file)
    {
        var lines = new List<byte[]>();
        if (file.Length > MostBytes)
        {
            throw Bad();
        }

        while (!file.IsEmpty)
        {
            var end = file.IndexOf((byte)'\n');
            if (end < 0 || lines.Count > Most)
            {
                throw Bad();
            }

            lines.Add(file[..end].ToArray());
            file = file[(end + 1)..];
        }

        return lines;
    }

    private static JsonArray Hashes(IReadOnlyList<byte[]> path) => new([.. path.Select(hash => JsonValue.Create(Convert.ToBase64String(hash)))]);

    private static List<byte[]> Path(JsonNode? node) => node is JsonArray { Count: <= 128 } path ? [.. path.Select(Hash)] : throw Bad();

    private static byte[] Hash(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && LedgerHead.Decode(text) is { Length: Suite.HashLength } hash ? hash : throw Bad();

    private static string Text(JsonObject payload, string name) => payload[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Bad();

    private static long Number(JsonObject payload, string name) => payload[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : throw Bad();

    private static TrustException Bad() => new(TrustRules.BatchForm);
}
