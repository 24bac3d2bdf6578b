namespace Sandbox.Policy.Identifiers;

/// <summary>How a column must be handled; the strictest value is 0 and a smaller value is always the stricter one.</summary>
public enum ColumnGrade
{
    /// <summary>Not graded: the column may not be opened at all (CC-25-1).</summary>
    Ungraded = 0,

    /// <summary>Identifies a person or organisation directly.</summary>
    Identifier = 1,

    /// <summary>Sensitive content about a person (income, illness, …).</summary>
    Sensitive = 2,

    /// <summary>Narrows a person down together with others (birth date, district, occupation, …).</summary>
    QuasiIdentifier = 3,

    /// <summary>Neither identifies nor harms by itself.</summary>
    General = 4,
}
