using Sandbox.Export.Artefacts;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Models;
using Sandbox.Host.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;

namespace Sandbox.Host.Exports;

/// <summary>Reads a held output for the gate: hostile bytes through the hardened reader, only the declared columns, bounded.</summary>
internal static class HeldRows
{
    private const int MostRows = 50_000;

    /// <summary>No table has this row: the checks refuse it, and the author hears the same words as for every other fault of an output.</summary>
    private static readonly IReadOnlyList<IReadOnlyList<Cell>> Unfit = [[]];

    /// <exception cref="RefusedException">No such output.</exception>
    public static IReadOnlyList<IReadOnlyList<Cell>> Read(OpenDomain domain, Scenario scenario, ExportTable table)
    {
        if (domain.Registry.Find<Run>(table.Run!) is not { Held: { } held } run || run.Scenario != scenario.Id)
        {
            throw new RefusedException(Refusals.Missing("held output", "留存结果", Names.Valid(table.Run) ? table.Run! : "?"));
        }

        try
        {
            var arrow = ArrowTable.FromUntrusted(domain.Unseal(KeyScope.Scenario, scenario.Id, held), new ArrowLimits { Rows = MostRows, Columns = 256 });
            var wanted = table.Dimensions.Concat(table.Measures.Select(measure => measure.Name)).Select(name => arrow.Schema.IndexOf(name)).ToArray();
            if (wanted.Contains(-1))
            {
                return Unfit;
            }

            return [.. arrow.Batches.SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => (IReadOnlyList<Cell>)[.. wanted.Select(column => ToCell(batch.Columns[column], row))]))];
        }
        catch (ArrowFormatException)
        {
            return Unfit;
        }
    }

    private static Cell ToCell(ArrowColumn column, int row) => column.IsMissing(row) ? Cell.Missing.Value : column.Field.Type switch
    {
        { IsText: true } => new Cell.Text(column.GetText(row)!),
        { IsInteger: true } => new Cell.Whole(column.GetInt64(row)!.Value),
        { Kind: ArrowKind.Float32 or ArrowKind.Float64 } => new Cell.Real(column.GetDouble(row)!.Value),
        { Kind: ArrowKind.Bool } => new Cell.Flag(column.GetBool(row)),
        
        // A type that no table has: a value that fits no column.
        _ => new Cell.Text("\0"),
    };
}
