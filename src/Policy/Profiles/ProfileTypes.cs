namespace Sandbox.Policy.Profiles;

/// <summary>Whether a regulation is law yet.</summary>
public enum ProfileStatus
{
    /// <summary>A draft: needs an explicit acknowledgement.</summary>
    Draft = 0,

    /// <summary>Issued.</summary>
    Issued = 1,
}

/// <summary>What the people who process data may see of raw values.</summary>
public enum RawVisibility
{
    /// <summary>Nothing, whatever the approvals.</summary>
    Never = 0,

    /// <summary>Usable but not visible, as a guiding requirement; handled as never.</summary>
    UsableNotVisible = 1,

    /// <summary>A look inside a controlled place after a safety assessment; this build offers none, so it is handled as never.</summary>
    ControlledLook = 2,
}

/// <summary>How firm a term is.</summary>
public enum Binding
{
    /// <summary>Exactly this or less, no exception.</summary>
    Fixed = 0,

    /// <summary>In general; longer only with a recorded exception.</summary>
    General = 1,

    /// <summary>At least this.</summary>
    Minimum = 2,
}

/// <summary>Unit of a limit.</summary>
public enum LimitUnit
{
    /// <summary>Not stated: the limit cannot be used.</summary>
    Unknown = 0,

    /// <summary>Working day of the official calendar.</summary>
    WorkingDay,

    /// <summary>Calendar day.</summary>
    CalendarDay,

    /// <summary>Calendar month.</summary>
    Month,

    /// <summary>Calendar year.</summary>
    Year,
}

/// <summary>A length of time as the regulation words it.</summary>
/// <param name="Count">Above 0.</param>
/// <param name="Unit">Its unit.</param>
public sealed record Limit(int Count, LimitUnit Unit)
{
    /// <summary>The first day on which the limit has run out, counted from a day; working days need a calendar and give null here.</summary>
    public DateOnly? EndFrom(DateOnly start) => Unit switch
    {
        LimitUnit.CalendarDay => start.AddDays(Count),
        LimitUnit.Month => start.AddMonths(Count),
        LimitUnit.Year => start.AddYears(Count),
        _ => null,
    };
}

/// <summary>A term with its firmness.</summary>
public sealed record Term(Limit Limit, Binding Binding);

/// <summary>One step of a request's chain.</summary>
/// <param name="Order">1-based position.</param>
/// <param name="Decider">Who decides.</param>
/// <param name="Limit">How long the decider has, or null where the text is silent; silence never means consent.</param>
public sealed record RequestStep(int Order, Role Decider, Limit? Limit);

/// <summary>Explicit acknowledgements under which a profile may be used although it is not law; each is written to the ledger by the host.</summary>
/// <param name="Draft">The deployment acknowledges that the profile is a draft.</param>
/// <param name="OutsideValidity">The deployment acknowledges that the profile is not yet or no longer in force.</param>
public sealed record ProfileAcknowledgement(bool Draft = false, bool OutsideValidity = false)
{
    /// <summary>Nothing acknowledged.</summary>
    public static ProfileAcknowledgement None { get; } = new();
}

/// <summary>Switches of a profile that can be overlaid by a stricter value of another profile.</summary>
public enum ProfileSwitch
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Models are trained on sampled and masked data only.</summary>
    TrainOnSampledAndMaskedOnly,

    /// <summary>What processors may see of raw values.</summary>
    RawVisibility,

    /// <summary>Who may approve an export.</summary>
    ExportApprovers,

    /// <summary>How long logs are kept.</summary>
    LogRetention,
}

/// <summary>A recorded overlay.</summary>
/// <param name="Switch">What was overlaid.</param>
/// <param name="From">Name of the profile the value comes from.</param>
/// <param name="References">Articles of that profile.</param>
public sealed record ProfileOverlay(ProfileSwitch Switch, string From, IReadOnlyList<string> References);

/// <summary>Outcome of loading or deriving a profile.</summary>
public abstract record ProfileResult
{
    private ProfileResult()
    {
    }

    /// <summary>The profile, or a <see cref="PolicyException"/> with the refusals.</summary>
    public Profile OrThrow() => this switch
    {
        Loaded loaded => loaded.Profile,
        Refused refused => throw new PolicyException(refused.Reasons),
        _ => throw new PolicyException([]),
    };

    /// <summary>The profile is complete and well formed.</summary>
    public sealed record Loaded(Profile Profile) : ProfileResult;

    /// <summary>Nothing was loaded.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : ProfileResult;
}
