namespace Sandbox.Policy.Profiles;

/// <summary>A value with the articles it rests on, for example <c>FT 18</c>; a value of the product's own floor refers to <c>SB …</c>.</summary>
/// <param name="Value">The value.</param>
/// <param name="References">At least one reference.</param>
public sealed record Sourced<T>(T Value, IReadOnlyList<string> References)
{
    /// <summary>Two values are equal when value and references are, in order.</summary>
    public bool Equals(Sourced<T>? other) =>
        other is not null && EqualityComparer<T>.Default.Equals(Value, other.Value) && References.SequenceEqual(other.References, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Value, References.Count);
}
