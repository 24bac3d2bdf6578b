namespace Sandbox.Policy.Calendars;

/// <summary>Which day counts first. Where a regulation is silent, counting starts on the day after the event, as the Civil Code (art. 201) and the Administrative Licensing Law do.</summary>
public enum CountingStart
{
    /// <summary>The day after the event.</summary>
    NextDay = 0,

    /// <summary>The day of the event itself.</summary>
    SameDay,
}

/// <summary>How far a limit has run. It says nothing about the decision: a step that is late stays undecided.</summary>
public enum ClockState
{
    /// <summary>The calendar does not reach far enough: nobody may take it for "in time".</summary>
    Unknown = 0,

    /// <summary>Past its last day.</summary>
    Overdue,

    /// <summary>Still in time.</summary>
    Running,

    /// <summary>The text gives no limit.</summary>
    Unlimited,
}

/// <summary>Outcome of counting a limit.</summary>
public abstract record ClockResult
{
    private ClockResult()
    {
    }

    /// <summary>How the limit stands on a day.</summary>
    public ClockState On(DateOnly today) => this is not Known known ? ClockState.Unknown : today >= known.OverdueFrom ? ClockState.Overdue : ClockState.Running;

    /// <summary>Counted.</summary>
    /// <param name="LastDay">Last day on which the limit is kept.</param>
    /// <param name="OverdueFrom">First day on which it counts as missed: the next working day for working days, else the next day.</param>
    public sealed record Known(DateOnly LastDay, DateOnly OverdueFrom) : ClockResult;

    /// <summary>Not counted: the calendar of a year is missing, or there is no usable limit.</summary>
    public sealed record Refused(Refusal Reason) : ClockResult;
}
