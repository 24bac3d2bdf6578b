namespace Sandbox.Policy;

/// <summary>How a demand binds software.</summary>
public enum RequirementKind
{
    /// <summary>Something must be impossible, or possible only in the way of the text.</summary>
    MustEnforce = 0,

    /// <summary>Something must stand on record.</summary>
    MustRecord = 1,

    /// <summary>Something must be told to somebody.</summary>
    MustReport = 2,

    /// <summary>A duty of offices and people; software has no part in it.</summary>
    Organisational = 3,
}

/// <summary>One demand of the regulations, in the project's own words.</summary>
/// <param name="Id">For example <c>CC-27-1</c>: the text, the article, a number. Refusals, ledger entries and tests name it.</param>
/// <param name="Kind">How it binds.</param>
/// <param name="Capability">The field of work that it belongs to, for example <c>export_review</c>; <c>none</c> for an organisational one.</param>
/// <param name="Room">The room that owes it; null for an organisational one.</param>
/// <param name="Profiles">Names of the profiles whose texts ask for it, in the order of <see cref="Requirements.Profiles"/>.</param>
/// <param name="Articles">Where it stands, for example <c>FT 18</c>.</param>
/// <param name="Demand">One sentence.</param>
public sealed record Requirement(
    string Id, RequirementKind Kind, string Capability, string? Room, IReadOnlyList<string> Profiles, IReadOnlyList<string> Articles, string Demand);
