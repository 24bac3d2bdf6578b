using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Serialising;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>
/// A report may name only tables that are checked in the same request, so that it shows nothing that is not in them. Its words are read by people, whatever they are: at best it goes to the reviewers.
/// </summary>
internal static class ReportCheck
{
    public const string Name = "ReportCheck";

    private const int MostReports = 8;

    public static IEnumerable<Finding> Evaluate(ExportCase export, IReadOnlyList<TableArtefact> tables)
    {
        if (export.Reports.Count == 0)
        {
            yield break;
        }

        var names = export.Tables.Select(table => table.Name).Concat(export.Reports.Select(report => report.Name)).ToArray();
        if (export.Reports.Count > MostReports || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            yield return new Finding("", Name, Verdict.Fail, CheckWords.ReportForm);
        }

        foreach (var report in export.Reports)
        {
            var texts = report.Parts.OfType<ReportPart.Words>().Select(part => part.Text).Append(report.Title).ToArray();
            if (!TextRules.IsArtefactName(report.Name) || report.Title.Length is 0 or > Report.LongestTitle || report.Parts.Count is 0 or > Report.MostParts
                || texts.Any(text => text.Length is 0 or > Report.LongestText || !TextRules.IsPlain(text)) || !report.Parts.All(part => Fits(part, export, tables)))
            {
                yield return new Finding(report.Name, Name, Verdict.Fail, CheckWords.ReportForm);
                continue;
            }

            if (texts.Any(text => TextCheck.HoldsIdentifier(text)))
            {
                yield return new Finding(report.Name, Name, Verdict.Fail, CheckWords.Identifier);
            }

            yield return new Finding(
                report.Name, Name, Verdict.Review, CheckWords.FreeText,
                string.Create(CultureInfo.InvariantCulture, $"{texts.Sum(text => text.Length)} characters of the author's own words."));
        }
    }

    // A table that failed has no artefact, and its request has no content; what is asked of the others still holds.
    private static bool Fits(ReportPart part, ExportCase export, IReadOnlyList<TableArtefact> tables) => part switch
    {
        ReportPart.Words => true,
        ReportPart.Table(var name) => export.Tables.Any(table => table.Name == name),
        ReportPart.Bars(var name, var measure) => export.Tables.FirstOrDefault(table => table.Name == name) is { } table
            && table.Columns.OfType<DimensionColumn>().Count() == 1 && table.Columns.OfType<MeasureColumn>().Any(column => column.Name == measure)
            && (tables.FirstOrDefault(made => made.Name == name)?.Rows.Count ?? 0) <= SvgForm.MostBars,
        _ => false,
    };
}
