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

    /// <exception cref="RefusedException">No such output, not an Arrow stream, or without the declared columns.</exception>
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
                throw new RefusedException(Refusals.Form("output of the run (it lacks a declared column)", "运行结果（缺少已声明的列）"));
            }

            return [.. arrow.Batches.SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => (IReadOnlyList<Cell>)[.. wanted.Select(column => ToCell(batch.Columns[column], row))]))];
        }
        catch (ArrowFormatException)
        {
            throw new RefusedException(Refusals.Form("output of the run (not an Arrow stream within the limits)", "运行结果（不是限额内的 Arrow 流）"));
        }
    }

    private static Cell ToCell(ArrowColumn column, int row) => column.IsMissing(row) ? Cell.Missing.Value : column.Field.Type switch
    {
        { IsText: true } => new Cell.Text(column.GetText(row)!),
        { IsInteger: true } => new Cell.Whole(column.GetInt64(row)!.Value),
        { Kind: ArrowKind.Float32 or ArrowKind.Float64 } => new Cell.Real(column.GetDouble(row)!.Value),
        { Kind: ArrowKind.Bool } => new Cell.Flag(column.GetBool(row)),
        _ => throw new RefusedException(Refusals.Form("output of the run (a column type that no table has)", "运行结果（含不支持的列类型）")),
    };
}
