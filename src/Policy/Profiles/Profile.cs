using System.Globalization;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Parties;

namespace Sandbox.Policy.Profiles;

/// <summary>
/// One regulation as data. Every value names its articles; a null value means that the text is silent and the deployment must
/// configure it (see <see cref="RequiredConfiguration"/>). Figures that no regulation gives come from the product's floor.
/// </summary>
public sealed record Profile
{
    /// <summary>File name, for example <c>futian</c>; a derived profile has the name the deployment gave it.</summary>
    public required string Name { get; init; }

    /// <summary>Prefix of its articles, for example <c>FT</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Version of our data file.</summary>
    public required int Version { get; init; }

    /// <summary>Title in English.</summary>
    public required Sourced<string> Title { get; init; }

    /// <summary>Title in Chinese.</summary>
    public required Sourced<string> TitleZh { get; init; }

    /// <summary>Draft or issued.</summary>
    public required Sourced<ProfileStatus> Status { get; init; }

    /// <summary>First day in force, where the text gives one.</summary>
    public Sourced<DateOnly>? EffectiveFrom { get; init; }

    /// <summary>Validity in years, where the text gives one.</summary>
    public Sourced<int>? ValidityYears { get; init; }

    /// <summary>Chain of a request by the operating unit.</summary>
    public required Sourced<IReadOnlyList<RequestStep>> OperatorRequestSteps { get; init; }

    /// <summary>Chain of a request by a developer or partner; null where the regulation has no such role.</summary>
    public Sourced<IReadOnlyList<RequestStep>>? PartnerRequestSteps { get; init; }

    /// <summary>True when models may be trained on sampled and masked data only; null: required configuration.</summary>
    public Sourced<bool>? TrainOnSampledAndMaskedOnly { get; init; }

    /// <summary>What processors may see of raw values; null: required configuration.</summary>
    public Sourced<RawVisibility>? RawVisibility { get; init; }

    /// <summary>Who may approve an export; null: required configuration.</summary>
    public Sourced<IReadOnlyList<Role>>? ExportApprovers { get; init; }

    /// <summary>Raw data never leave; always true in the shipped profiles, and nothing can lift it.</summary>
    public required Sourced<bool> RawExportBarred { get; init; }

    /// <summary>Nothing leaves from which raw data can be restored.</summary>
    public required Sourced<bool> ReversibleExportBarred { get; init; }

    /// <summary>Term of the operation agreement; null: required configuration.</summary>
    public Sourced<Term>? AgreementTerm { get; init; }

    /// <summary>How long logs are kept after the end of an agreement; null: required configuration.</summary>
    public Sourced<Term>? LogRetention { get; init; }

    /// <summary>Lowest level of the graded protection scheme (等保) that the platform must reach; null where the text names none.</summary>
    public Sourced<int>? ProtectionLevel { get; init; }

    /// <summary>One scenario, one grant: data granted for one purpose are not there for another.</summary>
    public required Sourced<bool> OneScenarioOneGrant { get; init; }

    /// <summary>Classes of data that no approval opens.</summary>
    public required Sourced<IReadOnlyList<string>> NeverAuthorised { get; init; }

    /// <summary>Forms of products that the text lists.</summary>
    public required Sourced<IReadOnlyList<string>> ProductForms { get; init; }

    /// <summary>Figures that no regulation gives: the product's floor, which a deployment may only tighten.</summary>
    public required DomainFloor Floor { get; init; }

    /// <summary>What the regulation demands of organisations, their people, their papers and their conduct; silent where it says nothing.</summary>
    public PartyRules Parties { get; init; } = PartyRules.Silent;

    /// <summary>Overlays that made this profile out of others, in order.</summary>
    public IReadOnlyList<ProfileOverlay> Overlays { get; init; } = [];

    /// <summary>A draft may be used only after an explicit acknowledgement.</summary>
    public bool NeedsAcknowledgement => Status.Value != ProfileStatus.Issued;

    /// <summary>First day on which the profile is no longer in force; null where the text gives no validity.</summary>
    public DateOnly? LapsesOn => EffectiveFrom is { } from && ValidityYears is { } years ? from.Value.AddYears(years.Value) : null;

    /// <summary>Switches on which the text is silent and for which this profile has no value yet.</summary>
    public IReadOnlyList<ProfileSwitch> RequiredConfiguration
    {
        get
        {
            var missing = new List<ProfileSwitch>();
            if (TrainOnSampledAndMaskedOnly is null)
            {
                missing.Add(ProfileSwitch.TrainOnSampledAndMaskedOnly);
            }

            if (RawVisibility is null)
            {
                missing.Add(ProfileSwitch.RawVisibility);
            }

            if (ExportApprovers is null)
            {
                missing.Add(ProfileSwitch.ExportApprovers);
            }

            if (LogRetention is null)
            {
                missing.Add(ProfileSwitch.LogRetention);
            }

            return missing;
        }
    }

    /// <summary>Names of the profiles this build ships.</summary>
    public static IReadOnlyList<string> Names => ProfileData.Names;

    /// <summary>Loads a shipped profile by name; an unknown name or a faulty data file is refused whole.</summary>
    public static ProfileResult Load(string name) => ProfileData.Load(name);

    /// <summary>
    /// Makes a profile of this one in which the named switches take the value of another one, keeping the other's article
    /// references. Only a value that is at least as strict is taken; a switch on which the other is silent is refused.
    /// </summary>
    public ProfileResult Derive(string name, Profile other, params ReadOnlySpan<ProfileSwitch> switches) =>
        ProfileDerivation.Derive(this, name, other, switches);

    /// <summary>Whether decisions may be made under this profile on a day (YB-27-1); a permission within 90 days of the lapse says so in its rules.</summary>
    public Decision InForce(DateOnly today, ProfileAcknowledgement acknowledged)
    {
        var refusals = new List<Refusal>();
        if (NeedsAcknowledgement && !acknowledged.Draft)
        {
            refusals.Add(new Refusal(
                "YB-27-1",
                $"The profile '{Name}' is a draft and not law.",
                "Acknowledge the draft explicitly for this domain, or choose an issued profile.",
                $"配置“{Name}”为征求意见稿，尚非有效规定。",
                "请对该域明确确认使用草案，或选择已发布的配置。"));
        }

        if (EffectiveFrom is { } from && today < from.Value && !acknowledged.OutsideValidity)
        {
            refusals.Add(Lapse($"comes into force only on {Day(from.Value)}", $"自 {Day(from.Value)} 起才施行"));
        }

        if (LapsesOn is { } lapse && today >= lapse && !acknowledged.OutsideValidity)
        {
            refusals.Add(Lapse($"lapsed on {Day(lapse)}", $"已于 {Day(lapse)} 失效"));
        }

        if (refusals.Count > 0)
        {
            return Decision.Deny(refusals);
        }

        return LapsesOn is { } soon && today < soon && today >= soon.AddDays(-90)
            ? Decision.Permit("YB-27-1", $"YB-27-1 warning: lapses on {Day(soon)}")
            : Decision.Permit("YB-27-1");
    }

    private Refusal Lapse(string why, string whyZh) => new(
        "YB-27-1",
        $"The profile '{Name}' {why}.",
        "Move the domain to a profile in force, or record an explicit override.",
        $"配置“{Name}”{whyZh}。",
        "请改用现行有效的配置，或登记明确的例外确认。");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
