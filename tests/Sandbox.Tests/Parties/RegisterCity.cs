using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>A domain under one profile, made through the command line: a bureau, a provider with a register, an operating unit, a developer, and papers for all of them.</summary>
public abstract class RegisterCity : IDisposable
{
    private static readonly string[] Weights = ["1", "3", "9", "27", "19", "26", "16", "17", "20", "29", "25", "13", "8", "24", "10", "30", "28"];
    private readonly TemporaryFolder _folder = new();
    private int _files;

    protected RegisterCity(string profile, bool data)
    {
        Folder = _folder.File("city");
        Rules = Profile.Load(profile).OrThrow().Parties;
        string[] overlay = profile switch { "changchun" => [], "yunnan-2023" => ["--overlay", "changchun:training", "--overlay", "futian:approvers"], _ => ["--overlay", "changchun:training"] };
        SandboxProgram.Json(["init", "--dir", Folder, "--name", "town", "--profile", profile, "--suite", "nist", "--admin", "zhao", "--acknowledge-draft", .. overlay]).Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[] { ("qian", "data-bureau", "bureau"), ("chen", "civil-affairs", "provider"), ("li", "data-company", "operator"), ("wu", "data-company", "scientist"), ("ma", "city-lab", "developer"), ("hu", "city-lab", "scientist"), ("zhou", "audit-office", "auditor") })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        if (data)
        {
            var text = new StringBuilder("person,district,sex,score,income,secret,other\n");
            for (var row = 0; row < 600; row++)
            {
                text.Append(CultureInfo.InvariantCulture, $"p{row},{"abcd"[row % 4]},{"mf"[row / 4 % 2]},{row % 5},{3000 + (row * 37 % 500)},{row % 3},{row % 2}\n");
            }

            string[] about = profile == "yunnan-2023" ? ["--about", "organisations", "--tag", "person=other-code"] : [];
            As("chen", ["data", "add", "register", "--file", _folder.Write("register.csv", text.ToString()), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person", "--identifier", "person", .. about]).Ends(Ran.Done);
            As("chen", "data", "confirm", "register", "--grade", "district=General", "sex=General", "score=General", "income=General", "secret=General", "other=General").Ends(Ran.Done);
        }
    }

    public string Folder { get; }

    public PartyRules Rules { get; }

    public static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);

