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
    private const int MostContributors = 10_000, MostMeasures = 64;

    public static ScaledBounds? Bounds(RoundMeasure measure) =>
        ExactDecimal.TryParse(measure.Minimum, out var minimum) && minimum.TryScale(measure.Decimals, out long low)
        && ExactDecimal.TryParse(measure.Maximum, out var maximum) && maximum.TryScale(measure.Decimals, out long high) && low <= high
            ? new(low, high)
            : null;

    public static IReadOnlyList<Refusal> Check(RoundTerms terms)
    {
        List<Refusal> refusals = [];
        if (!IsName(terms.RoundId, "-_") || !System.Text.Ascii.IsValid(terms.RoundId) || terms.Purpose.Length > 400 || !AreDistinct(terms.Measures.Select(measure => measure.Name), MostMeasures, "_"))
        {
            refusals.Add(RoundRefusals.Terms("its id, purpose or measures are not named as they must be"));
        }

        if (terms.From > terms.Until)
        {
            refusals.Add(RoundRefusals.Terms("the period that it is about ends before it begins"));
        }

        if (terms.Groups.Count == 0 || terms.Groups.Any(group => group.Length is 0 or > 64) || terms.Groups.Distinct(StringComparer.Ordinal).Count() != terms.Groups.Count
            || terms.Cells > RoundTerms.MostCiphertexts * terms.Parameters.Slots)
        {
            refusals.Add(RoundRefusals.Terms("its groups are empty, repeated or too many"));
        }

        if (terms.MinimumContributors < RoundTerms.FewestContributors || terms.MinimumCell < 1 || terms.Contributors.Count < terms.MinimumContributors
            || !AreDistinct(terms.Contributors.Select(contributor => contributor.Id), MostContributors, "-_")
            || terms.Contributors.Select(contributor => contributor.Key).Distinct(StringComparer.Ordinal).Count() != terms.Contributors.Count
            || terms.Contributors.Any(contributor => Statements.Key(contributor.Key) is null) || Statements.Key(terms.GateKey) is null || Statements.Key(terms.HolderKey) is null)
        {
            refusals.Add(RoundRefusals.Terms("it needs at least three contributors with different ids and keys, a smallest cell, and the keys of the gate and of the key holder"));
        }

        if (!WeightsHold(terms))
        {
            refusals.Add(RoundRefusals.Terms($"weights are whole numbers from 0 to {RoundTerms.LargestWeight}, at least the minimum number of contributors has one above 0, and none of these is more than {RoundTerms.LargestWeightRatio} times another"));
        }

        if (terms.FloodingBits != 0 && (terms.FloodingBits < RoundTerms.FewestFloodingBits || terms.FloodingBits > terms.FloodingRoom))
        {
            refusals.Add(RoundRefusals.NoRoomToFlood(terms));
        }

        if (terms.PublicKeyDigest.Length != 64 || !terms.PublicKeyDigest.All(char.IsAsciiHexDigitLower))
        {
            refusals.Add(RoundRefusals.Terms("it does not name the round's encryption key"));
        }

        if (terms.MaximumRows is < 1 or > 1L << 40 || terms.Measures.Any(measure => !Fits(terms, measure)) || !ProductsFit(terms))
        {
            refusals.Add(RoundRefusals.Terms("rows times bounds times weights could pass what the encryption holds; take narrower bounds or fewer rows"));
        }

        return refusals;
    }

    private static bool WeightsHold(RoundTerms terms)
    {
        var weights = terms.Contributors.Select(contributor => contributor.Weight).Where(weight => weight != 0).ToArray();
        return weights.Length >= Math.Max(terms.MinimumContributors, 1) && weights.All(weight => weight is > 0 and <= RoundTerms.LargestWeight)
            && weights.Max() <= (long)RoundTerms.LargestWeightRatio * weights.Min();
    }

    private static bool Fits(RoundTerms terms, RoundMeasure measure)
    {
        if (measure.Decimals is < 0 or > 9 || measure.Unit.Length > 32 || Bounds(measure) is not { } bounds || (terms.CrossProducts && measure.Squares))
        {
            return false;
        }

        var room = Room(terms);
        var each = room / Int128.Max(bounds.Largest, 1);
        return room >= 1 && each >= 1 && (!(measure.Squares || terms.CrossProducts) || each >= Int128.Max(bounds.Largest, 1));
    }

    private static bool ProductsFit(RoundTerms terms)
    {
        if (!terms.CrossProducts || terms.Measures.Any(measure => Bounds(measure) is null))
        {
            return true;
        }

        var largest = terms.Measures.Select(measure => Int128.Max(Bounds(measure)!.Value.Largest, 1)).OrderDescending().Take(2).ToArray();
        return largest.Length < 2 || Room(terms) / largest[0] >= largest[1];
    }

    // What the sum of one row's number over all rows and weights leaves: at most 2^40 rows and 10^7 of weight, so nothing leaves 128 bits.
    private static Int128 Room(RoundTerms terms) =>
        terms.MaximumRows < 1 || terms.TotalWeight is < 1 or > (long)MostContributors * RoundTerms.LargestWeight || terms.TotalWeight > terms.Parameters.LargestLoad ? 0 : terms.Parameters.LargestMagnitude / ((Int128)terms.MaximumRows * terms.TotalWeight);

    private static bool AreDistinct(IEnumerable<string> names, int most, string marks)
    {
        var all = names.ToArray();
        return all.Length >= 1 && all.Length <= most && all.All(name => IsName(name, marks)) && all.Distinct(StringComparer.Ordinal).Count() == all.Length;
    }

    private static bool IsName(string? name, string marks) =>
        name is { Length: >= 1 and <= 64 } && name.All(c => char.IsLetterOrDigit(c) || marks.Contains(c, StringComparison.Ordinal));
}
