namespace Sandbox.Policy.Masking;

/// <summary>Type of a source column, as far as masking cares.</summary>
public enum MaskInput
{
    /// <summary>Anything else; only Suppress applies.</summary>
    Unknown = 0,

    /// <summary>Character text.</summary>
    Text,

    /// <summary>Whole number up to 64 bits.</summary>
    Whole,

    /// <summary>Floating number.</summary>
    Floating,

    /// <summary>Exact decimal.</summary>
    Exact,

    /// <summary>Calendar date.</summary>
    Date,

    /// <summary>Date and time.</summary>
    Timestamp,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>What a masked column holds.</summary>
public enum MaskOutput
{
    /// <summary>The rule does not fit the column's type: the build must be refused.</summary>
    Refused = 0,

    /// <summary>The column is not in the zone.</summary>
    Dropped,

    /// <summary>Text.</summary>
    Text,

    /// <summary>The type of the source column.</summary>
    Same,

    /// <summary>128-bit unsigned integer.</summary>
    Token,
}

/// <summary>Which part of a text stays.</summary>
public enum KeptPart
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>The first characters.</summary>
    First,

    /// <summary>The last characters.</summary>
    Last,

    /// <summary>The surname of a Chinese name, compound surnames (欧阳) whole.</summary>
    Surname,

    /// <summary>The province-level part of a Chinese address.</summary>
    Province,
}

/// <summary>What stays of a date.</summary>
public enum DatePart
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>First day of the decade.</summary>
    Decade,

    /// <summary>First day of the year.</summary>
    Year,

    /// <summary>First day of the quarter.</summary>
    Quarter,

    /// <summary>First day of the month.</summary>
    Month,

    /// <summary>The day; the time of day goes.</summary>
    Day,
}

/// <summary>Outcome of reading a rule.</summary>
public abstract record MaskRuleResult
{
    private MaskRuleResult()
    {
    }

    /// <summary>The rule is well formed and in range.</summary>
    public sealed record Read(MaskRule Rule) : MaskRuleResult;

    /// <summary>The text is no masking rule.</summary>
    public sealed record Refused(Refusal Reason) : MaskRuleResult;
}
