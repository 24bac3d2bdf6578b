using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>Holds a request against its grant: in force, same purpose, granted columns only, a recipient to whom it may go.</summary>
internal static class ScopeCheck
{
    public const string Name = "ScopeCheck";

    public static IEnumerable<Finding> Evaluate(ExportCase export)
    {
        var scope = export.Scope;
        if (!scope.Granted || export.Now < scope.NotBefore || export.Now >= scope.NotAfter)
        {
            yield return Fail(CheckWords.NoGrant);
        }

        if (string.IsNullOrWhiteSpace(export.Purpose) || !string.Equals(export.Purpose, scope.Purpose, StringComparison.Ordinal))
        {
            yield return Fail(CheckWords.OtherPurpose);
        }

        var recipient = export.Recipient;
        if (string.IsNullOrWhiteSpace(recipient.Id) || string.IsNullOrWhiteSpace(recipient.Name) || string.IsNullOrWhiteSpace(recipient.Country))
        {
            yield return Fail(CheckWords.NoRecipient);
        }
        else if (!string.Equals(recipient.Country, export.HomeCountry, StringComparison.Ordinal) && string.IsNullOrWhiteSpace(recipient.CrossBorderBasis))
        {
            yield return Fail(CheckWords.Abroad);
        }

        foreach (var table in export.Tables)
        {
            if (table.Columns.Any(column => column.Source is { } source && !(scope.Columns.Contains(source) && table.Sources.ContainsKey(source))))
            {
                yield return Fail(CheckWords.Ungranted, table.Name);
            }
        }
    }

    private static Finding Fail(Refusal words, string table = "") => new(table, Name, Verdict.Fail, words);
}
