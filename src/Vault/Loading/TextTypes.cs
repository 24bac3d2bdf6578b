namespace Sandbox.Vault.Loading;

/// <summary>The types that a column of texts gets by itself: only forms that come out again as they went in, so that no leading zero and no digit is lost.</summary>
internal static class TextTypes
{
    /// <summary>The better type first; a set of them is a set of bits, by place.</summary>
    internal static readonly StoredType[] Lossless = [StoredType.Whole, StoredType.Floating, StoredType.Date, StoredType.Timestamp, StoredType.Boolean];

    /// <summary>All of them.</summary>
    internal const int All = 0b11111;

    /// <summary>Dates and moments: what a source that tells texts from numbers may still have as text.</summary>
    internal const int Times = 0b01100;

    private const int Numbers = 0b00011;
    private const int Longest = 26;

    /// <summary>The types that a text is of.</summary>
    internal static int Of(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Longest)
        {
            return 0;
        }

        // Every form begins with a digit, a minus or the t and f of true and false.
        if (text[0] is not (>= (byte)'0' and <= (byte)'9'))
        {
            return text[0] == '-' ? Of(text, Numbers) : Of(text, 0b10000);
        }

        return Of(text, All & ~0b10000);
    }

    /// <summary>The best of a set; null for none.</summary>
    internal static StoredType? Best(int types) => types == 0 ? null : Lossless[System.Numerics.BitOperations.TrailingZeroCount(types)];

    /// <summary>What a column that is of a type so far can still be: a whole number may turn out to be a decimal, all others are what they are or text.</summary>
    internal static int From(StoredType type) => type.Kind == StoredKind.Whole64 ? Numbers : Array.IndexOf(Lossless, type) is var at and >= 0 ? 1 << at : 0;

    /// <summary>The set of one type.</summary>
    internal static int Bit(StoredType type) => 1 << Array.IndexOf(Lossless, type);

    private static int Of(ReadOnlySpan<byte> text, int asked) => asked &
        ((LosslessWhole.TryRead(text, out _) ? 1 : 0) | (LosslessFloating.TryRead(text, out _) ? 0b10 : 0) | (TextDate.TryRead(text, out _) ? 0b100 : 0)
        | (LosslessTimestamp.TryRead(text, out _) ? 0b1000 : 0) | (LosslessBoolean.TryRead(text, out _) ? 0b10000 : 0));
}
