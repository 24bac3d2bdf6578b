using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Export.SubjectCopies;

/// <summary>The records of one subject in one data set.</summary>
/// <param name="DataSet">Its name.</param>
/// <param name="Provider">Who answers for it.</param>
/// <param name="Source">Where the data come from.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Values as texts in the order of the columns; null where one is missing.</param>
public sealed record CopiedRecords(string DataSet, string Provider, string Source, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>
/// The copy that a data subject gets of its own records (YN23 24): one signed statement of the domain, an exit of its own kind. A value that is missing is left out of its record.
/// </summary>
public static class SubjectCopy
{
    /// <summary>What the statement is for.</summary>
    public const string Label = "sandbox/subject-copy/v1";

    /// <param name="domainKey">The domain's key.</param>
    /// <param name="domain">Name of the domain.</param>
    /// <param name="request">The approved request.</param>
    /// <param name="subject">Whose records they are.</param>
    /// <param name="recipient">Who gets them: the subject, or the party that it named.</param>
    /// <param name="day">Day, yyyy-MM-dd.</param>
    /// <param name="records">One item a data set, also where it holds none.</param>
    /// <returns>The canonical bytes.</returns>
    public static byte[] Make(SigningKey domainKey, string domain, string request, string subject, string recipient, string day, IReadOnlyList<CopiedRecords> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return SignedStatement.Sign(domainKey, Label, new JsonObject
        {
            ["domain"] = domain,
            ["request"] = request,
            ["subject"] = subject,
            ["recipient"] = recipient,
            ["made_on"] = day,
            ["data_sets"] = new JsonArray([.. records.Select(item => (JsonNode)new JsonObject
            {
                ["data_set"] = item.DataSet,
                ["provider"] = item.Provider,
                ["source"] = item.Source,
                ["columns"] = new JsonArray([.. item.Columns.Select(name => (JsonNode)name)]),
                ["records"] = new JsonArray([.. item.Rows.Select(row => (JsonNode)Record(item.Columns, row))]),
            })]),
        }).ToBytes();
    }

    private static JsonObject Record(IReadOnlyList<string> columns, IReadOnlyList<string?> row)
    {
        var record = new JsonObject();
        foreach (var (name, value) in columns.Zip(row))
        {
            if (value is not null)
            {
                record[name] = value;
            }
        }

        return record;
    }
}
