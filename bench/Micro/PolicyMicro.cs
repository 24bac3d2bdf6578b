using BenchmarkDotNet.Attributes;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Bench.Micro;

/// <summary>Decisions about acts on data: the whole rule set, over a grant of twelve columns and twenty people. Target: 100,000 a second and core, and nothing allocated where the answer is yes.</summary>
public class PolicyMicro
{
    private Authoriser _authoriser = null!;
    private AccessRequest[] _permitted = null!;
    private AccessRequest _denied = null!;

    [GlobalSetup]
    public void Prepare()
    {
        var profile = ((ProfileResult.Loaded)Profile.Load("changchun")).Profile;
        _authoriser = new Authoriser(profile, new ProfileAcknowledgement(true, true));
        HashSet<ColumnName> columns = [.. Enumerable.Range(0, 12).Select(at => new ColumnName("residents", $"column{at}"))];
        var scenario = new ScenarioFacts
        {
            Id = "s", State = ScenarioState.Granted, Purpose = "Plan buses", From = new(2026, 1, 1), Until = new(2026, 12, 31), Columns = columns,
            Members = Enumerable.Range(0, 20).Select(at => $"person{at}").ToHashSet(StringComparer.Ordinal),
        };
        AccessRequest Request(DomainAction action, ZoneKind zone) => new()
        {
            Actor = "person7", Role = Role.Operator, Scenario = scenario, Purpose = "Plan buses", Action = action, Columns = columns, Zone = zone, Today = new(2026, 6, 1), ModelReviewed = true, SampledAndMasked = true,
        };
        _permitted = [Request(DomainAction.BuildZone, ZoneKind.Production), Request(DomainAction.Query, ZoneKind.Workbench), Request(DomainAction.Train, ZoneKind.Workbench), Request(DomainAction.Apply, ZoneKind.Production)];
        _denied = Request(DomainAction.Query, ZoneKind.Workbench) with { Purpose = "another", Today = new(2027, 6, 1) };
        if (!_permitted.All(request => _authoriser.Decide(request).IsPermitted) || _authoriser.Decide(_denied).IsPermitted)
        {
            throw new InvalidOperationException("The decisions are not what is to be measured.");
        }
    }

    /// <summary>Four permitted acts, each with every column of the grant; the time is that of one.</summary>
    [Benchmark(OperationsPerInvoke = 4)]
    public int Permitted()
    {
        var permitted = 0;
        foreach (var request in _permitted)
        {
            permitted += _authoriser.Decide(request).IsPermitted ? 1 : 0;
        }

        return permitted;
    }

    /// <summary>A denial with two reasons.</summary>
    [Benchmark]
    public int Denied() => _authoriser.Decide(_denied).Refusals.Count;
}
