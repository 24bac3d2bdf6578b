using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>The byte form of an entry: canonical JSON <c>{"actor","facts","kind","n","t","v":1}</c>.</summary>
internal static class EntryForm
{
    /// <summary>Characters of a time, which is UTC to the millisecond and sorts as text.</summary>
    public const int TimeLength = 24;

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <exception cref="TrustException">TRUST-LEDGER-2.</exception>
    public static void Check(LedgerEntry entry)
    {
        if (!Name(entry.Kind, ".-") || !Text(entry.Actor, 1, 128) || entry.Facts.Count > 64)
        {
            throw new TrustException(TrustRules.LedgerEntryForm);
        }

        foreach (var (name, fact) in entry.Facts)
        {
            if (!Name(name, "_-") || (fact.Text is { } text ? !Text(text, 0, 512) : fact.Number is < -CanonicalJson.MaxInteger or > CanonicalJson.MaxInteger))
            {
                throw new TrustException(TrustRules.LedgerEntryForm);
            }
        }
    }

    /// <summary>The whole form: <see cref="Begin"/>, then <see cref="End"/>.</summary>
    /// <param name="time"><see cref="TimeLength"/> characters, see <see cref="Time(DateTimeOffset)"/>.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-2.</exception>
    public static byte[] Write(LedgerEntry entry, long index, string time) => End(Begin(entry), index, time);

    /// <summary>Everything that stands before place and time, which only the writer knows; checked.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-2.</exception>
    public static byte[] Begin(LedgerEntry entry)
    {
        Check(entry);
        // The form is canonical JSON (RFC 8785) written straight out: members in order, and texts without control characters need two escapes only.
        var text = new Utf8Text(stackalloc byte[1024]);
        try
        {
            text.Add("{\"actor\":"u8);
            text.Quote(entry.Actor);
            text.Add(",\"facts\":{"u8);
            var names = entry.Facts.Count == 0 ? [] : new string[entry.Facts.Count];
            var at = 0;
            foreach (var name in entry.Facts.Keys)
            {
                names[at++] = name;
            }

            Array.Sort(names, StringComparer.Ordinal);
            for (var i = 0; i < names.Length; i++)
            {
                if (i > 0)
                {
                    text.Add(","u8);
                }

                text.Quote(names[i]);
                text.Add(":"u8);
                var fact = entry.Facts[names[i]];
                if (fact.Text is { } value)
                {
                    text.Quote(value);
                }
                else
                {
                    text.Add(fact.Number);
                }
            }

            text.Add("},\"kind\":"u8);
            text.Quote(entry.Kind);
            return text.ToArray();
        }
        catch (EncoderFallbackException e)
        {
            throw new TrustException(TrustRules.LedgerEntryForm, e);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>Closes what <see cref="Begin"/> wrote.</summary>
    /// <param name="beginning">Of one entry.</param>
    /// <param name="index">Its place.</param>
    /// <param name="time"><see cref="TimeLength"/> ASCII characters.</param>
    public static byte[] End(ReadOnlySpan<byte> beginning, long index, string time)
    {
        var text = new Utf8Text(stackalloc byte[1024]);
        text.Add(beginning);
        text.Add(",\"n\":"u8);
        text.Add(index);
        text.Add(",\"t\":\""u8);
        text.Encode(time);
        text.Add("\",\"v\":1}"u8);
        var form = text.ToArray();
        text.Dispose();
        return form;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    /// <summary>Reads place and time from the end of an entry, where they stand in one form only; what lies before them can't imitate it.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <param name="index">The place that it must name.</param>
    /// <param name="time"><see cref="TimeLength"/> ASCII characters.</param>
    public static bool Tail(ReadOnlySpan<byte> entry, long index, out ReadOnlySpan<byte> time)
    {
        time = default;
        var end = "\",\"v\":1}"u8;
        var before = ",\"t\":\""u8;
        if (entry.Length < end.Length + TimeLength + before.Length || !entry.EndsWith(end))
        {
            return false;
        }

        time = entry[^(end.Length + TimeLength)..^end.Length];
        var rest = entry[..^(end.Length + TimeLength)];
        if (!rest.EndsWith(before))
        {
            return false;
        }

        Span<byte> place = stackalloc byte[32];
        "\"n\":"u8.CopyTo(place);
        return index.TryFormat(place[4..], out var digits, provider: CultureInfo.InvariantCulture) && rest[..^before.Length].EndsWith(place[..(4 + digits)]);
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

    private static bool Name(string name, string punctuation)
    {
        if (name is not { Length: >= 1 and <= 64 } || !char.IsAsciiLetterLower(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !punctuation.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Text(string text, int least, int most)
    {
        if (text is null || text.Length < least || text.Length > most)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }
}
