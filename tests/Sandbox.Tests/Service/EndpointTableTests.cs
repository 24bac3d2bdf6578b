using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Service;
using Sandbox.Host.Tenancy;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>
/// Every operation, asked by everybody, about a thing of the one tenant, of the other, and of nobody: what is answered is written down in <c>endpoints.txt</c>, and what
/// must hold whatever is written there is checked beside it. An operation that the file does not have fails.
/// </summary>
/// <remarks><c>SANDBOX_WRITE_ENDPOINTS=1</c> writes the file anew; read it before it is kept.</remarks>
public sealed class EndpointTableTests(ServedCity city) : IClassFixture<ServedCity>
{
    private static readonly string Kept = Path.Combine(Checkout.Root, "tests", "Sandbox.Tests", "Service", "endpoints.txt");

    private static readonly string[] Supervisors = ["zhao", "qian", "sun", "zhou"];

    /// <summary>What stands at the end because it changes what others ask about.</summary>
    private static readonly string[] Last = ["export revoke", "model block", "zone destroy", "data withdraw", "scenario end", "token create", "token end", "account unlock", "account close"];

    /// <summary>Who may know of what: by hand, from the text of the architecture, not from the code.</summary>
    private static readonly Dictionary<(Named, string), string[]> Seen = new()
    {
        [(Named.Scenario, "night-bus")] = ["li", "wu", "chen", "wang", .. Supervisors],
        [(Named.DataSet, "flights")] = ["li", "wu", "chen", .. Supervisors],
        [(Named.Zone, "night-bus-wb")] = ["li", "wu", .. Supervisors],
        [(Named.Model, "district-income")] = ["li", "wu", .. Supervisors],
        [(Named.Run, "run-3")] = ["li", "wu", .. Supervisors],
        [(Named.Export, "income-by-city")] = ["li", "wu", "chen", "wang", .. Supervisors],
        [(Named.Scenario, "rail-plan")] = ["ming", "lan", "bao", .. Supervisors],
        [(Named.DataSet, "stations")] = ["ming", "lan", "bao", .. Supervisors],
    };

    internal static readonly (string World, Dictionary<Named, string> Names)[] Worlds =
    [
        ("first", new() { [Named.Scenario] = "night-bus", [Named.DataSet] = "flights", [Named.Zone] = "night-bus-wb", [Named.Model] = "district-income", [Named.Run] = "run-3", [Named.Export] = "income-by-city" }),
        ("second", new() { [Named.Scenario] = "rail-plan", [Named.DataSet] = "stations", [Named.Zone] = "rail-plan-wb", [Named.Model] = "rail-model", [Named.Run] = "run-77", [Named.Export] = "rail-table" }),
        ("nobody's", new() { [Named.Scenario] = "no-plan", [Named.DataSet] = "no-set", [Named.Zone] = "no-zone", [Named.Model] = "no-model", [Named.Run] = "run-99", [Named.Export] = "no-table" }),
    ];

