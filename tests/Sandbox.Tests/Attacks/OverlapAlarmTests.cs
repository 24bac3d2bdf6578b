using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Fixtures;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>How often the search for raw values takes honest tables of real data for raw rows.</summary>
public sealed class OverlapAlarmTests
{
    [SharedDataFact]
    [Trait("Category", "Long")]
    public async Task Honest_tables_of_real_data_are_seldom_taken_for_raw_rows()
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        var (tables, alarms) = (0, new List<string>());
        foreach (var (name, file, dimensions, measures) in new[]
        {
            ("adult", "employment/adult.csv", new[] { "workclass", "education", "marital_status", "occupation", "race", "sex", "income" }, new[] { "age", "hours_per_week", "capital_gain" }),
            ("bank", "credit/bank_full.csv", ["job", "marital", "education", "default", "housing", "loan", "month"], ["age", "duration", "balance"]),
            ("lending", "credit/lending_club.csv", ["term", "sub_grade", "addr_state", "verification_status", "emp_length", "Class"], ["annual_inc", "funded_amnt", "int_rate"]),
        })
        {
            var path = Path.Combine(Checkout.SharedData!, "real", file);
            using var wang = domain.As("wang");
            AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData(name, new Delivery(path, SourceEncoding.Auto, []), "public", domain.Open.Today, null, []), null, CancellationToken.None));
            var set = domain.Open.Registry.Find<DataSet>(name)!;
            using var key = domain.Open.Keys.OpenKey(KeyScope.DataSet, name);
            var rows = File.ReadAllLines(path).Select(line => line.Split(',').Select(field => field.Trim('"')).ToArray()).ToArray();
            int At(string column) => Array.IndexOf(rows[0], column);
            foreach (var (first, second) in dimensions.SelectMany((one, place) => dimensions.Skip(place + 1).Select(other => (one, other))))
            {
                var measure = measures[tables % measures.Length];
                IReadOnlyList<Cell>[] table =
                [
                    .. rows.Skip(1).GroupBy(row => (row[At(first)], row[At(second)])).Where(group => group.Count() >= 10).Select(group =>
                    {
                        var values = group.Select(row => double.TryParse(row[At(measure)], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0).ToArray();
                        return (IReadOnlyList<Cell>)[new Cell.Text(group.Key.Item1), new Cell.Text(group.Key.Item2), new Cell.Whole(values.Length), new Cell.Real(values.Sum()), new Cell.Real(values.Average())];
                    }),
                ];
                tables++;
                if (table.Length > 0 && await SubmittedOverlap.CountAsync(domain.Open, set, key, table, CancellationToken.None) is var hits and > 0)
                {
                    alarms.Add($"{name} {first} × {second} {measure}: {hits} of {table.Length}");
                }
            }
        }

        await Console.Error.WriteLineAsync($"{alarms.Count} of {tables} honest tables were taken for raw rows: {string.Join("; ", alarms)}");
        Assert.True(tables >= 50 && alarms.Count * 20 <= tables, $"{alarms.Count} of {tables}: {string.Join("; ", alarms)}");
    }
}
