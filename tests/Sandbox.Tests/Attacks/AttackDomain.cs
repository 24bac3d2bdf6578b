using System.Globalization;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Vault.Loading;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>A small domain with one data set and one granted scenario, for attacks on it.</summary>
internal sealed class AttackDomain : IDisposable
{
    public const string Purpose = "Plan buses";

    private AttackDomain(string root, OpenDomain open)
    {
        Root = root;
        Open = open;
    }

    public string Root { get; }

    public OpenDomain Open { get; private set; }

    public static async Task<AttackDomain> MakeAsync(bool withData = true)
    {
        var root = Path.Combine(Path.GetTempPath(), "sandbox-attack-" + Path.GetRandomFileName());
        Done(InitDomain.Run(root, new NewDomain("city", "futian", ["changchun:training"], "nist", 1, "zhao", "data-bureau", new ProfileAcknowledgement(false, false)), new Unlocking(), TimeProvider.System));
        var made = new AttackDomain(root, OpenDomain.Open(root, new Unlocking(), TimeProvider.System, new DomainSettings()));
        using (var zhao = made.As("zhao"))
        {
            foreach (var (name, organisation, role) in new[]
            {
                ("wang", "civil-affairs", Role.SourceDepartment), ("li", "city-data-company", Role.Operator),
                ("qian", "data-bureau", Role.Authority), ("sun", "audit-institute", Role.AppointedThirdParty),
            })
            {
                Done(AddPerson.Run(made.Open, zhao, name, organisation, role, null));
            }
        }

        if (withData)
        {
            await made.LoadAsync();
        }

        return made;
    }

    public Actor As(string name) => Actor.Authenticate(Open, name, null);

    /// <summary>Ends the program, lets somebody do something with the folder, starts it again.</summary>
    public void Between(Action<string> evil)
    {
        Open.Dispose();
        evil(Path.Combine(Root, "registry.db"));
        Open = OpenDomain.Open(Root, new Unlocking(), TimeProvider.System, new DomainSettings());
    }

    public async Task<Answer> AskAsync(string name, string table, string recipient = "Bus company")
    {
        using var li = As("li");
        var spec = ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(Spec(name, table, recipient)));
        return await RequestExport.RunAsync(Open, li, spec, CancellationToken.None);
    }

    public static string Spec(string name, string table, string recipient = "Bus company") =>
        $$"""{"name":"{{name}}","scenario":"buses","purpose":"{{Purpose}}","recipient":{"id":"bus","name":"{{recipient}}","country":"CN"},"tables":[{{table}}]}""";

    public static string Table(string measures, string dimensions = "\"city\"") =>
        $$"""{"name":"t","source":"register","run":null,"round":null,"dimensions":[{{dimensions}}],"measures":[{{measures}}]}""";

    public static void Done(Answer answer) =>
        Assert.True(answer is Answer.Done, answer is Answer.Refused refused ? string.Join(' ', refused.Refusals.Select(refusal => $"{refusal.Rule} {refusal.Why}")) : answer.ToString());

    public static string[] Rules(Answer answer) => [.. Assert.IsType<Answer.Refused>(answer).Refusals.Select(refusal => refusal.Rule)];

    public void Dispose()
    {
        Open.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private async Task LoadAsync()
    {
        // 900 people of three cities; in each city three receive an allowance and three have the flag.
        var csv = new StringBuilder("pid,city,age,income,secret,allowance,flagged,banded\n");
        for (var row = 0; row < 900; row++)
        {
            var rare = row < 9;
            csv.Append(CultureInfo.InvariantCulture, $"p{row:D4},city{(char)('a' + (row % 3))},{20 + (row * 17 % 60)},{3000 + (row * 7919 % 6000)},{100 + (row * 31 % 900)},{(rare ? 1000 + (row / 3 * 10) : 0)},{(rare ? 1 : 0)},{1000 + (row * 37 % 900)}\n");
        }

        var path = Path.Combine(Root, "register.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using var wang = As("wang");
        Done(await AddData.RunAsync(Open, wang, new NewData("register", new Delivery(path, SourceEncoding.Auto, []), "civil affairs", Open.Today, "pid", ["pid"]), null, CancellationToken.None));
        Done(ConfirmGrades.Run(Open, wang, "register", new Dictionary<string, ColumnGrade> { ["city"] = ColumnGrade.General, ["age"] = ColumnGrade.QuasiIdentifier, ["income"] = ColumnGrade.Sensitive, ["secret"] = ColumnGrade.Sensitive, ["allowance"] = ColumnGrade.Sensitive, ["flagged"] = ColumnGrade.Sensitive, ["banded"] = ColumnGrade.Sensitive }));
        Done(Request("buses", """[]"""));
        using var zhao = As("zhao");
        Done(AnswerScenario.Run(Open, zhao, "buses", agree: true, null));
        Done(AnswerScenario.Run(Open, wang, "buses", agree: true, null));
    }

    public Answer Request(string name, string quasiIdentifiers)
    {
        const string Exact = """{"rule":"exact-invisible"}""";
        const string None = """{"rule":"suppress"}""";
        using var li = As("li");
        return RequestScenario.Run(Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
            {"name":"{{name}}","purpose":"{{Purpose}}","from":"{{Open.Today:yyyy-MM-dd}}","until":"{{Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
              {"data_set":"register","sample_per_mille":100,"quasi_identifiers":{{quasiIdentifiers}},"columns":[
                {"name":"city","workbench":{"rule":"keep"},"production":null},
                {"name":"age","workbench":{"rule":"keep"},"production":null},
                {"name":"income","workbench":{{None}},"production":{{Exact}} },
                {"name":"secret","workbench":{{None}},"production":{{None}} },
                {"name":"banded","workbench":{{None}},"production":{"rule":"band","width":500} },
                {"name":"allowance","workbench":{{None}},"production":{{Exact}} },
                {"name":"flagged","workbench":{{None}},"production":{{Exact}} }]}]}
            """)));
    }
}
