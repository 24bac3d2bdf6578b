using System.Globalization;
using System.Text.Json;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>One opened figure as it is sealed for the gate.</summary>
internal sealed record OpenedFigure(string Group, string Measure, decimal Sum, long Count, decimal? Squares);

/// <summary>One opened sum of products.</summary>
internal sealed record OpenedProduct(string Group, string First, string Second, decimal Sum);

/// <summary>What is kept of an opened round, for the gate's checks.</summary>
/// <param name="Withheld">Cells that were too small when the total was opened, or that another opened round would make small.</param>
internal sealed record OpenedFigures(IReadOnlyList<OpenedFigure> Figures, IReadOnlyList<OpenedProduct> Products, int Withheld)
{
    public static OpenedFigures Of(RoundTotals totals) => new(
        [.. totals.Cells.Select(cell => new OpenedFigure(cell.Group, cell.Measure, Exact(cell.Sum), cell.Count, cell.SumOfSquares is { } squares ? Exact(squares) : null))],
        [.. totals.Products.Select(product => new OpenedProduct(product.Group, product.First, product.Second, Exact(product.Sum)))],
        totals.Withheld.Count);

    /// <exception cref="RefusedException">The round was not opened.</exception>
    public static OpenedFigures Read(OpenDomain domain, Round round) =>
        round.Opened is { } opened && JsonSerializer.Deserialize<OpenedFigures>(domain.Unseal(KeyScope.Round, round.Id, opened), RegistryDatabase.Format) is { } figures
            ? figures
            : throw new RefusedException(RoundWords.State("exported", "出域", round.State));

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, RegistryDatabase.Format);

    private static decimal Exact(ExactDecimal value) => decimal.Parse(value.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture);
}
