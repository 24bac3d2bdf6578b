using Sandbox.Enclave.Homomorphic;
using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>A measure's bounds in whole units of its last decimal.</summary>
internal readonly record struct ScaledBounds(long Minimum, long Maximum)
{
    public Int128 Largest => Int128.Max(Int128.Abs(Minimum), Int128.Abs(Maximum));
}

/// <summary>The rules that terms must hold before they are signed and again before they are believed.</summary>
internal static class TermsRules
{
    public static ScaledBounds? Bounds(RoundMeasure measure) =>
        ExactDecimal.TryParse(measure.Minimum, out var minimum) && minimum.TryScale(measure.Decimals, out long low)
        && ExactDecimal.TryParse(measure.Maximum, out var maximum) && maximum.TryScale(measure.Decimals, out long high) && low <= high
            ? new(low, high)
            : null;

    public static IReadOnlyList<Refusal> Check(RoundTerms terms)
    {
        List<Refusal> refusals = [];
        if (!IsName(terms.RoundId, "-_") || !System.Text.Ascii.IsValid(terms.RoundId) || terms.Purpose.Length > 400 || !AreDistinct(terms.Measures.Select(measure => measure.Name), 64, "_"))
        {
            refusals.Add(RoundRefusals.Terms("its id, purpose or measures are not named as they must be"));
        }

        if (terms.Groups.Count == 0 || terms.Groups.Any(group => group.Length is 0 or > 64) || terms.Groups.Distinct(StringComparer.Ordinal).Count() != terms.Groups.Count
            || terms.Cells > RoundTerms.MostCiphertexts * ParameterSetA.Slots)
        {
            refusals.Add(RoundRefusals.Terms("its groups are empty, repeated or too many"));
        }

        if (terms.MinimumContributors < RoundTerms.FewestContributors || terms.Contributors.Count < terms.MinimumContributors
            || !AreDistinct(terms.Contributors.Select(contributor => contributor.Id), 10_000, "-_")
            || terms.Contributors.Select(contributor => contributor.Key).Distinct(StringComparer.Ordinal).Count() != terms.Contributors.Count
            || terms.Contributors.Any(contributor => Statements.Key(contributor.Key) is null) || Statements.Key(terms.GateKey) is null)
        {
            refusals.Add(RoundRefusals.Terms("it needs at least three contributors with different ids and keys, and the gate's key"));
        }

        if (terms.PublicKeyDigest.Length != 64 || !terms.PublicKeyDigest.All(char.IsAsciiHexDigitLower))
        {
            refusals.Add(RoundRefusals.Terms("it does not name the round's encryption key"));
        }

        if (terms.MaximumRows is < 1 or > 1L << 40 || terms.Measures.Any(measure => !Fits(terms, measure)))
        {
            refusals.Add(RoundRefusals.Terms("rows times bounds times contributors could pass what the encryption holds"));
        }

        return refusals;
    }

    private static bool Fits(RoundTerms terms, RoundMeasure measure)
    {
        if (measure.Decimals is < 0 or > 9 || measure.Unit.Length > 32 || Bounds(measure) is not { } bounds)
        {
            return false;
        }

        // At most 2^40 rows and 10^4 contributors: the first product stays below 2^54, so none of these leaves 128 bits.
        var rows = (Int128)terms.MaximumRows * terms.Contributors.Count;
        var room = ParameterSetA.LargestMagnitude / Int128.Max(bounds.Largest, 1);
        return rows <= ParameterSetA.LargestMagnitude && rows <= room && (!measure.Squares || rows <= room / Int128.Max(bounds.Largest, 1));
    }

    private static bool AreDistinct(IEnumerable<string> names, int most, string marks)
    {
        var all = names.ToArray();
        return all.Length >= 1 && all.Length <= most && all.All(name => IsName(name, marks)) && all.Distinct(StringComparer.Ordinal).Count() == all.Length;
    }

    private static bool IsName(string? name, string marks) =>
        name is { Length: >= 1 and <= 64 } && name.All(c => char.IsLetterOrDigit(c) || marks.Contains(c, StringComparison.Ordinal));
}
