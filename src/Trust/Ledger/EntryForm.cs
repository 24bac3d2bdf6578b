using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>The byte form of an entry: canonical JSON <c>{"actor","facts","kind","n","t","v":1}</c>.</summary>
internal static class EntryForm
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static byte[] Write(LedgerEntry entry, long index, DateTimeOffset at)
    {
        if (!Name(entry.Kind, ".-") || !Text(entry.Actor, 1, 128) || entry.Facts.Count > 64)
        {
            throw new TrustException(TrustRules.LedgerEntryForm);
        }

        var facts = new JsonObject();
        foreach (var (name, fact) in entry.Facts)
        {
            if (!Name(name, "_-") || (fact.Text is { } text ? !Text(text, 0, 512) : Math.Abs((decimal)fact.Number) > CanonicalJson.MaxInteger))
            {
                throw new TrustException(TrustRules.LedgerEntryForm);
            }

            facts[name] = fact.Text is { } value ? JsonValue.Create(value) : JsonValue.Create(fact.Number);
        }

        try
        {
            return CanonicalJson.Serialize(new JsonObject
            {
                ["v"] = 1,
                ["n"] = index,
                ["t"] = at.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture),
                ["kind"] = entry.Kind,
                ["actor"] = entry.Actor,
                ["facts"] = facts,
            });
        }
        catch (ArgumentException e)
        {
            throw new TrustException(TrustRules.LedgerEntryForm, e);
        }
    }

    /// <summary>Null for bytes that <see cref="Write"/> cannot have written.</summary>
    public static LedgerRecord? Read(ReadOnlySpan<byte> bytes)
    {
        if (CanonicalJson.ParseExact(bytes) is not JsonObject { Count: 6 } entry
            || entry["v"] is not JsonValue v || !v.TryGetValue<long>(out var version) || version != 1
            || entry["n"] is not JsonValue n || !n.TryGetValue<long>(out var index) || index < 0
            || entry["t"] is not JsonValue t || !t.TryGetValue<string>(out var time)
            || !DateTimeOffset.TryParseExact(time, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || entry["kind"] is not JsonValue k || !k.TryGetValue<string>(out var kind)
            || entry["actor"] is not JsonValue a || !a.TryGetValue<string>(out var actor)
            || entry["facts"] is not JsonObject members)
        {
            return null;
        }

        var facts = new Facts();
        foreach (var (name, member) in members)
        {
            if (member is not JsonValue value)
            {
                return null;
            }

            if (value.TryGetValue<string>(out var text))
            {
                facts[name] = text;
            }
            else if (value.TryGetValue<long>(out var number))
            {
                facts[name] = number;
            }
            else
            {
                return null;
            }
        }

        return new LedgerRecord(index, at, kind, actor, facts, bytes.ToArray());
    }

    private static bool Name(string name, string punctuation) =>
        name is { Length: >= 1 and <= 64 } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || punctuation.Contains(c, StringComparison.Ordinal));

    private static bool Text(string text, int least, int most) => text is not null && text.Length >= least && text.Length <= most && !text.Any(char.IsControl);
}
