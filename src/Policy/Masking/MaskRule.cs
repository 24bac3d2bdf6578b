using System.Text.Json;

namespace Sandbox.Policy.Masking;

/// <summary>
/// One masking rule of one column: a closed set. <see cref="Apply(ReadOnlySpan{char})"/> and its siblings are pure, so that the
/// build child calls them batch by batch. Keyed rules take a draw beside the value, or are worked out by the build child as a whole (<see cref="Token"/>, <see cref="FormatToken"/>).
/// </summary>
public abstract partial record MaskRule
{
    private MaskRule()
    {
    }

    /// <summary>What the masked column holds for a source column of the given type.</summary>
    public abstract MaskOutput Output(MaskInput input);

    /// <summary>Null when the rule's parameters are in range, else the refusal.</summary>
    public virtual Refusal? Problem => null;

    /// <summary>Masks a text value; null is a NULL in the masked column.</summary>
    public virtual string? Apply(ReadOnlySpan<char> value) => null;

    /// <summary>Masks a whole number; null is a NULL.</summary>
    public virtual long? Apply(long value) => null;

    /// <summary>Masks a floating number; null is a NULL. NaN and infinities become NULL.</summary>
    public virtual double? Apply(double value) => null;

    /// <summary>Masks an exact decimal; null is a NULL.</summary>
    public virtual decimal? Apply(decimal value) => null;

    /// <summary>Masks a date; null is a NULL.</summary>
    public virtual DateOnly? Apply(DateOnly value) => null;

    /// <summary>Masks a point in time (no offset, as the column holds it); null is a NULL.</summary>
    public virtual DateTime? Apply(DateTime value) => null;

    /// <summary>Reads the strict JSON form; unknown names, duplicates and values out of range are refused.</summary>
    public static MaskRuleResult FromUntrusted(ReadOnlySpan<byte> json) => MaskRuleJson.Read(json);

    /// <inheritdoc cref="FromUntrusted(ReadOnlySpan{byte})"/>
    public static MaskRuleResult FromUntrusted(string json) => MaskRuleJson.Read(System.Text.Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="FromUntrusted(ReadOnlySpan{byte})"/>
    public static MaskRuleResult FromUntrusted(JsonElement json) => MaskRuleJson.Read(json);

    /// <summary>The JSON form; reading it gives an equal rule.</summary>
    public string ToJson() => MaskRuleJson.Write(this);

    /// <summary>The column is left out of the zone.</summary>
    public sealed record Suppress : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => MaskOutput.Dropped;
    }

    /// <summary>Every value becomes the same text.</summary>
    /// <param name="Value">The text, at most 64 characters.</param>
    public sealed record Constant(string Value) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => MaskOutput.Text;

