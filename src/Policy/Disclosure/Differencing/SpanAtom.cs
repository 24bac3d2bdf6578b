namespace Sandbox.Policy.Disclosure.Differencing;

/// <summary>A smallest group of rows that the published sets tell apart.</summary>
/// <param name="Sets">Numbers of the published sets that hold it, each once.</param>
/// <param name="Subjects">Distinct subjects in it (rows where there is no key).</param>
/// <param name="Members">Marks of its subjects, one each, the same for the same subject everywhere; needed only where they are fewer than the minimum.</param>
public readonly record struct SpanAtom(int[] Sets, long Subjects, ulong[] Members);

/// <summary>What the published sets together allow.</summary>
public enum SpanOutcome
{
    /// <summary>Not decided within the effort allowed: must be taken for <see cref="Isolates"/>.</summary>
    Undecided = 0,

    /// <summary>Some sum and difference of published figures is a figure of fewer subjects than the minimum.</summary>
    Isolates,

    /// <summary>No linear combination is.</summary>
    Safe,
}
