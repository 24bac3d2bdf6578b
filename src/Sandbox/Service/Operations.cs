using Sandbox.Host.Tenancy;

namespace Sandbox.Host.Service;

/// <summary>
/// Everything that is reached over HTTP. A verb that stands neither here nor among <see cref="LocalVerbs"/> fails a test, so nothing is offered, or left out, by oversight.
/// </summary>
internal static class Operations
{
    private static readonly Word Scenario = new("scenario", Named.Scenario), Zone = new("zone", Named.Zone), Export = new("export", Named.Export), Set = new("name", Named.DataSet);

    public static IReadOnlyList<Operation> All { get; } =
    [
        // What waits and what is told.
        Read("due", "overdue"),
        Read("notice list"),
        Read("alerts list", "all") with { Supervisors = true },
        Act("alerts see", "alert", "words") with { InPerson = true },

        // Providers.
        Read("data list"),
        Read("data show", Set),
        Act("data supply", "name", "mode") with { InPerson = true },
        Act("data add", "name", "file", "source", "acquired", "subject", "identifier", "text", "about", "tag", "schema", "sheet") with { Heavy = true },
        Act("data append", Set, "file", "acquired", "sheet") with { Heavy = true },
        Act("data replace", Set, "file", "acquired", "batch", "sheet") with { Heavy = true },
        Act("data withdraw", Set, "batch", "subjects") with { Heavy = true, InPerson = true },
        Act("data confirm", Set, "grade", "floor") with { InPerson = true },
        Act("data retain", Set, "years", "permanent", "basis") with { InPerson = true },
        Act("data quarantine", Set, "batch", "from") with { InPerson = true },
        Act("data risk", Set, "columns", "sensitive", "population-share") with { Heavy = true },
        Read("catalogue list", "search", "unregistered"),
        Act("catalogue publish", "file") with { InPerson = true },

        // Scenarios.
        Read("scenario list"),
        Read("scenario show", Scenario),
        Read("scenario leftovers"),
        Act("scenario request", "file", "proof") with { InPerson = true },
        Act("scenario pass-on", Scenario, "grounds", "strike") with { InPerson = true },
        Act("scenario confirm", Scenario, "grounds", "strike") with { InPerson = true },
        Act("scenario consent", Scenario, "grounds", "strike") with { InPerson = true },
        Act("scenario reject", Scenario, "grounds") with { InPerson = true },
        Act("scenario end", Scenario, "grounds") with { InPerson = true },

        // Zones and questions. Rows on a screen are for somebody who sits before it.
        Read("zone list"),
        Read("zone show", Zone),
        Act("zone open", Scenario, "kind", "name") with { Heavy = true },
        Act("zone refresh", Zone) with { Heavy = true },
        Act("zone destroy", Zone) with { InPerson = true },
        Act("query", Zone, "sql", "set", "keep", "history", "again") with { Heavy = true, InPerson = true },
        Act("result list", Zone) with { InPerson = true },
        Act("result show", "result", Zone, "page") with { Heavy = true, InPerson = true },
        Act("result chart", "result", Zone, "words", "values", "svg") with { Heavy = true, InPerson = true },
        Act("result drop", "result", Zone) with { InPerson = true },

        // Models.
        Read("model list"),
        Act("model submit", "path", Scenario) with { Heavy = true },
        Act("model approve", new Word("model", Named.Model)) with { InPerson = true },
        Act("model block", new Word("model", Named.Model)) with { InPerson = true },
        Read("run list"),
        Act("run start", new Word("model", Named.Model), Zone, "kind", "parameters", new Word("trained", Named.Run)) with { Heavy = true },
        Act("run report", new Word("run", Named.Run)) with { InPerson = true },
        Act("run replay", new Word("run", Named.Run)) with { Heavy = true, Supervisors = true },

        // The gate.
        Read("export list"),
        Act("export request", "file") with { Heavy = true },
        Act("export show", Export) with { Heavy = true, InPerson = true },
        Act("export status", Export),
        Act("export approve", Export, "comment") with { InPerson = true },
        Act("export return", Export, "comment") with { InPerson = true },
        Act("export reject", Export, "comment") with { InPerson = true },
        Act("export release", Export) with { Heavy = true, InPerson = true },
        Act("export withdraw", Export) with { InPerson = true },
        Act("export revoke", Export) with { InPerson = true },
        Act("export sheet", Export) with { InPerson = true },

        // Whoever supervises.
        Read("ledger show", "from", "count", "kind", "actor", "watched") with { Supervisors = true },
        Read("ledger checkpoint", "kept") with { Supervisors = true },
        Act("lineage show", "id") with { Supervisors = true },
        Act("lineage impact", "id") with { Supervisors = true },
        Read("person list") with { Supervisors = true },
        Read("party list") with { Supervisors = true },
        Read("audit status") with { Supervisors = true },
        Act("ledger verify") with { Supervisors = true, Heavy = true },
        Read("case list", "kind", "overdue") with { Supervisors = true },
        Act("case show", "name") with { Supervisors = true },
        Read("procedure list") with { Supervisors = true },
        Read("procedure show", "case") with { Supervisors = true },
        Read("agreement list") with { Supervisors = true },
        Read("agreement show", "agreement") with { Supervisors = true },
        Read("party show", "organisation") with { Supervisors = true },
        Read("order list") with { Supervisors = true },
        Read("evaluation list") with { Supervisors = true },
        Read("assessment list") with { Supervisors = true },
        Read("classification show", "name") with { Supervisors = true },
        Read("permission list") with { Supervisors = true },
        Read("subject list") with { Supervisors = true },
        Read("negative-list list") with { Supervisors = true },
        Read("demand list", "of") with { Supervisors = true },
        Read("source list") with { Supervisors = true },
        Read("calendar show", "year"),
        Read("he status", "round") with { Supervisors = true },

        // Accounts and tokens. A token makes no tokens.
        Act("account close", "person") with { InPerson = true },
        Act("account unlock", "person") with { InPerson = true },
        Act("token create", "name", "scope", "days") with { InPerson = true },
        Act("token end", "name") with { InPerson = true },
        Act("token list") with { InPerson = true },
    ];

    /// <summary>Groups that scopes of tokens name: those in which a token can do anything.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. All.Where(operation => !operation.InPerson).Select(operation => operation.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Operation Read(string verb, params Word[] words) => new(verb, true, words);

    private static Operation Act(string verb, params Word[] words) => new(verb, false, words);
}
