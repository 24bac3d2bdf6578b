namespace Sandbox.Bench.Subjects;

/// <summary>Our side refused or failed: there is nothing to measure.</summary>
#pragma warning disable CA1032 // one sentence, no inner text
internal sealed class BenchBrokenException(string what, string rule) : Exception($"{what} did not come through ({rule}).");
#pragma warning restore CA1032
