using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Zones;
using Sandbox.Policy;

namespace Sandbox.Host.Demo;

/// <summary>Station 3: a sampled and masked workbench; honest questions are answered, three attacks are refused.</summary>
internal static class WorkbenchStation
{
    public const string Zone = DemoFiles.ScenarioName + "-wb";

    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("3 workbench", "masked zone, questions, attacks");
        if (stage.Domain.Registry.Find<Zone>(Zone) is null)
        {
            var built = await stage.WorkAsync("building the workbench", () => BuildZone.RunAsync(
                stage.Domain, stage.As(DemoCast.Operator), DemoFiles.ScenarioName, ZoneKind.Workbench, Zone, ZoneVerbs.Progress(stage.Progress), stage.Cancel)).ConfigureAwait(false);
            stage.Done("build the workbench: 20 % of the subjects, masked, k checked, rows in keyed order", built);
            stage.Show(built);
        }
        else
        {
            stage.Kept("the workbench");
        }

        var (session, refusal) = await QueryZone.OpenAsync(stage.Domain, stage.As(DemoCast.Scientist), Zone, stage.Cancel).ConfigureAwait(false);
        if (session is null)
        {
            throw new DemoBrokenException("open a session on the workbench", refusal!);
        }

        await using (session.ConfigureAwait(false))
        {
            await AskAsync("delays by airport", "SELECT origin, count(*) AS flights, round(avg(delay), 1) AS mean_delay FROM flights GROUP BY origin ORDER BY flights DESC LIMIT 5").ConfigureAwait(false);
            await AskAsync("masked people", "SELECT name, division, sex, birth_year, monthly_income FROM register LIMIT 3").ConfigureAwait(false);
            stage.Refused("a raw column (phone)", await session.RunAsync("SELECT phone FROM register", stage.Cancel).ConfigureAwait(false));
            stage.Refused("a second statement", await session.RunAsync("SELECT 1; SELECT 2", stage.Cancel).ConfigureAwait(false));
            stage.Refused("a file of the machine", await session.RunAsync("SELECT * FROM read_csv('/etc/passwd')", stage.Cancel).ConfigureAwait(false));
        }

        async Task AskAsync(string what, string sql)
        {
            var answer = await session.RunAsync(sql, stage.Cancel).ConfigureAwait(false);
            stage.Done($"query: {what}", answer);
            stage.Show(answer);
        }
    }
}
