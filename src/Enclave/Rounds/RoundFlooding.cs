using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// Flooding as the terms of a round demand it. The platform floods in memory before anything is stored or signed; a witness, who has the contributions, takes the sum away
/// again and sees that what is left is a flood and can't change the total. Both compute with the weight of all contributors that the terms name, so that they agree on the
/// bounds whoever is missing.
/// </summary>
internal static class RoundFlooding
{
    /// <summary>Floods the sums in place; nothing where the terms demand none.</summary>
    public static void AddTo(RoundTerms terms, byte[][] sums)
    {
        if (terms.FloodingBits > 0)
        {
            Parallel.ForEach(sums, sum => FloodingNoise.AddTo(terms.Parameters, sum, terms.TotalWeight, terms.FloodingBits));
        }
    }

    /// <summary>Whether a total is these sums, flooded exactly where the terms say so.</summary>
    public static bool Covers(RoundTerms terms, IReadOnlyList<byte[]> total, byte[][] sums) =>
        total.Count == sums.Length && total.Zip(sums).AsParallel().All(pair => terms.FloodingBits > 0
            ? FloodingNoise.Covers(terms.Parameters, pair.Second, pair.First, terms.TotalWeight)
            : pair.First.AsSpan().SequenceEqual(pair.Second));
}
