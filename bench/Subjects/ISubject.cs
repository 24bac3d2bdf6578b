using Sandbox.Bench.Measuring;

namespace Sandbox.Bench.Subjects;

/// <summary>Something that is measured; gives one line or more.</summary>
internal interface ISubject
{
    /// <summary>Name for <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>What it measures, for the help.</summary>
    string Words { get; }

    Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation);
}
