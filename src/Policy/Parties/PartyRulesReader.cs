using System.Reflection;
using System.Text.Json;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Parties;

/// <summary>Reads the rules about organisations strictly: unknown or repeated names, missing references and impossible values are all reported with their path in one pass.</summary>
internal static class PartyRulesReader
{
    private static readonly string[] Members =
    [
        "person_records", "operator_evidence", "developer_evidence", "merchant_evidence", "buyer_evidence", "service_body_evidence", "partner_filing",
        "operator_may_redevelop", "sanctions_by", "scenario_description", "grantable_rights", "papers", "corrections", "evaluation",
    ];

    private static readonly (string Member, PartyKind Kind)[] EvidenceMembers =
    [
        ("operator_evidence", PartyKind.Operator), ("developer_evidence", PartyKind.Developer), ("merchant_evidence", PartyKind.Merchant),
        ("buyer_evidence", PartyKind.Buyer), ("service_body_evidence", PartyKind.ServiceBody),
    ];

    /// <summary>The rules shipped for a profile; silent where this build ships none for it.</summary>
    public static PartyRules Shipped(string profile, List<string> faults)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"parties/{profile}.json");
        if (stream is null)
        {
            return PartyRules.Silent;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, faults);
    }

    public static PartyRules Read(ReadOnlySpan<byte> bytes, List<string> faults)
    {
        using var document = StrictJson.Parse(bytes, "parties", faults);
        if (document is null)
        {
            return PartyRules.Silent;
        }

        var json = new StrictJson(document.RootElement, "parties", Members, faults);
        var evidence = new Dictionary<PartyKind, Sourced<IReadOnlyList<EvidenceDemand>>>();
        foreach (var (member, kind) in EvidenceMembers)
        {
            if (json.Optional<IReadOnlyList<EvidenceDemand>>(member, Evidence) is { } demands)
            {
                evidence.Add(kind, demands);
            }
        }

        return new PartyRules
        {
            PersonRecords = json.Optional<IReadOnlyList<PersonRecordKind>>("person_records", value => List(value, Record)),
            Evidence = evidence,
            PartnerFiling = json.Optional<bool>("partner_filing", Flag),
            OperatorMayRedevelop = json.Optional<bool>("operator_may_redevelop", Flag),
            SanctionsBy = json.Optional<PartyKindBox>("sanctions_by", value => Kind(value) is { } kind ? new(kind) : null),
            ScenarioDescription = json.Optional<IReadOnlyList<string>>("scenario_description", value => List(value, item => Word(item, "partners", "scope", "value", "plan"))),
            GrantableRights = json.Optional<IReadOnlyList<string>>("grantable_rights", value => List(value, item => Word(item, "process", "operate"))),
            Papers = json.Optional<IReadOnlyList<PaperForm>>("papers", value => List(value, Paper))?.Value ?? [],
            Corrections = json.Optional<IReadOnlyList<CorrectionPair>>("corrections", value => List(value, Pair)),
            Evaluation = json.Optional<EvaluationRules>("evaluation", Evaluation),
        };
    }

    private static T[]? List<T>(JsonElement value, Func<JsonElement, T?> item)
        where T : class
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var items = value.EnumerateArray().Select(item).ToArray();
        return items.All(known => known is not null) && items.Distinct().Count() == items.Length ? [.. items.Select(known => known!)] : null;
    }

    private static T[]? List<T>(JsonElement value, Func<JsonElement, T?> item)
        where T : struct
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var items = value.EnumerateArray().Select(item).ToArray();
        return items.All(known => known is not null) && items.Distinct().Count() == items.Length ? [.. items.Select(known => known!.Value)] : null;
    }

    private static bool? Flag(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string? Word(JsonElement value, params ReadOnlySpan<string> words) => Text(value) is { } text && words.Contains(text) ? text : null;

    private static int? Whole(JsonElement value, int from, int to) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= from && number <= to ? number : null;

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    private static PartyKind? Kind(JsonElement value) => Text(value) is { } word && PartyWords.Of(word) is var kind and not PartyKind.Unknown ? kind : null;

    private static PersonRecordKind? Record(JsonElement value) => Text(value) switch
    {
        "real_name" => PersonRecordKind.RealName,
        "filing" => PersonRecordKind.Filing,
        "examination" => PersonRecordKind.Examination,
        "confidentiality" => PersonRecordKind.Confidentiality,
        _ => null,
    };

    private static List<EvidenceDemand>? Evidence(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var demands = new List<EvidenceDemand>();
        foreach (var item in value.EnumerateObject())
        {
            if (!StrictJson.HasExactly(item.Value, "zh", "level", "clear_months") || Text(item.Value.GetProperty("zh")) is not { } chinese)
            {
                return null;
            }

            var (level, months) = (item.Value.GetProperty("level"), item.Value.GetProperty("clear_months"));
            var demand = new EvidenceDemand(item.Name, chinese, Whole(level, 1, 5), Whole(months, 1, 1200));
            if ((demand.Level is null && !IsNull(level)) || (demand.ClearMonths is null && !IsNull(months)))
            {
                return null;
            }

            demands.Add(demand);
        }

        return demands.Count > 0 ? demands : null;
    }

    private static PaperForm? Paper(JsonElement value)
    {
        if (!StrictJson.HasExactly(value, "form", "rule", "zh", "signers", "sector_signer", "clauses", "term", "renewal", "gates", "ref")
            || Text(value.GetProperty("form")) is not { } form || Text(value.GetProperty("rule")) is not { } rule || Text(value.GetProperty("zh")) is not { } chinese
            || List(value.GetProperty("signers"), Kind) is not { } signers || Flag(value.GetProperty("sector_signer")) is not { } sector
            || value.GetProperty("clauses") is not { ValueKind: JsonValueKind.Object } named
            || Gate(value.GetProperty("gates")) is not { } gate || List(value.GetProperty("ref"), Text) is not { } references)
        {
            return null;
        }

        var clauses = new List<Clause>();
        foreach (var clause in named.EnumerateObject())
        {
            if (Text(clause.Value) is not { } words)
            {
                return null;
            }

            clauses.Add(new Clause(clause.Name, words));
        }

        var (term, renewal) = (value.GetProperty("term"), value.GetProperty("renewal"));
        var cap = IsNull(term) ? null : ProfileReader.ReadTerm(term);
        return clauses.Count == 0 || (cap is null && !IsNull(term)) || (!IsNull(renewal) && Word(renewal, "before_expiry") is null)
            ? null
            : new PaperForm(form, rule, chinese, signers, sector, clauses, cap, !IsNull(renewal), gate, references);
    }

    private static PaperGate? Gate(JsonElement value) => Text(value) switch
    {
        "operation" => PaperGate.Operation,
        "scenario" => PaperGate.Scenario,
        "developer" => PaperGate.Developer,
        "supply" => PaperGate.Supply,
        "recipient" => PaperGate.Recipient,
        "conditional_open" => PaperGate.ConditionalOpen,
        "none" => PaperGate.None,
        _ => null,
    };

    private static CorrectionPair? Pair(JsonElement value) =>
        StrictJson.HasExactly(value, "by", "against") && Kind(value.GetProperty("by")) is { } by && Kind(value.GetProperty("against")) is { } against ? new(by, against) : null;

    private static EvaluationPair? EvaluationPair(JsonElement value) =>
        StrictJson.HasExactly(value, "by", "of") && Kind(value.GetProperty("by")) is { } by && Kind(value.GetProperty("of")) is { } of ? new(by, of) : null;

    private static EvaluationRules? Evaluation(JsonElement value)
    {
        if (!StrictJson.HasExactly(value, "cycle_months", "outcomes", "pairs", "rectify_days", "on_fail")
            || List(value.GetProperty("outcomes"), Outcome) is not { } outcomes || List(value.GetProperty("pairs"), EvaluationPair) is not { } pairs)
        {
            return null;
        }

        var (cycle, days) = (value.GetProperty("cycle_months"), value.GetProperty("rectify_days"));
        var rules = new EvaluationRules(Whole(cycle, 1, 120), outcomes, pairs, Whole(days, 1, 3650), Word(value.GetProperty("on_fail"), "answer", "removal") ?? "");
        return rules.OnFail.Length == 0 || (rules.CycleMonths is null && !IsNull(cycle)) || (rules.RectifyDays is null && !IsNull(days))
            || outcomes.Contains(EvaluationOutcome.Rectify) != rules.RectifyDays is not null
                ? null
                : rules;
    }

    private static EvaluationOutcome? Outcome(JsonElement value) => Text(value) switch
    {
        "pass" => EvaluationOutcome.Pass,
        "fail" => EvaluationOutcome.Fail,
        "rectify" => EvaluationOutcome.Rectify,
        _ => null,
    };
}
