using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Cases;

/// <summary>
/// One kind of case as data: who opens it, what must be written, which steps lead where and by whom, what runs out when, whom it must be told to and what it shuts meanwhile.
/// A kind is a file in <c>Cases/Data</c>; the machine that runs it is <see cref="CaseMachine"/> for all of them.
/// </summary>
public sealed record CaseForm
{
    /// <summary>Its name, for example <c>quality-ticket</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The demand that it answers; refusals name it where a step names none of its own.</summary>
    public required string Requirement { get; init; }

    public required string Title { get; init; }

    public required string TitleZh { get; init; }

    /// <summary>Profiles under which the kind exists; null for all.</summary>
    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>Roles that may open one.</summary>
    public required IReadOnlyList<CaseRole> OpenedBy { get; init; }

    /// <summary>What is written when it is opened.</summary>
    public required IReadOnlyList<CaseField> Fields { get; init; }

    /// <summary>State of a new case.</summary>
    public required string First { get; init; }

    /// <summary>States in which nothing is to be done any more.</summary>
    public required IReadOnlyList<string> Ended { get; init; }

    /// <summary>A field whose value only one case of the kind may have, however it ended; null where there may be many.</summary>
    public string? Once { get; init; }

    /// <summary>Whether it can be opened as a drill, which shuts nothing and tells nobody.</summary>
    public bool Drills { get; init; }

    /// <summary>Whether a paper must come with it.</summary>
    public bool Paper { get; init; }

    public required IReadOnlyList<CaseMove> Moves { get; init; }

    public IReadOnlyList<CaseClock> Clocks { get; init; } = [];

    /// <summary>What an open case shuts; null where it shuts nothing.</summary>
    public CaseHold? Hold { get; init; }

    /// <summary>Who must be told; null where nobody need be.</summary>
    public CaseNotices? Notices { get; init; }

    /// <summary>How often there must be one that ended, by profile; a gap is flagged.</summary>
    public IReadOnlyDictionary<string, CaseLimit> Every { get; init; } = new Dictionary<string, CaseLimit>();

    /// <summary>How long the case, its papers and its ledger entries stay, by profile.</summary>
    public IReadOnlyDictionary<string, CaseLimit> Kept { get; init; } = new Dictionary<string, CaseLimit>();

    /// <summary>Every state there is, the first one first.</summary>
    public IReadOnlyList<string> States => [.. new[] { First }.Concat(Moves.SelectMany(move => new[] { move.To, move.Otherwise }).OfType<string>().Where(state => state != CaseMove.Stay)).Distinct(StringComparer.Ordinal)];
}

/// <summary>Who may do something in a case.</summary>
public enum CaseRole
{
    Unknown = 0,
    SourceDepartment,
    Authority,
    AppointedThirdParty,
    Operator,
    Developer,
    DataScientist,
    Auditor,
    DataSubject,

    /// <summary>Whoever the profile lets approve exports.</summary>
    ExportApprovers,
}

/// <summary>Which of the persons with the role.</summary>
public enum CaseParty
{
    /// <summary>Not stated: nobody.</summary>
    Unknown = 0,

    /// <summary>Anybody with the role.</summary>
    Any,

    /// <summary>Of the organisation that opened the case.</summary>
    OpenerHouse,

    /// <summary>Of another organisation than the one that opened it.</summary>
    OtherHouse,

    /// <summary>Of the organisation that provides the data set that the case is about.</summary>
    Provider,

    /// <summary>The person whom the field <c>seller</c> names.</summary>
    Seller,

    /// <summary>The person whom the field <c>buyer</c> names.</summary>
    Buyer,
}

/// <summary>One step.</summary>
public sealed record CaseMove
{
    /// <summary>As <see cref="To"/>: the case stays in the state that it is in.</summary>
    public const string Stay = "=";

    public required string Command { get; init; }

    public required IReadOnlyList<string> From { get; init; }

    public required string To { get; init; }

    /// <summary>Where it leads when one of the points is answered with no; null where the step has no points.</summary>
    public string? Otherwise { get; init; }

    public required IReadOnlyList<CaseRole> Roles { get; init; }

    public CaseParty By { get; init; } = CaseParty.Any;

