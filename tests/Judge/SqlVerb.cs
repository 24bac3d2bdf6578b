using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Jail;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Judge;

/// <summary>
/// The owner's script is loaded in the build child and <c>share.person</c> becomes a workbench; each probe is then an analyst's query through guard and jailed child.
/// Answers <c>refused</c>, <c>ran</c> or <c>error</c> with what the analyst sees.
/// </summary>
internal static class SqlVerb
{
    // An exact measure has no place in a workbench, so the published view shows income rounded; the other columns are masked by the view itself.
    private static readonly PublishedView Person = new("share", "person", new Dictionary<string, MaskRule>(StringComparer.Ordinal)
    {
        ["name"] = new MaskRule.Keep(),
        ["cid"] = new MaskRule.Keep(),
        ["age"] = new MaskRule.Keep(),
        ["district"] = new MaskRule.Keep(),
        ["income"] = new MaskRule.Round(1000),
    });

    public static void Run(JudgeArguments arguments, CaseOutput output) => RunAsync(arguments, output).GetAwaiter().GetResult();

    private static async Task RunAsync(JudgeArguments arguments, CaseOutput output)
    {
        var setup = arguments.Setup.Length > 0 ? arguments.Setup : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(arguments.File))!, "setup.sql");
        var jailer = new Jailer(EnginePaths.Locate(), new JailOptions());
        var zone = await OwnerScriptZone.BuildAsync(jailer, Suite.Sm, await File.ReadAllTextAsync(setup), [Person])
            ?? throw new InvalidDataException("The setup script could not be loaded, or has no view share.person with the expected columns.");
        await using var session = await new QueryService(jailer).OpenAsync(zone);
        foreach (var line in await File.ReadAllLinesAsync(arguments.File))
        {
            if (line.Length == 0 || JsonNode.Parse(line) is not JsonObject probe)
            {
                continue;
            }

            var answer = await session.QueryAsync((string)probe["sql"]!);
            var actual = Actual(answer);
            var got = (string)actual["actual"]!;
            output.Case((string)probe["id"]!, actual, (string?)probe["expect"] switch
            {
                "refuse" => got == "refused",
                "run-but-hold-export" => got is "ran" or "error",
                "allow" => got == "ran",
                _ => null,
            });
        }
    }

    private static JsonObject Actual(QueryAnswer answer) => answer switch
    {
        QueryAnswer.Rows rows => new JsonObject
        {
            ["actual"] = "ran",
            ["shown"] = string.Join('\n', rows.Values.Select(row => string.Join('\t', row.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "NULL")))),
            ["columns"] = new JsonArray([.. rows.Columns.Select(column => (JsonNode)column.Name)]),
            ["truncated"] = rows.Truncated,
        },
        QueryAnswer.Refused refused => new JsonObject
        {
            ["actual"] = "refused",
            ["shown"] = refused.Reason.Refusal.ToString(),
            ["rule"] = refused.Reason.Refusal.Rule,
            ["position"] = refused.Reason.Position?.Offset,
        },
        QueryAnswer.Failed failed => new JsonObject { ["actual"] = "error", ["shown"] = failed.Sentence, ["fault"] = failed.Fault.ToString(), ["fresh_session"] = failed.FreshSession },
        _ => new JsonObject { ["actual"] = "error", ["shown"] = "" },
    };
}
