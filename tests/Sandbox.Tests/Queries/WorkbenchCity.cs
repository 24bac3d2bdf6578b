using System.Globalization;
using System.Text;
using Sandbox.Host.DataSets;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Queries;

/// <summary>A domain with a workbench of about 2,000 masked rows and a production zone, and three who may query them: li of the operating unit, wu and mei, scientists.</summary>
public sealed class WorkbenchCity : IAsyncLifetime
{
    internal AttackDomain Domain { get; private set; } = null!;

    internal string Folder => Domain.Root;

    public async Task InitializeAsync()
    {
        Domain = await AttackDomain.MakeAsync(withData: false);
        using var zhao = Domain.As("zhao");
        foreach (var name in new[] { "wu", "mei" })
        {
            AttackDomain.Done(AddPerson.Run(Domain.Open, zhao, name, "city-data-company", Role.DataScientist, null));
        }

        var csv = new StringBuilder("pid,place,district,score\n");
        for (var row = 0; row < 20_000; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"p{row:D5},{row % 40},{"abcd"[row % 4]},{row % 97}\n");
        }

        var path = Path.Combine(Domain.Root, "register.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using var wang = Domain.As("wang");
        AttackDomain.Done(await AddData.RunAsync(Domain.Open, wang, new NewData("register", new Delivery(path, SourceEncoding.Auto, []), "civil affairs", Domain.Open.Today, "pid", ["pid"]), null, CancellationToken.None));
        AttackDomain.Done(ConfirmGrades.Run(Domain.Open, wang, "register", new[] { "place", "district", "score" }.ToDictionary(name => name, _ => ColumnGrade.General)));
        File.Delete(path);
        using var li = Domain.As("li");
        AttackDomain.Done(RequestScenario.Run(Domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
            {"name":"buses","purpose":"{{AttackDomain.Purpose}}","from":"{{Domain.Open.Today:yyyy-MM-dd}}","until":"{{Domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li","wu","mei"],"tables":[
              {"data_set":"register","sample_per_mille":100,"quasi_identifiers":[],"columns":[
                {"name":"place","workbench":{"rule":"keep"},"production":null},
                {"name":"district","workbench":{"rule":"keep"},"production":null},
                {"name":"score","workbench":{"rule":"keep"},"production":null},
                {"name":"pid","workbench":{"rule":"suppress"},"production":{"rule":"suppress"} }]}]}
            """))));
        AttackDomain.Done(AnswerScenario.Run(Domain.Open, zhao, "buses", agree: true, null));
        AttackDomain.Done(AnswerScenario.Run(Domain.Open, wang, "buses", agree: true, null));
        await OpenZoneAsync("bench");
        AttackDomain.Done(await BuildZone.RunAsync(Domain.Open, li, "buses", ZoneKind.Production, "plant", null, CancellationToken.None));
    }

    internal async Task OpenZoneAsync(string name)
    {
        using var li = Domain.As("li");
        AttackDomain.Done(await BuildZone.RunAsync(Domain.Open, li, "buses", ZoneKind.Workbench, name, null, CancellationToken.None));
    }

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal Ran Ask(string who, string sql, params string[] more) => As(who, ["query", "--zone", "bench", .. more, sql]);

    /// <summary>Every byte that the domain has on the disk, file by file.</summary>
    internal IEnumerable<(string Path, byte[] Bytes)> Disk() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("/lock", StringComparison.Ordinal) && !path.Contains("/memory/", StringComparison.Ordinal)).Select(path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return (path, bytes);
        });

    // Whoever opens and closes the registry's file beside SQLite takes away the locks that this process has on it: so nobody has it open meanwhile.
    internal void IsNowhere(string text) => Domain.Between(_ =>
    {
        foreach (var encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode })
        {
            Assert.All(Disk(), file => Assert.True(file.Bytes.AsSpan().IndexOf(encoding.GetBytes(text)) < 0, $"{Path.GetFileName(file.Path)} holds the text"));
        }
    });

    public Task DisposeAsync()
    {
        Domain.Dispose();
        return Task.CompletedTask;
    }
}
