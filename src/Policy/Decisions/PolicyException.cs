namespace Sandbox.Policy;

/// <summary>Carries refusals where the caller has asked for an exception instead of a value.</summary>
public sealed class PolicyException(IReadOnlyList<Refusal> reasons) : Exception(string.Join(" ", reasons.Select(reason => reason.ToString())))
{
    /// <summary>The refusals.</summary>
    public IReadOnlyList<Refusal> Reasons { get; } = reasons;
}
