using System.Globalization;
using System.Text.RegularExpressions;
using Sandbox.Export.Artefacts;
using Sandbox.Fixtures;
using Sandbox.Host.Exports;

namespace Sandbox.Host.Tests.Honest;

/// <summary>A public data set and what an honest analyst would make tables of.</summary>
/// <param name="Subject">Column that names the person or body of a row; null where rows are the contributors.</param>
/// <param name="Ranges">Conditions of which one at a time is a table's range.</param>
internal sealed partial record HonestSet(string Name, string File, string? Subject, string[] Dimensions, string[] Measures, ExportCondition[] Ranges)
{
    public static IReadOnlyList<HonestSet> All { get; } =
    [
        new("adult", "employment/adult.csv", null, ["sex", "race", "workclass", "education", "marital_status", "income"], ["age", "hours_per_week", "capital_gain"],
            [new("age", From: "30", To: "59"), new("native_country", OneOf: ["United-States"])]),
        new("bank", "credit/bank_full.csv", null, ["marital", "housing", "education", "job", "month"], ["age", "duration", "balance"],
            [new("age", From: "30", To: "60"), new("poutcome", NoneOf: ["unknown"])]),
        new("taiwan", "credit/default_credit_card_taiwan.csv", "ID", ["SEX", "MARRIAGE", "EDUCATION", "AGE"], ["LIMIT_BAL", "BILL_AMT1", "PAY_AMT1"],
            [new("AGE", From: "25", To: "49"), new("MARRIAGE", OneOf: ["1", "2"])]),
        new("lending", "credit/lending_club.csv", null, ["term", "verification_status", "Class", "emp_length", "sub_grade"], ["funded_amnt", "annual_inc", "int_rate"],
            [new("annual_inc", To: "100000"), new("sub_grade", OneOf: ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5"])]),
        new("nursery", "social/nursery.csv", null, ["finance", "parents", "has_nurs", "housing", "class"], [], [new("health", NoneOf: ["not_recom"])]),
        new("households", "sdc/testdata.csv", "ori_hid", ["urbrur", "sex", "walls", "relat"], ["income", "expend"], [new("age", From: "18"), new("urbrur", OneOf: ["1"])]),
        new("utilities", "sdc/EIA.csv", "UTILITYID", ["YEAR", "MONTH", "STATE"], ["RESREVENUE", "TOTSALES"], [new("MONTH", To: "6")]),
        new("students", "employment/students_dropout_train.csv", null, ["Gender", "Scholarship", "Maritalstatus", "Course"], ["AdmissionGrade", "EnrollmentAge"], [new("EnrollmentAge", To: "25")]),
        new("taxi", "transport/chicago_taxi.csv", null, ["tip", "local", "dow", "month", "company"], ["distance"], [new("hour", From: "7", To: "19")]),
        new("bikes", "transport/bike_sharing_hour.csv", null, ["season", "workingday", "weather", "hour"], ["count", "casual", "humidity"], [new("year", OneOf: ["1"])]),
        new("labour", "sdc/free1.csv", null, ["SEX", "MARSTAT", "REGION", "EDUC1"], ["INCOME", "DEBTS"], [new("AGE", From: "25", To: "54")]),
        new("heart", "medical/heart_disease.csv", null, ["sex", "target", "cp"], ["chol", "trestbps"], [new("age", From: "50")]),
    ];

    /// <summary>All columns that a table or range of this set uses.</summary>
    public IEnumerable<string> Columns => Dimensions.Concat(Measures).Concat(Ranges.Select(range => range.Column!)).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Totals, a three-way table over the first dimensions, two-way tables over neighbours, one-way tables over every dimension, further two-way tables, each with the next measure and kind in turn and every third within a range: a variety that
    /// nobody picked for its outcome.
    /// </summary>
    public IEnumerable<HonestTable> Tables()
    {
        string[][] shapes =
        [
            [],
            Dimensions[..3],
            .. Dimensions.Zip(Dimensions.Skip(1), (one, other) => new[] { one, other }),
            .. Dimensions.Select(one => new[] { one }),
            .. Dimensions.Skip(2).Select(other => new[] { Dimensions[0], other }),
        ];
        var turn = 0;
        foreach (var shape in shapes)
        {
            ExportMeasure[] measures = (Measures.Length == 0 ? 0 : turn % 4) switch
            {
                0 => [Count()],
                1 => [new("total", MeasureKind.Sum, Measures[turn % Measures.Length], 6)],
                2 => [Count(), new("mean", MeasureKind.Mean, Measures[turn % Measures.Length], 4)],
                _ => [new("known", MeasureKind.Count, Measures[turn % Measures.Length], 15), new("total", MeasureKind.Sum, Measures[turn % Measures.Length], 6), new("mean", MeasureKind.Mean, Measures[turn % Measures.Length], 4)],
            };
            yield return new HonestTable(this, string.Create(CultureInfo.InvariantCulture, $"{Name}-{turn}"), shape, measures, turn % 3 == 2 ? Ranges[turn / 3 % Ranges.Length] : null);
            turn++;
        }
    }

    /// <summary>A copy of the file for provider and oracle alike: amounts that were written as 1e+05 are written out, or the loader keeps the column as text.</summary>
    public string Copy(string folder)
    {
        var path = Path.Combine(folder, Name + ".csv");
        System.IO.File.WriteAllLines(path, System.IO.File.ReadLines(Path.Combine(Checkout.SharedData!, "real", File)).Select(line => Scientific().Replace(line, match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString("F0", CultureInfo.InvariantCulture))));
        return path;
    }

    private static ExportMeasure Count() => new("n", MeasureKind.Count, null, 15);

    [GeneratedRegex(@"(?<=^|,)-?\d+(\.\d+)?e\+\d+(?=,|$)")]
    private static partial Regex Scientific();
}

/// <summary>A table that somebody could ask for in good faith.</summary>
internal sealed record HonestTable(HonestSet Set, string Name, string[] Dimensions, ExportMeasure[] Measures, ExportCondition? Range)
{
    public ExportTable Asked => new(Name, Set.Name, null, null, Dimensions, Measures, Range is null ? null : [Range]);

    public override string ToString() => $"{Name} [{string.Join(" × ", Dimensions)}] {string.Join(", ", Measures.Select(measure => $"{measure.Kind} {measure.Column}"))}{(Range is null ? "" : $" where {Range.Column}")}";
}