    [Fact]
    public async Task Every_operation_answers_everybody_as_it_is_written_down()
    {
        var lines = new StringBuilder();
        var cells = 0;
        var operations = Operations.All.OrderBy(operation => Array.IndexOf(Last, operation.Verb)).ToArray();
        var full = await TokenAsync("all-of-li", [.. Operations.Groups]);
        var reader = await TokenAsync("reading-of-li", [.. Operations.Groups.Select(group => group + ":read")]);
        foreach (var operation in operations)
        {
            // Nobody, somebody with rubbish, and programs within and without their scopes.
            foreach (var header in new (string, string)?[] { null, ("Cookie", "sandbox=" + new string('a', 43)), ("Authorization", "Bearer sbx_all-of-li_" + new string('A', 43)), ("Authorization", "Bearer " + new string('x', 200)), ("Authorization", "Basic bGk6cGFzcw==") })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(header, operation, Worlds[0].Names, "nobody")).Status);
                cells++;
            }

            var byReader = await AskAsync(("Authorization", "Bearer " + reader), operation, Worlds[0].Names, "reader");
            Assert.True(operation.InPerson || !operation.Reads ? Rule(byReader.Body) == "SB-SIGN-3" : byReader.Status is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"{operation.Verb}: {byReader.Body}");
            cells++;
            if (operation.InPerson)
            {
                Assert.Equal("SB-SIGN-3", Rule((await AskAsync(("Authorization", "Bearer " + full), operation, Worlds[0].Names, "program")).Body));
                cells++;
            }

            var named = operation.Words.FirstOrDefault(word => word.Names != Named.Unknown);
            foreach (var (world, names) in named is null ? Worlds[..1] : Worlds)
            {
                lines.Append(operation.Verb).Append(" | ").Append(named is null ? "-" : world).Append(" |");
                foreach (var person in ServedCity.People)
                {
                    var (status, body) = await AskAsync(("Cookie", await city.CookieAsync(person)), operation, names, person);
                    cells++;
                    var isKnown = named is null || (Seen.TryGetValue((named.Names, names[named.Names]), out var who) && who.Contains(person));
                    var says = $"{operation.Verb} of {person} on {world}: {(int)status} {body?.ToJsonString()}";
                    if (operation.Supervisors && !Supervisors.Contains(person))
                    {
                        Assert.True(status == HttpStatusCode.Forbidden && Rule(body) == "SB-HOST-5", says);
                    }
                    else if (!isKnown)
                    {
                        // To the letter what somebody gets who asks for what was never there.
                        Assert.True(status == HttpStatusCode.NotFound && Rule(body) == "SB-HOST-1", says);
                        Assert.Equal(NamedThings.Missing(named!.Names, names[named.Names]).Why, body!["title"]!.GetValue<string>());
                    }
                    else
                    {
                        Assert.True(status is not (HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable), says);
                    }

                    lines.Append(' ').Append(person).Append('=').Append((int)status);
                }

                lines.Append('\n');
            }
        }

        Assert.True(cells >= 2000, $"{cells} cells");
        if (Environment.GetEnvironmentVariable("SANDBOX_WRITE_ENDPOINTS") == "1")
        {
            await File.WriteAllTextAsync(Kept, lines.ToString());
        }

        Assert.Equal((await File.ReadAllTextAsync(Kept)).Split('\n'), lines.ToString().Split('\n'));
    }

    [Fact]
    public void Every_verb_is_offered_or_has_a_reason_why_not()
    {
        var offered = Operations.All.Select(operation => operation.Verb).ToArray();
        Assert.Equal(offered.Length, offered.Distinct().Count());
        Assert.Empty(offered.Intersect(LocalVerbs.Reasons.Keys));
        Assert.Equal(Help.HelpTests.All.Order(StringComparer.Ordinal), offered.Concat(LocalVerbs.Reasons.Keys).Order(StringComparer.Ordinal));
    }

    private async Task<string> TokenAsync(string name, JsonNode[] scopes)
    {
        var (status, body, _) = await city.AsAsync("li", HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = name, ["scope"] = new JsonArray([.. scopes.Select(scope => scope.DeepClone())]) });
        Assert.True(status == HttpStatusCode.OK, $"{body}");
        return body!["secret"]!.GetValue<string>();
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> AskAsync((string, string)? header, Operation operation, Dictionary<Named, string> names, string who)
    {
        var words = Words(operation, names, who);
        var (status, body, _) = operation.Reads
            ? await city.SendAsync(header, HttpMethod.Get, operation.Path + "?" + string.Join('&', words.Select(word => $"{word.Key}={Uri.EscapeDataString(word.Value!.ToString())}")))
            : await city.SendAsync(header, HttpMethod.Post, operation.Path, words);
        return (status, body);
    }

    /// <summary>Words that bring an operation as far as its rules, so that nothing is refused for its form alone.</summary>
    internal static JsonObject Words(Operation operation, Dictionary<Named, string> names, string who)
    {
        var words = new JsonObject();
        foreach (var word in operation.Words.Where(word => word.Names != Named.Unknown && word.Name != "trained"))
        {
            words[word.Key] = names[word.Names];
        }

        foreach (var (key, value) in More(operation.Verb, names, who))
        {
            words[key] = value?.DeepClone();
        }

        return words;
    }

    private static JsonObject More(string verb, Dictionary<Named, string> names, string who) => verb switch
    {
        "alerts see" => new() { ["alert"] = "refusals-nobody", ["words"] = "looked at" },
        "data supply" => new() { ["name"] = "supply-of-" + who, ["mode"] = "interface" },
        "data add" => new() { ["name"] = "flights", ["file"] = Text("a,b\n1,2\n"), ["source"] = "a test", ["acquired"] = "2026-01-02" },
        "data append" => new() { ["file"] = Text("a,b\n1,2\n"), ["acquired"] = "2026-01-02" },
        "data replace" => new() { ["file"] = Text("a,b\n1,2\n"), ["acquired"] = "2026-01-02", ["batch"] = "b9" },
        "data withdraw" => new() { ["batch"] = "b9" },
        "data confirm" => new() { ["grade"] = new JsonArray("nothing=General") },
        "data retain" => new() { ["years"] = 10, ["basis"] = "archives act" },
        "data quarantine" => new() { ["batch"] = "b1" },
        "data risk" => new() { ["columns"] = new JsonArray("origin") },
        "catalogue publish" => new() { ["file"] = new JsonObject { ["json"] = new JsonObject { ["entry"] = "x" } } },
        "scenario request" => new() { ["file"] = new JsonObject { ["json"] = new JsonObject { ["name"] = "x" } } },
        "scenario reject" => new() { ["grounds"] = "no" },
        "zone open" => new() { ["kind"] = "workbench", ["name"] = "night-bus-wb" },
        "query" => new() { ["sql"] = "SELECT count(*) FROM flights" },
        "result show" or "result drop" => new() { ["result"] = "nothing" },
        "result chart" => new() { ["result"] = "nothing", ["words"] = "a", ["values"] = "b" },
        "model submit" => new() { ["path"] = Text("no package") },
        "run start" => new() { ["kind"] = "apply" },
        "export request" => new() { ["file"] = new JsonObject { ["json"] = new JsonObject { ["name"] = "x" } } },
        "export approve" or "export return" or "export reject" => new() { ["comment"] = new JsonArray("seen") },
        "lineage show" or "lineage impact" => new() { ["id"] = "release:income-by-city" },
        "ledger show" => new() { ["count"] = 5 },
        "case show" => new() { ["name"] = "no-case" },
        "procedure show" => new() { ["case"] = "no-case" },
        "agreement show" => new() { ["agreement"] = "no-paper" },
        "party show" => new() { ["organisation"] = "no-party" },
        "classification show" => new() { ["name"] = "flights" },
        "account unlock" => new() { ["person"] = "li" },
        "token create" => new() { ["name"] = "of-" + who, ["scope"] = new JsonArray("due:read") },
        "token end" => new() { ["name"] = "of-chen" },
        _ => [],
    };

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string? Rule(JsonNode? body) => body?["refusals"]?[0]?["rule"]?.GetValue<string>();
}
