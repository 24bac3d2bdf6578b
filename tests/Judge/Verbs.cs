using Sandbox.Judge.Loading;

namespace Sandbox.Judge;

/// <summary>Every verb of the Judge, one line each.</summary>
internal static class Verbs
{
    public static IReadOnlyDictionary<string, Action<JudgeArguments, CaseOutput>> All { get; } =
        new Dictionary<string, Action<JudgeArguments, CaseOutput>>(StringComparer.Ordinal)
        {
            ["crypto"] = CryptoVerb.Run,
            ["fpe"] = FpeVerb.Run,
            ["arrow"] = ArrowVerb.Run,
            ["parquet"] = ParquetVerb.Run,
            ["ids"] = IdsVerb.Run,
            ["sums"] = SumsVerb.Run,
            ["differencing"] = DifferencingVerb.Run,
            ["merkle"] = MerkleVerb.Run,
            ["tables"] = TablesVerb.Run,
            ["primary"] = PrimaryVerb.Run,
            ["regressions"] = RegressionsVerb.Run,
            ["risk"] = RiskVerb.Run,
            ["suppression"] = SuppressionVerb.Run,
            ["sql"] = SqlVerb.Run,
        };
}
