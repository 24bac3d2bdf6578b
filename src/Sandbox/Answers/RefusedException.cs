using Sandbox.Policy;

namespace Sandbox.Host.Answers;

/// <summary>Carries a refusal out of a transaction so that everything in it is undone.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException(params Refusal[] refusals)
        : base("refused")
        => Refusals = refusals;

    public RefusedException()
        : this([])
    {
    }

    public RefusedException(string message)
        : base(message)
    {
    }

    public RefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public IReadOnlyList<Refusal> Refusals { get; } = [];
}
