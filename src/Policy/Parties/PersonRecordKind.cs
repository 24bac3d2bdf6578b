namespace Sandbox.Policy.Parties;

/// <summary>The records about a person that a regulation may ask for before that person processes data (CC 20(1), YN25 25(1)).</summary>
public enum PersonRecordKind
{
    /// <summary>Not stated: counts as none.</summary>
    Unknown = 0,

    /// <summary>Real-name verification 实名认证.</summary>
    RealName,

    /// <summary>Filing 备案.</summary>
    Filing,

    /// <summary>Background examination 审查.</summary>
    Examination,

    /// <summary>Signed confidentiality agreement 保密协议.</summary>
    Confidentiality,
}

/// <summary>One record with its term.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="From">First day on which it counts.</param>
/// <param name="Until">Last day on which it counts.</param>
public readonly record struct PersonRecord(PersonRecordKind Kind, DateOnly From, DateOnly Until);
