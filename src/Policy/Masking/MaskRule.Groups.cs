namespace Sandbox.Policy.Masking;

public abstract partial record MaskRule
{
    /// <summary>A hierarchy's step: listed values become the name of their group, all others one common name.</summary>
    /// <param name="Members">1 to 100 groups with together 1 to 2,000 values; every value in one group only.</param>
    /// <param name="Other">What every other value becomes.</param>
    public sealed record Groups(IReadOnlyList<ValueGroup> Members, string Other) : MaskRule
    {
        private const int MostGroups = 100;
        private const int MostValues = 2000;
        private const int Longest = 128;

        private readonly Lazy<Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>>> _names = new(() =>
            Members.SelectMany(group => group.Values.Select(value => (Value: value, group.Name))).ToDictionary(pair => pair.Value, pair => pair.Name, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>());

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Text ? MaskOutput.Text : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Members is { Count: > 0 and <= MostGroups } && IsText(Other) && Members.All(group => group is not null && IsText(group.Name) && group.Values is { Count: > 0 } && group.Values.All(IsText))
            && Members.Sum(group => group.Values.Count) <= MostValues
            && Members.SelectMany(group => group.Values).Distinct(StringComparer.Ordinal).Count() == Members.Sum(group => group.Values.Count)
                ? null
                : MaskRefusals.Parameter("groups");

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => _names.Value.TryGetValue(value.Trim(), out var name) ? name : Other;

        /// <inheritdoc/>
        public bool Equals(Groups? other) => other is not null && ToJson() == other.ToJson();

        /// <inheritdoc/>
        public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

        private static bool IsText(string? text) => text is { Length: > 0 and <= Longest };
    }

    /// <summary>
    /// Several steps of generalisation from the finest to the coarsest. A workbench takes for each such column the finest step with which the table reaches k (a search of the lattice of all steps, Samarati 2001);
    /// everywhere else the coarsest counts.
    /// </summary>
    /// <param name="Steps">2 to 6 rules that are no ladders and need no key, fit for the same column.</param>
    public sealed record Ladder(IReadOnlyList<MaskRule> Steps) : MaskRule
    {
        /// <summary>Most steps.</summary>
        public const int MostSteps = 6;

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => Steps.Any(step => step.Output(input) == MaskOutput.Refused) ? MaskOutput.Refused : Steps[^1].Output(input);

        /// <inheritdoc/>
        public override Refusal? Problem => Steps is not { Count: >= 2 and <= MostSteps } || Steps.Any(step => step is null or Ladder or Suppress or ExactInvisible || step.IsKeyed)
            ? MaskRefusals.Parameter("ladder")
            : Steps.Select(step => step.Problem).FirstOrDefault(problem => problem is not null);

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public override long? Apply(long value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public override double? Apply(double value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public override DateOnly? Apply(DateOnly value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public override DateTime? Apply(DateTime value) => Steps[^1].Apply(value);

        /// <inheritdoc/>
        public bool Equals(Ladder? other) => other is not null && Steps.SequenceEqual(other.Steps);

        /// <inheritdoc/>
        public override int GetHashCode() => Steps.Aggregate(0, HashCode.Combine);
    }

    /// <summary>Free text in which everything that looks like an identifier is replaced by its kind in brackets.</summary>
    public sealed record Redact : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input == MaskInput.Text ? MaskOutput.Text : MaskOutput.Refused;

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => RedactedText.Of(value);
    }
}

/// <summary>A group of values.</summary>
/// <param name="Name">What its values become.</param>
/// <param name="Values">The values.</param>
public sealed record ValueGroup(string Name, IReadOnlyList<string> Values);
