namespace Sandbox.Trust;

/// <summary>A text or a whole number in a ledger entry.</summary>
public readonly record struct Fact
{
    private Fact(string? text, long number)
    {
        Text = text;
        Number = number;
    }

    /// <summary>Null for a number.</summary>
    public string? Text { get; }

    public long Number { get; }

    public static implicit operator Fact(string text) => FromText(text);

    public static implicit operator Fact(long number) => FromNumber(number);

    public static Fact FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Fact(text, 0);
    }

    public static Fact FromNumber(long number) => new(null, number);

    public override string ToString() => Text ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Named facts of an entry: ids, digests, rule ids and coarse counts; never data values.</summary>
public sealed class Facts : Dictionary<string, Fact>
{
    public Facts()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>An act to be recorded.</summary>
/// <param name="Kind">What happened, for example <c>zone.opened</c>: 1–64 of a–z, 0–9, dot, hyphen.</param>
/// <param name="Actor">Who did it: 1–128 characters without control characters.</param>
/// <param name="Facts">At most 64; names 1–64 of a–z, 0–9, underscore, hyphen; texts at most 512 characters; numbers up to 2^53−1.</param>
public sealed record LedgerEntry(string Kind, string Actor, IReadOnlyDictionary<string, Fact> Facts);

/// <summary>An entry as it stands in the ledger.</summary>
/// <param name="Bytes">The canonical JSON under the leaf hash.</param>
public sealed record LedgerRecord(long Index, DateTimeOffset At, string Kind, string Actor, IReadOnlyDictionary<string, Fact> Facts, ReadOnlyMemory<byte> Bytes);