        /// <inheritdoc/>
        public override Refusal? Problem => Value is { Length: <= 64 } ? null : MaskRefusals.Parameter("constant");

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => Value;
    }

    /// <summary>Keeps some characters of a text and replaces each of the others by <c>*</c>.</summary>
    /// <param name="Part">Which part stays.</param>
    /// <param name="Characters">How many user-perceived characters stay for First and Last (1…16); 0 for the other parts.</param>
    public sealed record KeepPart(KeptPart Part, int Characters) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input == MaskInput.Text ? MaskOutput.Text : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Part switch
        {
            KeptPart.First or KeptPart.Last => Characters is >= 1 and <= 16 ? null : MaskRefusals.Parameter("keep-part"),
            KeptPart.Surname or KeptPart.Province => Characters == 0 ? null : MaskRefusals.Parameter("keep-part"),
            _ => MaskRefusals.Parameter("keep-part"),
        };

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => KeptText.Of(value, Part, Characters);
    }

    /// <summary>Numbers become the lower bound of the band of equal width they lie in (37 with width 10 becomes 30).</summary>
    /// <param name="Width">Width of a band, above 0.</param>
    public sealed record Band(decimal Width) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Width > 0 && Width <= Numbers.Bound ? null : MaskRefusals.Parameter("band");

        /// <inheritdoc/>
        public override long? Apply(long value) => Numbers.Band(value, Width);

        /// <inheritdoc/>
        public override double? Apply(double value) => Numbers.Band(value, Width);

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => Numbers.Band(value, Width);
    }

    /// <summary>Dates are cut down to the first day of the part they lie in.</summary>
    /// <param name="Part">What stays.</param>
    public sealed record DateTo(DatePart Part) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Date or MaskInput.Timestamp ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Part != DatePart.Unknown && Enum.IsDefined(Part) ? null : MaskRefusals.Parameter("date");

        /// <inheritdoc/>
        public override DateOnly? Apply(DateOnly value) => Dates.Cut(value, Part);

        /// <inheritdoc/>
        public override DateTime? Apply(DateTime value) => Dates.Cut(value, Part);
    }

    /// <summary>The first digits of an administrative division code stay (2 province, 4 prefecture, 6 county); text that does not start with that many digits becomes NULL.</summary>
    /// <param name="Digits">2, 4 or 6.</param>
    public sealed record DivisionPrefix(int Digits) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input switch
        {
            MaskInput.Text => MaskOutput.Text,
            MaskInput.Whole => MaskOutput.Same,
            _ => MaskOutput.Refused,
        };

        /// <inheritdoc/>
        public override Refusal? Problem => Digits is 2 or 4 or 6 ? null : MaskRefusals.Parameter("division");

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => Divisions.Prefix(value, Digits);

        /// <inheritdoc/>
        public override long? Apply(long value) => Divisions.Prefix(value, Digits);
    }

    /// <summary>Numbers are rounded half away from zero to a multiple of the step.</summary>
    /// <param name="Step">The step, above 0.</param>
    public sealed record Round(decimal Step) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Step > 0 && Step <= Numbers.Bound ? null : MaskRefusals.Parameter("round");

        /// <inheritdoc/>
        public override long? Apply(long value) => Numbers.Round(value, Step);

        /// <inheritdoc/>
        public override double? Apply(double value) => Numbers.Round(value, Step);

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => Numbers.Round(value, Step);
    }

    /// <summary>Numbers below the bottom become the bottom, numbers above the top become the top.</summary>
    /// <param name="Bottom">Smallest value shown.</param>
    /// <param name="Top">Largest value shown, above the bottom.</param>
    public sealed record TopBottom(decimal Bottom, decimal Top) : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem =>
            Bottom < Top && Bottom >= -Numbers.Bound && Top <= Numbers.Bound ? null : MaskRefusals.Parameter("top-bottom");

        /// <inheritdoc/>
        public override long? Apply(long value) => Numbers.Clip(value, Bottom, Top);

        /// <inheritdoc/>
        public override double? Apply(double value) => Numbers.Clip(value, Bottom, Top);

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => Math.Clamp(value, Bottom, Top);
    }

    /// <summary>
    /// A keyed pseudonym of the whole value, a 128-bit integer made by the build child with a key of the scenario and zone kind.
    /// The pure functions give NULL here, so a caller that forgets the key leaks nothing.
    /// </summary>
    public sealed record Token : MaskRule
    {
        /// <inheritdoc/>
        public override bool IsKeyed => true;

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Text or MaskInput.Whole ? MaskOutput.Token : MaskOutput.Refused;
    }

    /// <summary>Production only: the exact value is in the zone but only as a clipped measure of an aggregate; no query shows it.</summary>
    public sealed record ExactInvisible : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override long? Apply(long value) => value;

        /// <inheritdoc/>
        public override double? Apply(double value) => value;

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => value;
    }

    /// <summary>The value stays as it is; only for columns that do not identify.</summary>
    public sealed record Keep : MaskRule
    {
        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input == MaskInput.Unknown ? MaskOutput.Refused : MaskOutput.Same;

        /// <inheritdoc/>
        public override string? Apply(ReadOnlySpan<char> value) => value.ToString();

        /// <inheritdoc/>
        public override long? Apply(long value) => value;

        /// <inheritdoc/>
        public override double? Apply(double value) => value;

        /// <inheritdoc/>
        public override decimal? Apply(decimal value) => value;

        /// <inheritdoc/>
        public override DateOnly? Apply(DateOnly value) => value;

        /// <inheritdoc/>
        public override DateTime? Apply(DateTime value) => value;
    }
}
