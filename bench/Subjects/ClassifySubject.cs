using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sandbox.Bench.Measuring;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Bench.Subjects;

/// <summary>Classification of a register of 200,000 rows and 20 columns, on all cores.</summary>
internal sealed class ClassifySubject : ISubject
{
    private const int Rows = 200_000;
    private const int ColumnCount = 20;

    public string Name => "classify";

    public string Words => "classification of 200,000 rows × 20 columns";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var columns = Enumerable.Range(0, ColumnCount).Select(Column).ToArray();
        var times = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            await Parallel.ForEachAsync(columns.Index(), options, (column, stop) =>
            {
                var classifier = new ColumnClassifier(string.Create(CultureInfo.InvariantCulture, $"c{column.Index}"));
                foreach (var value in column.Item)
                {
                    classifier.Feed(value);
                }

                _ = classifier.Propose();
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
            if (run > 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return [new BenchLine(Name, "classify", $"classify 200,000 × 20 values, {Environment.ProcessorCount} cores", "s", false, new Series(times), null, null, new Target(Judged.Ours, 2, AtLeast: false))];
    }

    // Every kind of value that a register holds; numbers end in digits that are wrong nine times of ten, which is what costs most.
    private static byte[][] Column(int at) => [.. Enumerable.Range(0, Rows).Select(row => Encoding.UTF8.GetBytes(Value(at, unchecked((uint)row * 2654435761u + (uint)at))))];

    private static string Value(int column, uint seed) => FormattableString.Invariant(Form(column, seed));

    private static FormattableString Form(int column, uint seed) => (column % 20) switch
    {
        0 => $"440301{1950 + (seed % 60)}{1 + (seed % 12):D2}{1 + (seed % 28):D2}{seed % 10000:D4}",
        1 => $"138{seed % 100_000_000:D8}",
        2 => $"622202{seed % 10_000_000:D7}{seed % 1_000_000:D6}",
        3 => $"91440300MA{seed % 10_000_000:D7}X",
        4 => $"{"王李张刘陈杨赵黄周吴"[(int)(seed % 10)]}{"伟芳娜秀英敏静丽强磊"[(int)(seed / 10 % 10)]}",
        5 => $"广东省深圳市福田区福华路{seed % 900}号{seed % 30}栋",
        6 => $"{1950 + (seed % 70)}-{1 + (seed % 12):D2}-{1 + (seed % 28):D2}",
        7 => $"user{seed}@example.com",
        8 => $"粤B{seed % 100_000:D5}",
        9 => $"E{seed % 100_000_000:D8}",
        10 => $"10.{seed % 256}.{seed / 256 % 256}.{seed / 65536 % 256}",
        11 => $"{seed % 100}",
        12 => $"{seed / 100.0:F2}",
        13 => $"{113 + (seed % 100_000_000 / 1e8):F6}",
        14 => $"备注：无异常情况，复查时间待定，请电话联系",
        15 => $"{seed:X8}-{seed % 65536:X4}-4000-8000-{seed:X12}",
        16 => $"{(seed % 2 == 0 ? "男" : "女")}",
        17 => $"2024-01-{1 + (seed % 28):D2} 12:{seed % 60:D2}:00",
        18 => $"A-{seed % 1_000_000:D6}",
        _ => $"张三 138-{seed % 10000:D4}-{seed / 7 % 10000:D4}",
    };
}
