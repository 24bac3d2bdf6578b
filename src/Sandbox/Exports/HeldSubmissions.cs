using Sandbox.Export.Checks;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Models;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>How often a held output was put before the gate. Every time its author learns an answer about it, so the number is bounded (<see cref="OutputCapacity"/>).</summary>
/// <param name="Id">The run.</param>
public sealed record HeldSubmissions(string Id, string Scenario, int Count) : IAggregate
{
    public static string Kind => "held_submissions";

    /// <summary>Spares the work where the answer could not be given anyway.</summary>
    /// <exception cref="RefusedException">The output, or the scenario, has been put before the gate too often.</exception>
    internal static void Check(OpenDomain domain, ExportSpec spec, Scenario scenario)
    {
        var all = domain.Registry.All<HeldSubmissions>();
        if (Runs(domain, spec, scenario).Any(run => IsSpent(all, run, scenario)))
        {
            throw new RefusedException(TooOften());
        }
    }

    /// <summary>Counts a request whose answer is about to be told. An act broken off before has told nothing.</summary>
    /// <exception cref="RefusedException">The output, or the scenario, has been put before the gate too often; the answer may not be told.</exception>
    internal static void Charge(OpenDomain domain, Actor actor, ExportSpec spec, Scenario scenario)
    {
        foreach (var run in Runs(domain, spec, scenario))
        {
            var facts = new Facts { ["export"] = spec.Name, ["run"] = run };
            domain.Commit(new("export.submitted", actor.Name, facts), writer =>
            {
                var before = writer.Find<HeldSubmissions>(run);
                if (IsSpent(writer.All<HeldSubmissions>(), run, scenario))
                {
                    throw new RefusedException(TooOften());
                }

                facts["time"] = (before?.Count ?? 0) + 1;
                writer.Put(before is null ? new HeldSubmissions(run, scenario.Id, 1) : before with { Count = before.Count + 1 });
            });
        }
    }

    private static string[] Runs(OpenDomain domain, ExportSpec spec, Scenario scenario) =>
        [.. spec.Tables.Select(table => table.Run).OfType<string>().Distinct(StringComparer.Ordinal).Where(run => domain.Registry.Find<Run>(run) is { Held: not null } known && known.Scenario == scenario.Id)];

    private static bool IsSpent(IReadOnlyList<HeldSubmissions> all, string run, Scenario scenario) =>
        all.Any(item => item.Id == run && item.Count >= OutputCapacity.MostOfOutput) || all.Where(item => item.Scenario == scenario.Id).Sum(item => item.Count) >= OutputCapacity.MostOfScenario;

    private static Refusal TooOften() => new(
        "SB-EXP-24",
        $"This held output has been put before the gate {OutputCapacity.MostOfOutput} times, or those of the scenario {OutputCapacity.MostOfScenario} times; every answer tells something about it.",
        "Ask for the table without the run, or run the model again after a review of what it should give.",
        $"该留存结果已提交出域审查 {OutputCapacity.MostOfOutput} 次，或该场景合计已达 {OutputCapacity.MostOfScenario} 次；每次答复都会透露其信息。",
        "请不引用该运行而直接申请该表，或在复核模型后重新运行。");
}
