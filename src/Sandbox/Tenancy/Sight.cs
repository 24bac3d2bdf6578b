using Sandbox.Host.Catalogues;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.Models;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Tenancy;

/// <summary>
/// Of which things somebody may know that they exist. Organisations are tenants: what is another's has no name and no id for them, and a question for it is answered as
/// one for something that was never there. What may be done with a thing that is seen is the authoriser's to say.
/// </summary>
/// <remarks>
/// The bureau, its appointed third party and auditors see everything: they supervise. An operating unit or developer sees its own scenarios and what belongs to them, a
/// source department its own data sets, the scenarios that ask for them and what left or shall leave those. A person whom a scenario names sees it too.
/// What stands in the catalogue is offered to everybody, so its data set is seen by everybody.
/// </remarks>
internal sealed class Sight
{
    private readonly HashSet<string> _works;
    private readonly HashSet<string> _supplies;
    private readonly HashSet<string> _sets;
    private readonly RegistryDatabase? _registry;

    private Sight(RegistryDatabase? registry, HashSet<string> works, HashSet<string> supplies, HashSet<string> sets)
    {
        _registry = registry;
        _works = works;
        _supplies = supplies;
        _sets = sets;
    }

    /// <summary>Nothing is hidden.</summary>
    public static Sight Everything { get; } = new(null, [], [], []);

    public static Sight Of(OpenDomain domain, Person person, Role role)
    {
        var registry = domain.Registry;
        if (Supervises(role))
        {
            return Everything;
        }

        var own = role == Role.DataSubject ? [] : registry.All<DataSet>().Where(set => set.Provider == person.Organisation).Select(set => set.Id).ToHashSet(StringComparer.Ordinal);
        var (works, supplies) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var sets = new HashSet<string>(own, StringComparer.Ordinal);
        if (role != Role.DataSubject)
        {
            sets.UnionWith(CatalogueEntry.Published(domain).Select(entry => entry.DataSet).OfType<string>());
        }

        foreach (var scenario in registry.All<Scenario>())
        {
            // A partner's request goes through an operating unit (FT 18), which has to see it, and what it has passed on.
            var checks = role == Role.Operator && scenario.Partner && (scenario.State == ScenarioState.PartnerRequested || scenario.Consents.Any(consent => consent.Organisation == person.Organisation));
            if (checks || scenario.People.Contains(person.Id) || (role != Role.DataSubject && scenario.Operator == person.Organisation))
            {
                works.Add(scenario.Id);
                sets.UnionWith(scenario.Tables.Concat(scenario.Asked ?? []).Select(table => table.DataSet));
            }

            if (role == Role.SourceDepartment && scenario.Tables.Concat(scenario.Asked ?? []).Any(table => own.Contains(table.DataSet)))
            {
                supplies.Add(scenario.Id);
            }
        }

        return new(registry, works, supplies, sets);
    }

    public static bool Supervises(Role role) => role is Role.Authority or Role.AppointedThirdParty or Role.Auditor;

    public bool Sees(Scenario scenario) => Works(scenario.Id) || Supplies(scenario.Id);

    public bool Sees(DataSet set) => _registry is null || _sets.Contains(set.Id);

    public bool Sees(Zone zone) => Works(zone.Scenario);

    public bool Sees(Model model) => Works(model.Scenario);

    public bool Sees(Run run) => Works(run.Scenario);

    public bool Sees(Round round) => Works(round.Scenario) || Supplies(round.Scenario);

    public bool Sees(ExportRequest request) => Works(request.Spec.Scenario) || Supplies(request.Spec.Scenario);

    /// <summary>A release is seen with its request.</summary>
    public bool Sees(Release release) => _registry is null || (_registry.Find<ExportRequest>(release.Id) is { } request && Sees(request));

    /// <summary>Whether a name is one of a thing that is seen. A name that nothing has is not.</summary>
    public bool Knows(RegistryDatabase registry, Named kind, string name) => kind switch
    {
        Named.Scenario => registry.Find<Scenario>(name) is { } scenario && Sees(scenario),
        Named.DataSet => registry.Find<DataSet>(name) is { } set && Sees(set),
        Named.Zone => registry.Find<Zone>(name) is { } zone && Sees(zone),
        Named.Model => registry.Find<Model>(name) is { } model && Sees(model),
        Named.Run => registry.Find<Run>(name) is { } run && Sees(run),
        Named.Round => registry.Find<Round>(name) is { } round && Sees(round),
        Named.Export => registry.Find<ExportRequest>(name) is { } request && Sees(request),
        _ => false,
    };

    /// <summary>Whether somebody may be known: of the own organisation, or named in a scenario that is seen.</summary>
    public bool KnowsPerson(RegistryDatabase registry, Person asking, string name) =>
        Names.Valid(name) && registry.Find<Person>(name) is { } person
        && (_registry is null || person.Organisation == asking.Organisation || registry.All<Scenario>().Any(scenario => Sees(scenario) && scenario.People.Contains(name)));

    private bool Works(string scenario) => _registry is null || _works.Contains(scenario);

    private bool Supplies(string scenario) => _registry is null || _supplies.Contains(scenario);
}

/// <summary>Kinds of things whose names are told to their own people only.</summary>
internal enum Named
{
    Unknown = 0,
    Scenario,
    DataSet,
    Zone,
    Model,
    Run,
    Round,
    Export,
}
