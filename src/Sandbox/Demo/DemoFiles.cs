namespace Sandbox.Host.Demo;

/// <summary>The files that the demo's people hand in: a scenario, a round, export requests.</summary>
internal static class DemoFiles
{
    public const string ScenarioName = "night-bus";
    public const string Purpose = "Plan night buses between airports and districts: delays by airport, incomes by city";
    public const string Round = "allowance";
    public const string SafeExport = "income-by-city";

    public static string Scenario(DateOnly from, DateOnly until) => $$"""
        {
          "name": "{{ScenarioName}}",
          "purpose": "{{Purpose}}",
          "from": "{{from:yyyy-MM-dd}}",
          "until": "{{until:yyyy-MM-dd}}",
          "people": ["{{DemoCast.Operator}}", "{{DemoCast.Scientist}}"],
          "tables": [
            {
              "data_set": "flights",
              "sample_per_mille": 200,
              "quasi_identifiers": [],
              "columns": [
                { "name": "date", "workbench": { "rule": "keep" }, "production": null },
                { "name": "delay", "workbench": { "rule": "keep" }, "production": null },
                { "name": "distance", "workbench": { "rule": "keep" }, "production": null },
                { "name": "origin", "workbench": { "rule": "keep" }, "production": null },
                { "name": "destination", "workbench": { "rule": "keep" }, "production": null }
              ]
            },
            {
              "data_set": "register",
              "sample_per_mille": 200,
              "quasi_identifiers": ["division", "sex", "birth_year"],
              "columns": [
                { "name": "id_number", "workbench": { "rule": "token" }, "production": null },
                { "name": "name", "workbench": { "rule": "constant", "value": "***" }, "production": { "rule": "suppress" } },
                { "name": "division", "workbench": { "rule": "division", "digits": 2 }, "production": { "rule": "division", "digits": 4 } },
                { "name": "sex", "workbench": { "rule": "keep" }, "production": null },
                { "name": "birth_year", "workbench": { "rule": "band", "width": 40 }, "production": { "rule": "band", "width": 10 } },
                { "name": "monthly_income", "workbench": { "rule": "round", "step": 1000 }, "production": { "rule": "exact-invisible" } }
              ]
            }
          ]
        }
        """;

    public static string RoundFile(DateTimeOffset closes) => $$"""
        {
          "name": "{{Round}}",
          "scenario": "{{ScenarioName}}",
          "purpose": "Allowances paid by three counties, by age group",
          "from": "2026-01-01",
          "until": "2026-06-30",
          "groups": ["under-30", "30-to-59", "60-and-over"],
          "measures": [{ "name": "allowance", "unit": "CNY", "decimals": 2, "minimum": "0", "maximum": "20000", "squares": false }],
          "contributors": [{{string.Join(", ", DemoCast.Counties.Select(county => $"\"office-{county}\""))}}],
          "key_holder": "{{DemoCast.Bureau}}",
          "minimum_contributors": 3,
          "maximum_rows": 1000000,
          "closes_at": "{{closes:O}}"
        }
        """;

    public static string RawRows(string run) => Export("raw-rows", $$"""
        { "name": "rows", "source": "flights", "run": "{{run}}", "round": null, "dimensions": [],
          "measures": [{ "name": "delay", "kind": "sum", "column": "delay", "digits": 15 }, { "name": "distance", "kind": "sum", "column": "distance", "digits": 15 }] }
        """);

    public static string SmallCells() => Export("small-cells", """
        { "name": "people", "source": "register", "run": null, "round": null, "dimensions": ["division", "birth_year", "sex"],
          "measures": [{ "name": "people", "kind": "count", "column": null, "digits": 15 }] }
        """);

    public static string Safe(string run) => Export(SafeExport, $$"""
        { "name": "income", "source": "register", "run": "{{run}}", "round": null, "dimensions": ["division"],
          "measures": [
            { "name": "people", "kind": "count", "column": null, "digits": 15 },
            { "name": "income_mean", "kind": "mean", "column": "monthly_income", "digits": 4 }] }
        """);

    /// <summary>A county office's own rows: made up, the same every time.</summary>
    public static string CountyRows(int county)
    {
        var text = new System.Text.StringBuilder("age_group,allowance\n");
        for (var row = 0; row < 600; row++)
        {
            var group = (row * 7 + county) % 3;
            var cents = ((row * 7919) + (county * 104_729)) % 900_000;
            text.Append(group switch { 0 => "under-30", 1 => "30-to-59", _ => "60-and-over" }).Append(',')
                .Append(cents / 100).Append('.').Append((cents % 100).ToString("D2", System.Globalization.CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }

    private static string Export(string name, string table) => $$"""
        {
          "name": "{{name}}",
          "scenario": "{{ScenarioName}}",
          "purpose": "{{Purpose}}",
          "recipient": { "id": "bus-company", "name": "City bus company", "country": "CN" },
          "tables": [{{table}}]
        }
        """;
}
