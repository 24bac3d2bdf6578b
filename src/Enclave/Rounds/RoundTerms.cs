namespace Sandbox.Enclave.Rounds;

/// <summary>One quantity that is added up.</summary>
/// <param name="Name">1 to 64 letters, digits and _.</param>
/// <param name="Unit">For the reader, for example <c>CNY</c>; may be empty.</param>
/// <param name="Decimals">Decimals that a value may have, 0 to 9; more are refused, never rounded.</param>
/// <param name="Minimum">Least value that a row may have, as decimal text.</param>
/// <param name="Maximum">Largest value that a row may have, as decimal text.</param>
/// <param name="Squares">Whether the sum of squares is added up too, for the variance.</param>
public sealed record RoundMeasure(string Name, string Unit, int Decimals, string Minimum, string Maximum, bool Squares);

/// <summary>An admitted contributor and the key that signs for it (<c>sandbox-key:…</c>).</summary>
public sealed record RoundContributor(string Id, string Key);

/// <summary>What an aggregation round is about, fixed and signed before anybody contributes.</summary>
public sealed record RoundTerms
{
    /// <summary>Fewest contributors that any round may ask for: with two, each would learn the other's part.</summary>
    public const int FewestContributors = 3;

    /// <summary>Most ciphertexts of one contribution.</summary>
    public const int MostCiphertexts = 64;

    /// <summary>The round's id: 1 to 64 letters, digits, - and _.</summary>
    public required string RoundId { get; init; }

    /// <summary>Purpose in one line.</summary>
    public required string Purpose { get; init; }

    /// <summary>The quantities.</summary>
    public required IReadOnlyList<RoundMeasure> Measures { get; init; }

    /// <summary>Keys of the groups, for example division codes; one group <c>all</c> for a plain total.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>The admitted contributors, at least <see cref="MinimumContributors"/>.</summary>
    public required IReadOnlyList<RoundContributor> Contributors { get; init; }

    /// <summary>Contributors without which nothing is summed or opened; at least <see cref="FewestContributors"/>.</summary>
    public required int MinimumContributors { get; init; }

    /// <summary>Rows of one contributor at most; with the bounds it keeps every sum from wrapping.</summary>
    public required long MaximumRows { get; init; }

    /// <summary>End of the round, seconds since 1970.</summary>
    public required long ClosesAt { get; init; }

    /// <summary>Lower-case hex digest of the homomorphic public key, by the suite of the platform's signature.</summary>
    public required string PublicKeyDigest { get; init; }

    /// <summary>The export gate's public key (<c>sandbox-key:…</c>), whose permit alone opens the total.</summary>
    public required string GateKey { get; init; }

    /// <summary>Numbers for one measure of one group: sum, count and, if asked, sum of squares.</summary>
    internal static int CellsOf(RoundMeasure measure) => measure.Squares ? 3 : 2;

    /// <summary>Numbers in one contribution.</summary>
    public int Cells => Groups.Count * Measures.Sum(CellsOf);

    /// <summary>Ciphertexts in one contribution.</summary>
    public int Ciphertexts => (Cells + Homomorphic.ParameterSetA.Slots - 1) / Homomorphic.ParameterSetA.Slots;

    /// <summary>First number of a measure in a group; the sum stands there, then the count, then the squares.</summary>
    internal int CellAt(int group, int measure) => (group * Measures.Sum(CellsOf)) + Measures.Take(measure).Sum(CellsOf);
}
