namespace Sandbox.Export.Checks;

/// <summary>
/// What a model can say through the gate. Nothing that it writes leaves: not a row, an order, a digit or a name. Its author hears whether a request that names its output passed, went to the reviewers,
/// or will not do for a reason that is not told – or, before that, that there is no such output: four answers. The gate bounds how often.
/// </summary>
public static class OutputCapacity
{
    /// <summary>Bits that the answer to one request can carry.</summary>
    public const int BitsOfAnswer = 2;

    /// <summary>How often one held output may be put before the gate.</summary>
    public const int MostOfOutput = 10;

    /// <summary>How often those of one scenario may be.</summary>
    public const int MostOfScenario = 500;

    /// <summary>Bits that one held output can carry to its author at most.</summary>
    public const int BitsOfOutput = BitsOfAnswer * MostOfOutput;
}
