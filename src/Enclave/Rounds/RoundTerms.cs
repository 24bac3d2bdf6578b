using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>One quantity that is added up.</summary>
/// <param name="Name">1 to 64 letters, digits and _; the name of the column at the contributors' homes.</param>
/// <param name="Unit">For the reader, for example <c>CNY</c>; may be empty.</param>
/// <param name="Decimals">Decimals that a value may have, 0 to 9; more are refused, never rounded.</param>
/// <param name="Minimum">Least value that a row may have, as decimal text.</param>
/// <param name="Maximum">Largest value that a row may have, as decimal text.</param>
/// <param name="Squares">Whether the sum of squares is added up too, for the variance.</param>
public sealed record RoundMeasure(string Name, string Unit, int Decimals, string Minimum, string Maximum, bool Squares);

/// <summary>An admitted contributor and the key that signs for it (<c>sandbox-key:…</c>).</summary>
/// <param name="Weight">What its cells are multiplied with in the sum, 0 to <see cref="RoundTerms.LargestWeight"/>; with 0 it is left out.</param>
public sealed record RoundContributor(string Id, string Key, int Weight = 1);

/// <summary>What an aggregation round is about, fixed and signed before anybody contributes.</summary>
public sealed record RoundTerms
{
    /// <summary>Fewest contributors that any round may ask for: with two, each would learn the other's part.</summary>
    public const int FewestContributors = 3;

    /// <summary>Most ciphertexts of one contribution.</summary>
    public const int MostCiphertexts = 64;

    /// <summary>
    /// Least flooding distance in bits, where there is one: the field's usual statistical parameter (for example Lindell and Pinkas, ePrint 2008/197: 2^-40).
    /// </summary>
    public const int FewestFloodingBits = 40;

    /// <summary>
    /// The distance taken where nobody states one: what a holder may learn adds up over the rounds that it opens, and after a million of them 2^-44 is left. Set B has room for
    /// it at any load that it takes at all.
    /// </summary>
    public const int UsualFloodingBits = 64;

    /// <summary>Largest weight of a contributor.</summary>
    public const int LargestWeight = 1000;

    /// <summary>Largest ratio of two weights that are not zero: else one contributor would be nearly all of the sum.</summary>
    public const int LargestWeightRatio = 10;

    /// <summary>The round's id: 1 to 64 letters, digits, - and _.</summary>
    public required string RoundId { get; init; }

    /// <summary>Purpose in one line.</summary>
    public required string Purpose { get; init; }

    /// <summary>The encryption's parameters.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>
    /// Bits of the statistical distance between what the key holder sees and something that depends on the total alone: <see cref="FewestFloodingBits"/> or more, for which the
    /// platform floods the total (<see cref="FloodingNoise"/>); 0 where the key holder is trusted not to study the total's noise.
    /// </summary>
    public required int FloodingBits { get; init; }

    /// <summary>First day that the data are about.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day that the data are about.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>The quantities.</summary>
    public required IReadOnlyList<RoundMeasure> Measures { get; init; }

    /// <summary>
    /// Whether the sums of all products of two quantities are added up, over rows in which no quantity is missing: for regression. Then a group has one count.
    /// </summary>
    public bool CrossProducts { get; init; }

    /// <summary>Keys of the groups, for example division codes; one group <c>all</c> for a plain total.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>The admitted contributors, at least <see cref="MinimumContributors"/>.</summary>
    public required IReadOnlyList<RoundContributor> Contributors { get; init; }

    /// <summary>Contributors without which nothing is summed or opened; at least <see cref="FewestContributors"/>.</summary>
    public required int MinimumContributors { get; init; }

    /// <summary>Rows below which a cell is withheld when the total is opened; at least 1.</summary>
    public required int MinimumCell { get; init; }

    /// <summary>Rows of one contributor at most; with the bounds it keeps every sum from wrapping.</summary>
    public required long MaximumRows { get; init; }

    /// <summary>End of the round, seconds since 1970.</summary>
    public required long ClosesAt { get; init; }

    /// <summary>Lower-case hex digest of the homomorphic public key, by the suite of the platform's signature.</summary>
    public required string PublicKeyDigest { get; init; }

    /// <summary>Signing key (<c>sandbox-key:…</c>) of the bureau that holds the round's secret key.</summary>
    public required string HolderKey { get; init; }

    /// <summary>The export gate's public key (<c>sandbox-key:…</c>), whose permit alone opens the total.</summary>
    public required string GateKey { get; init; }

    /// <summary>Where each number of a contribution stands.</summary>
    internal RoundLayout Layout => new(this);

    /// <summary>Numbers in one contribution.</summary>
    public int Cells => (int)Math.Min(int.MaxValue, (long)Groups.Count * Layout.Stride);

    /// <summary>Ciphertexts in one contribution.</summary>
    public int Ciphertexts => (int)(((long)Cells + Parameters.Slots - 1) / Parameters.Slots);

    /// <summary>What the terms say in words about the key holder; part of what is signed.</summary>
    public string KeyHolderNoise => FloodingBits > 0
        ? $"The noise of the total is flooded: what the key holder sees is within the statistical distance 2^-{FloodingBits} of something that depends on the total alone."
        : FloodingRoom >= FewestFloodingBits
            ? "The noise of the total is not flooded: the key holder is trusted not to study it."
            : $"The noise of the total is not flooded, for parameter set {Parameters} has not the room: the key holder is trusted not to study it.";

    /// <summary>Bits of distance that the parameter set has room for under these weights; 0 where it has none.</summary>
    internal int FloodingRoom => TotalWeight >= 1 && TotalWeight <= Parameters.LargestLoad ? Math.Max(0, FloodingNoise.StatisticalBits(Parameters, TotalWeight)) : 0;

    /// <summary>Weight of all contributors together.</summary>
    internal long TotalWeight => Contributors.Sum(contributor => (long)contributor.Weight);
}
