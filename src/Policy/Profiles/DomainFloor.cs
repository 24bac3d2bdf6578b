using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Profiles;

/// <summary>Figures of the product's own floor. No regulation gives them; a deployment may tighten but never loosen them.</summary>
public sealed record DomainFloor
{
    /// <summary>Independent first reviews of an export (≥ 2).</summary>
    public required Sourced<int> FirstReviews { get; init; }

    /// <summary>Whether the author of an export is barred from reviewing it.</summary>
    public required Sourced<bool> AuthorBarred { get; init; }

    /// <summary>Whether members of the author's organisation are barred from reviewing it.</summary>
    public required Sourced<bool> AuthorOrganisationBarred { get; init; }

    /// <summary>Rows of an answer on the screen.</summary>
    public required Sourced<int> DisplayRows { get; init; }

    /// <summary>Bytes of an answer on the screen.</summary>
    public required Sourced<int> DisplayBytes { get; init; }

    /// <summary>Smallest group of people that may be told apart in a workbench.</summary>
    public required Sourced<int> K { get; init; }

    /// <summary>Largest share of a data set in one workbench, in thousandths.</summary>
    public required Sourced<int> SampleThousandths { get; init; }

    /// <summary>Contributors that an encrypted total needs before it may be opened.</summary>
    public required Sourced<int> MinimumRoundContributors { get; init; }

    /// <summary>Primary disclosure rules.</summary>
    public required Sourced<DisclosureRules> Disclosure { get; init; }
}
