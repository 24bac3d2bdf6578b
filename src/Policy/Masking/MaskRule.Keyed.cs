namespace Sandbox.Policy.Masking;

public abstract partial record MaskRule
{
    /// <summary>True when the masked value depends on a key. Without the key these rules give NULL, so a caller that forgets it leaks nothing.</summary>
    public virtual bool IsKeyed => false;

    /// <summary>True when <see cref="Apply(long, ulong)"/> and its siblings want a draw: 64 keyed bits.</summary>
    public bool NeedsDraw => this is Noise or DateShift;

    /// <summary>Masks a whole number with a keyed draw; rules without a draw ignore it.</summary>
    public virtual long? Apply(long value, ulong draw) => Apply(value);

    /// <inheritdoc cref="Apply(long, ulong)"/>
    public virtual double? Apply(double value, ulong draw) => Apply(value);

    /// <inheritdoc cref="Apply(long, ulong)"/>
    public virtual decimal? Apply(decimal value, ulong draw) => Apply(value);

    /// <inheritdoc cref="Apply(long, ulong)"/>
    public virtual DateOnly? Apply(DateOnly value, ulong draw) => Apply(value);

    /// <inheritdoc cref="Apply(long, ulong)"/>
    public virtual DateTime? Apply(DateTime value, ulong draw) => Apply(value);

    /// <summary>
    /// A keyed pseudonym in the form of the original (FF1 over the digits, or over digits and capital letters, with a key of the scenario and zone kind): for programs that check a length or a form.
    /// Blanks and hyphens stay where they are. Texts with fewer than a million possible values become NULL, as does the rare text that the permutation leaves as it is.
    /// </summary>
    public sealed record FormatToken : MaskRule
    {
        /// <inheritdoc/>
        public override bool IsKeyed => true;

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input == MaskInput.Text ? MaskOutput.Text : MaskOutput.Refused;
    }

    /// <summary>
    /// A number of even chance between −<paramref name="Scale"/> and +<paramref name="Scale"/> is added, keyed by the data set, the column, the subject and the value: the same in every zone and every refresh,
    /// so that it does not average out.
    /// </summary>
    /// <param name="Scale">Largest change, above 0; for whole numbers at least 1. A whole number is always changed.</param>
    public sealed record Noise(decimal Scale) : MaskRule
    {
        /// <inheritdoc/>
        public override bool IsKeyed => true;

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input switch
        {
            MaskInput.Whole => Scale >= 1 ? MaskOutput.Same : MaskOutput.Refused,
            MaskInput.Floating or MaskInput.Exact => MaskOutput.Same,
            _ => MaskOutput.Refused,
        };

        /// <inheritdoc/>
        public override Refusal? Problem => Scale > 0 && Scale <= Numbers.Bound ? null : MaskRefusals.Parameter("noise");

        /// <inheritdoc/>
        public override long? Apply(long value, ulong draw)
        {
            var most = (long)decimal.Truncate(Scale);
            return most < 1 ? null : Whole((decimal)value + Change(draw, most));
        }

        /// <inheritdoc/>
        public override double? Apply(double value, ulong draw)
        {
            var moved = value + (Share(draw) * (double)Scale);
            return double.IsFinite(moved) ? moved : null;
        }

        /// <inheritdoc/>
        public override decimal? Apply(decimal value, ulong draw)
        {
            try
            {
                return value + ((decimal)Share(draw) * Scale);
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        private static long? Whole(decimal value) => value is >= long.MinValue and <= long.MaxValue ? (long)value : null;
    }

    /// <summary>Dates of a subject are all moved by the same number of days, keyed by the data set and the subject: spans between them stay. A row without a subject has no date.</summary>
    /// <param name="Days">Most days into either direction, 7 to 3,660. A date is always moved.</param>
    public sealed record DateShift(int Days) : MaskRule
    {
        /// <inheritdoc/>
        public override bool IsKeyed => true;

        /// <inheritdoc/>
        public override MaskOutput Output(MaskInput input) => input is MaskInput.Date or MaskInput.Timestamp ? MaskOutput.Same : MaskOutput.Refused;

        /// <inheritdoc/>
        public override Refusal? Problem => Days is >= 7 and <= 3660 ? null : MaskRefusals.Parameter("date-shift");

        /// <inheritdoc/>
        public override DateOnly? Apply(DateOnly value, ulong draw)
        {
            var day = value.DayNumber + (int)Change(draw, Days);
            return day >= 0 && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day) : null;
        }

        /// <inheritdoc/>
        public override DateTime? Apply(DateTime value, ulong draw) =>
            Apply(DateOnly.FromDateTime(value), draw) is { } day ? day.ToDateTime(TimeOnly.FromDateTime(value), value.Kind) : null;
    }

    /// <summary>One of −most … −1, 1 … most. The bias of the remainder is below most / 2^63.</summary>
    private static long Change(ulong draw, long most)
    {
        var at = (long)(draw % (2 * (ulong)most));
        return at < most ? at - most : at - most + 1;
    }

    /// <summary>A number in [−1, 1) of 53 bits.</summary>
    private static double Share(ulong draw) => ((draw >> 11) * (1.0 / (1UL << 52))) - 1;
}
