using System.Buffers;
using System.Text.Json;

namespace Sandbox.Policy.Disclosure;

/// <summary>The gate's permission to open one encrypted total, bound to exactly one sum of one round.</summary>
/// <param name="RoundId">The aggregation round.</param>
/// <param name="TermsDigest">Lower-case hex digest of the signed terms of the round.</param>
/// <param name="SumDigest">Lower-case hex digest of the summed ciphertext that may be opened.</param>
/// <param name="Contributors">Distinct contributors in the sum.</param>
/// <param name="Cells">Group cells in the sum.</param>
public sealed record OpeningPermit(string RoundId, string TermsDigest, string SumDigest, int Contributors, int Cells)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Domain label that a signature over <see cref="CanonicalBytes"/> is bound to.</summary>
    public const string Label = "sandbox/opening-permit/v1";

    /// <summary>The signed form: UTF-8 JSON without blanks, names in ordinal order, every field present.</summary>
    public byte[] CanonicalBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("cells", Cells);
            writer.WriteNumber("contributors", Contributors);
            writer.WriteString("round", RoundId);
            writer.WriteString("sum", SumDigest);
            writer.WriteString("terms", TermsDigest);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the canonical form back; null for anything that does not write to the same bytes again.</summary>
    public static OpeningPermit? FromUntrusted(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 4096)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray());
            var root = document.RootElement;
            var permit = new OpeningPermit(
                root.GetProperty("round").GetString()!,
                root.GetProperty("terms").GetString()!,
                root.GetProperty("sum").GetString()!,
                root.GetProperty("contributors").GetInt32(),
                root.GetProperty("cells").GetInt32());
            return permit.Problem is null && permit.CanonicalBytes().AsSpan().SequenceEqual(bytes) ? permit : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Null when the permit names a round, two digests and at least one contributor and cell, else the refusal.</summary>
    public Refusal? Problem =>
        !string.IsNullOrWhiteSpace(RoundId) && IsDigest(TermsDigest) && IsDigest(SumDigest) && Contributors >= 1 && Cells >= 1
            ? null
            : new Refusal(
                "SB-PERMIT-1",
                "The permit does not name a round, both digests, the contributors and the cells.",
                "Let the export gate issue the permit for one closed round.",
                "开启许可未完整写明轮次、两个摘要、贡献方数与单元格数。",
                "请由出域审查针对一个已截止的轮次签发许可。");

    private static bool IsDigest(string? text) =>
        text is { Length: >= 64 and <= 128 } && !text.AsSpan().ContainsAnyExcept(HexDigits);
}