    /// <summary>A step that another person must have taken: the same one cannot take both.</summary>
    public string? NotAfter { get; init; }

    public IReadOnlyList<CaseField> Fields { get; init; } = [];

    /// <summary>Whether a paper must come with it.</summary>
    public bool Paper { get; init; }

    /// <summary>Whether what the case was opened about must still stand (a release that was not called back, a case in its state).</summary>
    public bool Rechecks { get; init; }

    /// <summary>Whether it proposes terms that count only after a step that <see cref="Settles"/>.</summary>
    public bool Proposes { get; init; }

    public bool Settles { get; init; }

    /// <summary>The demand that it answers, where it is not the kind's.</summary>
    public string? Requirement { get; init; }
}

/// <summary>Something that must be written.</summary>
public sealed record CaseField
{
    public required string Name { get; init; }

    public required CaseFieldForm Form { get; init; }

    public bool Optional { get; init; }

    /// <summary>For a choice: what may be chosen. For a case: kind and state that it must have.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>The demand that is not met without it, where it is not that of the step.</summary>
    public string? Requirement { get; init; }
}

/// <summary>Forms of what is written.</summary>
public enum CaseFieldForm
{
    Unknown = 0,

    /// <summary>1 to 500 characters.</summary>
    Words,

    /// <summary>One of a list.</summary>
    Choice,

    /// <summary>A day, <c>yyyy-MM-dd</c>.</summary>
    Day,

    /// <summary>An amount of money with at most two decimals, as text.</summary>
    Amount,

    /// <summary>An answer with a reason: <c>{"holds": true, "words": "…"}</c>.</summary>
    Point,

    /// <summary>A registered data set.</summary>
    DataSet,

    /// <summary>A release that was not called back.</summary>
    Release,

    /// <summary>A registered scenario.</summary>
    Scenario,

    /// <summary>A registered person.</summary>
    Person,

    /// <summary>A name that need not be registered.</summary>
    Name,

    /// <summary>A case of the kind and in the state of <see cref="CaseField.Of"/>.</summary>
    Case,

    /// <summary>A form of products that the profile lists, or another one with <c>justification</c>.</summary>
    ProductForm,

    /// <summary>Which of the profile's barred classes apply: a list that must be empty to pass.</summary>
    BarredClasses,

    /// <summary>A body that must be told.</summary>
    Body,
}

/// <summary>A limit with the articles that give it.</summary>
public sealed record CaseLimit(int Count, LimitUnit Unit, IReadOnlyList<string> Ref)
{
    public Limit Limit => new(Count, Unit);
}

/// <summary>A time that runs while a case is in some states.</summary>
public sealed record CaseClock
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> States { get; init; }

    /// <summary>Whether it counts from the opening; else from when the case came into one of the states.</summary>
    public bool FromOpening { get; init; }

    /// <summary>By profile; where a profile has none, the day that a step wrote down in <see cref="DueField"/> counts, if any.</summary>
    public required IReadOnlyDictionary<string, CaseLimit> Limits { get; init; }

    public string? DueField { get; init; }
}

/// <summary>What an open case shuts: while it is in one of the states, nothing reads the data set or builds on the release that the field names.</summary>
public sealed record CaseHold(IReadOnlyList<string> States, string Field);

/// <summary>Whom a case must be told to, and which steps wait for it.</summary>
public sealed record CaseNotices
{
    /// <summary>States in which the duty arises.</summary>
    public required IReadOnlyList<string> In { get; init; }

    /// <summary>The step that says a body was told; its field <c>body</c> names it.</summary>
    public required string Command { get; init; }

    /// <summary>Steps that are refused while one was not told.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    /// <summary>By profile; <c>*</c> where a profile is silent.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<CaseBodies>> To { get; init; }
}

/// <summary>Bodies that must be told.</summary>
/// <param name="Value">Their names.</param>
/// <param name="Ref">Articles.</param>
/// <param name="OpenedBy">Counts only for cases that such a role opened; null for all.</param>
public sealed record CaseBodies(IReadOnlyList<string> Value, IReadOnlyList<string> Ref, IReadOnlyList<CaseRole>? OpenedBy = null);