    internal static string Day(int from) => Today.AddDays(from).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder]);

    internal string Write(string text) => _folder.Write($"file-{++_files}", text);

    /// <summary>A valid unified social credit code of a made-up organisation.</summary>
    internal static string Code(string body)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var code = "91350100" + body.PadRight(9, '0');
        var sum = code.Select((letter, at) => alphabet.IndexOf(letter, StringComparison.Ordinal) * int.Parse(Weights[at], CultureInfo.InvariantCulture)).Sum();
        return code + alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>Files the four records of a person.</summary>
    internal void Vet(params string[] people)
    {
        foreach (var person in people)
        {
            foreach (var kind in new[] { "real-name", "filing", "examination", "confidentiality" })
            {
                Record(person, kind, -10, 300).Ends(Ran.Done);
            }
        }
    }

    internal Ran Record(string person, string kind, int from, int until) =>
        As("zhao", "person", "record", person, "--kind", kind, "--from", Day(from), "--until", Day(until), "--file", Write("a paper"));

    /// <summary>Registers an organisation, files all its evidence and admits it.</summary>
    internal void Admit(string who, string name, PartyKind kind, string code, params string[] more)
    {
        As(who, ["party", "add", name, "--kind", PartyWords.English(kind), "--credit-code", Code(code)]).Ends(Ran.Done);
        foreach (var demand in Rules.Evidence.TryGetValue(kind, out var demands) ? demands.Value : [])
        {
            Evidence(who, name, demand.Paper, demand.Level, -10, 300).Ends(Ran.Done);
        }

        As(who, ["party", "admit", name, .. more]).Ends(Ran.Done);
    }

    internal Ran Evidence(string who, string name, string paper, int? level, int from, int until, int? lastEvent = null) => As(who, [
        "party", "evidence", name, "--paper", paper, "--from", Day(from), "--until", Day(until), "--file", Write("a paper"),
        .. level is { } number ? ["--level", number.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(), .. lastEvent is { } day ? ["--last-event", Day(day)] : Array.Empty<string>()]);

    /// <summary>The file of an agreement with every clause of its form.</summary>
    internal JsonObject Paper(string name, string form, int from, int until, params (string Kind, string Organisation)[] parties)
    {
        var paper = Rules.Paper(form)!;
        var (clauses, signers) = (new JsonObject(), new JsonObject());
        foreach (var clause in paper.Clauses)
        {
            clauses[clause.Id] = "article " + clause.Id;
        }

        foreach (var (kind, organisation) in parties)
        {
            signers[kind] = new JsonArray(organisation);
        }

        return new JsonObject { ["name"] = name, ["form"] = form, ["parties"] = signers, ["from"] = Day(from), ["until"] = Day(until), ["clauses"] = clauses };
    }

    internal Ran File(string who, JsonObject paper) => As(who, "agreement", "file", Write(paper.ToJsonString()), "--paper", Write("the paper of " + paper["name"]));

    internal void Sign(string name, params string[] people)
    {
        foreach (var person in people)
        {
            As(person, "agreement", "sign", name).Ends(Ran.Done);
        }
    }

    /// <summary>The file of a scenario over five columns of the register, described in full.</summary>
    internal static JsonObject Scenario(string name, int from = 0, int until = 30)
    {
        static JsonObject Column(string column) => new() { ["name"] = column, ["workbench"] = new JsonObject { ["rule"] = "keep" }, ["production"] = null };
        return new JsonObject
        {
            ["name"] = name, ["purpose"] = "Plan buses", ["from"] = Day(from), ["until"] = Day(until), ["people"] = new JsonArray("li", "wu", "hu"),
            ["tables"] = new JsonArray(new JsonObject
            {
                ["data_set"] = "register", ["sample_per_mille"] = 100, ["quasi_identifiers"] = new JsonArray(),
                ["columns"] = new JsonArray(Column("district"), Column("sex"), Column("score"), Column("income"), Column("secret"), Column("other")),
            }),
            ["description"] = new JsonObject { ["partners"] = new JsonArray("city-lab"), ["scope"] = "bus lines of the city", ["value"] = "shorter ways", ["plan"] = "plan, test, run", ["plan_until"] = Day(until), ["rights"] = new JsonArray("process", "operate") },
        };
    }

    internal Ran Request(JsonObject scenario, string who = "li") => As(who, "scenario", "request", Write(scenario.ToJsonString()));

    /// <summary>Asks for a scenario and has it granted.</summary>
    internal void Grant(string name)
    {
        Request(Scenario(name)).Ends(Ran.Done);
        As("zhao", "scenario", "confirm", name).Ends(Ran.Done);
        As("chen", "scenario", "consent", name).Ends(Ran.Done);
    }

    internal Ran Ask(string zone, string who = "wu", string sql = "SELECT district, count(*) AS people FROM register GROUP BY district") => As(who, "query", "--zone", zone, sql);

    internal JsonArray Notices(string who) => As(who, "notice", "list").Ends(Ran.Done).Json["notices"]!.AsArray();

    internal string State(string scenario) => Call("scenario", "show", scenario).Ends(Ran.Done).Json["state"]!.GetValue<string>();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Under Changchun's draft.</summary>
public sealed class ChangchunCity() : RegisterCity("changchun", data: true);

/// <summary>Under Futian's rules.</summary>
public sealed class FutianCity() : RegisterCity("futian", data: true);

/// <summary>Under Yunnan's draft of 2025.</summary>
public sealed class YunnanCity() : RegisterCity("yunnan-2025", data: true);

/// <summary>Under Yibin's draft.</summary>
public sealed class YibinCity() : RegisterCity("yibin", data: true);

/// <summary>Under Yunnan's measures of 2023.</summary>
public sealed class OldYunnanCity() : RegisterCity("yunnan-2023", data: true);
