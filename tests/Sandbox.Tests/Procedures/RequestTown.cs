using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.Calendars;
using Sandbox.Host.DataSets;
using Sandbox.Host.Due;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Sandbox.Tests.Audits;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>A domain whose clock a test turns, with people of every role and a data set whose rows nobody needs here.</summary>
internal sealed class RequestTown : IDisposable
{
    public RequestTown(string profile, DateTimeOffset start)
    {
        Year = new SimulatedYear(start, profile);
        foreach (var (name, role) in new[] { ("chen", Role.SourceDepartment), ("li", Role.Operator), ("fang", Role.Developer), ("sun", Role.Auditor) })
        {
            Year.Register(name, role);
        }
    }

    public SimulatedYear Year { get; }

    public void AddSet(string name, string provider = "office-of-chen") => Year.Domain.Commit(new("data.loaded", "chen", new Facts { ["data_set"] = name }), writer => writer.TryAdd(new DataSet(
        name, provider, "chen", "a test", Year.Today, null, true,
        [new DataColumn("district", new StoredType(StoredKind.Text), ColumnGroup.Main, IdentifierKind.None, ColumnGrade.General)],
        [new Batch("b1", 10, 0, Year.Now, [], [])])));

    public void Load(string name) => Year.Domain.Commit(new("data.appended", "chen", new Facts { ["data_set"] = name }), writer =>
    {
        var set = writer.Find<DataSet>(name)!;
        writer.Update(set with { Batches = [.. set.Batches, new Batch($"b{set.Batches.Count + 1}", 10, 0, Year.Now, [], [])] });
    });

    public Answer Request(string who, string scenario, params string[] sets)
    {
        using var actor = Year.As(who);
        var tables = sets.Select(set => $$"""{"data_set":"{{set}}","sample_per_mille":10,"quasi_identifiers":[],"columns":[{"name":"district","workbench":{"rule":"keep"},"production":null}]}""");
        return RequestScenario.Run(Year.Domain, actor, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes(
            $$"""{"name":"{{scenario}}","purpose":"where shuttles are missing","from":"{{Year.Today:yyyy-MM-dd}}","until":"{{Year.Today.AddMonths(6):yyyy-MM-dd}}","people":[],"description":{{Vetted.Description(Year.Today.AddMonths(6))}},"tables":[{{string.Join(',', tables)}}]}""")));
    }

    public Answer Reply(string who, string scenario, bool agree = true, string? grounds = null)
    {
        using var actor = Year.As(who);
        return AnswerScenario.Run(Year.Domain, actor, scenario, agree, grounds);
    }

    public void Calendar(string json)
    {
        using var actor = Year.As("zhao");
        SimulatedYear.Done(LoadCalendar.Run(Year.Domain, actor, Encoding.UTF8.GetBytes(json)));
    }

    /// <summary>What waits, each as "subject step roles organisation last-day state".</summary>
    public string[] Due(string what) =>
    [
        .. DueList.All(Year.Domain).Where(item => item.What == what).Select(item =>
            $"{item.Subject} {item.Step} {string.Join('+', item.For)} {item.Organisation ?? "-"} {(item.Clock is Policy.Calendars.ClockResult.Known known ? $"{known.LastDay:yyyy-MM-dd}" : "-")} {DueItem.Word(item.State(Year.Today))} {item.Rule}"),
    ];

    public void Dispose() => Year.Dispose();
}
