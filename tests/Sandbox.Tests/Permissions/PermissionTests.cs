using System.Globalization;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>Rows of personal information are used only with their subject's permission for that scenario, on every way through the house.</summary>
public sealed class PermissionTests(PermissionTown town) : IClassFixture<PermissionTown>
{
    public static TheoryData<string, string> Ways()
    {
        var data = new TheoryData<string, string>();
        foreach (var standing in PermissionTown.Standings.Keys)
        {
            foreach (var way in new[] { "workbench", "production", "model", "export" })
            {
                data.Add(standing, way);
            }
        }

        return data;
    }

    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> Told = [];

    /// <summary>Only who permits this scenario now is in an answer, whichever way it is asked; rows of nobody known have nobody's permission.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    [Requirement("FT-20-1", "futian")]
    public void Nobody_without_a_valid_permission_for_the_scenario_is_in_any_result(string standing, string way)
    {
        IReadOnlyDictionary<string, string> answer;
        lock (Told)
        {
            answer = Told.TryGetValue(way, out var known) ? known : Told[way] = Answer(way);
        }

        Assert.Equal("futian", town.Profile);
        Assert.Equal(standing == "valid", answer.ContainsKey(PermissionTown.Standings[standing]));
        Assert.Single(answer);
        if (way != "workbench")
        {
            Assert.Equal(PermissionTown.Each, double.Parse(answer[PermissionTown.Standings["valid"]], CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    [Requirement("FT-20-1", "futian")]
    public void A_permission_has_no_effect_in_another_scenario()
    {
        Assert.Equal("futian", town.Profile);
        town.Open("trams", "production", "trams-only").Ends(Ran.Done);
        var rows = town.Query("trams-only").Ends(Ran.Done).Json["rows"]!.AsArray();
        Assert.StartsWith(PermissionTown.Standings["other_scenario"], Assert.Single(rows)![0]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(PermissionTown.Each.ToString(CultureInfo.InvariantCulture), rows[0]![1]!.ToString());
    }

    [Fact]
    public void The_books_agree_and_name_nobody()
    {
        town.As("li", "permission", "list").Ends(Ran.Done);
        Books.Check(town.Folder);
        foreach (var (_, _, body) in Books.Documents(town.Folder))
        {
            Assert.DoesNotContain(PermissionTown.Person("valid", 3), body.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Divisions with their counts, as the way tells them.</summary>
    private Dictionary<string, string> Answer(string way)
    {
        switch (way)
        {
            case "workbench":
                town.Open("buses", "workbench", "way-wb").Ends(Ran.Done);
                return Rows(town.Query("way-wb"));
            case "production":
                town.Open("buses", "production", "way-prod").Ends(Ran.Done);
                return Rows(town.Query("way-prod"));
            case "model":
                town.Open("buses", "production", "way-model").Ends(Ran.Done);
                var run = town.Run("way-model", "buses").Ends(Ran.Done).Json["run"]!.GetValue<string>();
                town.Export("by-model", "buses", run).Ends(Ran.Done);
                return Lines(town.Released("by-model"));
            default:
                town.Export("by-vault", "buses").Ends(Ran.Done);
                return Lines(town.Released("by-vault"));
        }

        static Dictionary<string, string> Rows(Ran ran) => ran.Ends(Ran.Done).Json["rows"]!.AsArray().ToDictionary(row => row![0]!.ToString()[..2], row => row![1]!.ToString());

        static Dictionary<string, string> Lines(string csv) =>
            csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(line => line.Split(',')).Where(cells => !cells[0].Contains("(all", StringComparison.Ordinal)).ToDictionary(cells => cells[0].Trim('"')[..2], cells => cells[1].Trim('"'));
    }
}
