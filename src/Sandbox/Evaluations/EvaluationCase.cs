using Sandbox.Host.Registry;
using Sandbox.Policy.Evaluations;

namespace Sandbox.Host.Evaluations;

/// <summary>An evaluation of an organisation over a year, with the figures that the records gave.</summary>
/// <param name="Party">Who is evaluated.</param>
/// <param name="Year">Calendar year of the figures.</param>
/// <param name="Figures">Counts from the ledger and the registry; nobody types them.</param>
/// <param name="RectifyBy">Last day for putting right; null where nothing is to be.</param>
/// <param name="Steps">What was done, in order.</param>
public sealed record EvaluationCase(string Id, string Party, int Year, string EvaluatorOrganisation, IReadOnlyDictionary<string, long> Figures, EvaluationState State, DateOnly? RectifyBy, IReadOnlyList<EvaluationStep> Steps) : IAggregate
{
    public static string Kind => "evaluation";

    /// <summary>Id of the one case of an organisation and year.</summary>
    public static string Name(string party, int year) => FormattableString.Invariant($"{party}.{year}");
}

/// <param name="Words">What was written; it stays with the case.</param>
public sealed record EvaluationStep(EvaluationCommand Command, string Person, string? Words, DateTimeOffset At);
