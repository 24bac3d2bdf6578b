using Sandbox.Policy;

namespace Sandbox.Host.Demo;

/// <summary>The people of the demo.</summary>
internal static class DemoCast
{
    public const string Bureau = "zhao";
    public const string FlightsProvider = "chen";
    public const string RegisterProvider = "wang";
    public const string Operator = "li";
    public const string Scientist = "wu";
    public const string FirstReviewer = "qian";
    public const string SecondReviewer = "sun";

    public static IReadOnlyList<string> Counties { get; } = ["county-east", "county-south", "county-west"];

    /// <summary>Everybody but the bureau's first person, who comes with the domain.</summary>
    public static IReadOnlyList<(string Name, string Organisation, Role Role)> People { get; } =
    [
        (FlightsProvider, "transport-bureau", Role.SourceDepartment),
        (RegisterProvider, "civil-affairs", Role.SourceDepartment),
        (Operator, "city-data-company", Role.Operator),
        (Scientist, "city-data-company", Role.DataScientist),
        (FirstReviewer, "data-bureau", Role.Authority),
        (SecondReviewer, "audit-institute", Role.AppointedThirdParty),
        ("zhou", "audit-office", Role.Auditor),
        .. Counties.Select(county => ("office-" + county, county, Role.SourceDepartment)),
    ];
}
