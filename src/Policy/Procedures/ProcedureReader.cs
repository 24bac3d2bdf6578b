using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Procedures;

/// <summary>Reads the procedures of a profile strictly; the paths of all faults are collected.</summary>
internal static partial class ProcedureReader
{
    private static readonly string[] ChainNames = ["chain", "zh", "rule", "opens_with", "requires", "amendable", "steps"];
    private static readonly string[] StepNames = ["step", "zh", "by", "body", "limit", "at_least", "papers", "completion", "legal_person", "each_party", "refusal", "ref"];

    public static ProcedureRules? Read(ReadOnlySpan<byte> bytes, List<string> faults)
    {
        using var document = StrictJson.Parse(bytes, "$", faults);
        if (document is null)
        {
            return null;
        }

        var root = new StrictJson(document.RootElement, "$", ["profile", "counting_start", "request_rule", "partner_rule", "barred_classes", "permission_needed", "permission_presets_grant", "set_identifiers", "delegation", "chains"], faults);
        var start = root.Text("counting_start") switch { "next_day" => CountingStart.NextDay, "same_day" => CountingStart.SameDay, _ => Fault(faults, "$.counting_start", CountingStart.NextDay) };
        var rules = new ProcedureRules
        {
            Profile = root.Text("profile"),
            Start = start,
            RequestRule = root.Text("request_rule"),
            PartnerRule = root.Text("partner_rule"),
            Barred = [.. Items(document.RootElement, "barred_classes", "$", faults).Select(item => Barred(item.Json, item.Path, faults))],
            PermissionNeeded = Has(document.RootElement, "permission_needed") ? [.. Items(document.RootElement, "permission_needed", "$", faults).Select(item => Barred(item.Json, item.Path, faults))] : [],
            PermissionPresetsGrant = Texts(document.RootElement, "permission_presets_grant", "$", faults, required: false),
            SetIdentifiers = Texts(document.RootElement, "set_identifiers", "$", faults, required: false),
            Delegation = Texts(document.RootElement, "delegation", "$", faults, required: false),
            Chains = [.. Items(document.RootElement, "chains", "$", faults).Select(item => ReadChain(item.Json, item.Path, faults))],
        };
        foreach (var chain in rules.Chains.Where(chain => chain.Requires is { } other && rules.Find(other) is null))
        {
            faults.Add($"$.chains ({chain.Name}).requires");
        }

        return rules;
    }

    private static Sourced<DataClass> Barred(JsonElement json, string path, List<string> faults)
    {
        var strict = new StrictJson(json, path, ["class", "ref"], faults);
        return new(DataClassWords.Of(strict.Text("class")) ?? Fault(faults, path + ".class", DataClass.Unknown), Texts(json, "ref", path, faults, required: true));
    }

    private static Chain ReadChain(JsonElement json, string path, List<string> faults)
    {
        var strict = new StrictJson(json, path, ChainNames, faults);
        var chain = new Chain
        {
            Name = Word(strict, "chain", path, faults),
            NameZh = strict.Text("zh"),
            Rule = strict.Text("rule"),
            OpensWith = strict.Text("opens_with"),
            Requires = Has(json, "requires") ? strict.Text("requires") : null,
            Amendable = Flag(json, "amendable", path, faults),
            Steps = [.. Items(json, "steps", path, faults).Select(item => ReadStep(item.Json, item.Path, faults))],
        };
        if (chain.IndexOf(chain.OpensWith) < 0 || chain.Steps.Select(step => step.Name).Distinct(StringComparer.Ordinal).Count() != chain.Steps.Count)
        {
            faults.Add(path + ".steps");
        }

        return chain;
    }

    private static ChainStep ReadStep(JsonElement json, string path, List<string> faults)
    {
        var strict = new StrictJson(json, path, StepNames, faults);
        var roles = Texts(json, "by", path, faults, required: true).Select(Role).ToArray();
        if (roles.Contains(Policy.Role.Unknown))
        {
            faults.Add(path + ".by");
        }

        return new ChainStep
        {
            Name = Word(strict, "step", path, faults),
            NameZh = strict.Text("zh"),
            By = roles,
            Body = Word(strict, "body", path, faults),
            Limit = ReadLimit(json, path, faults),
            AtLeast = Flag(json, "at_least", path, faults),
            Papers = Texts(json, "papers", path, faults, required: false),
            Completion = Flag(json, "completion", path, faults),
            LegalPerson = Flag(json, "legal_person", path, faults),
            EachParty = Flag(json, "each_party", path, faults),
            Refusal = !Has(json, "refusal") ? RefusalNeeds.Grounds : strict.Text("refusal") switch
            {
                "legal_basis" => RefusalNeeds.LegalBasis,
                "none" => RefusalNeeds.NotPossible,
                _ => Fault(faults, path + ".refusal", RefusalNeeds.LegalBasis),
            },
            References = Texts(json, "ref", path, faults, required: true),
        };
    }

    // A silent text is written down as null; a missing member is a fault.
    private static Limit? ReadLimit(JsonElement json, string path, List<string> faults)
    {
        if (!Has(json, "limit"))
        {
            return Fault<Limit?>(faults, path + ".limit", null);
        }

        var limit = json.GetProperty("limit");
        if (limit.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return StrictJson.HasExactly(limit, "count", "unit") && limit.GetProperty("count") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var number) && number is >= 1 and <= 1000
            && limit.GetProperty("unit") is { ValueKind: JsonValueKind.String } unit && Unit(unit.GetString()) is { } known
                ? new Limit(number, known)
                : Fault<Limit?>(faults, path + ".limit", null);
    }

    private static LimitUnit? Unit(string? word) => word switch
    {
        "working_day" => LimitUnit.WorkingDay,
        "calendar_day" => LimitUnit.CalendarDay,
        "month" => LimitUnit.Month,
        "year" => LimitUnit.Year,
        _ => null,
    };

    private static Role Role(string word) => word switch
    {
        "authority" => Policy.Role.Authority,
        "appointed_third_party" => Policy.Role.AppointedThirdParty,
        "operator" => Policy.Role.Operator,
        "developer" => Policy.Role.Developer,
        "source_department" => Policy.Role.SourceDepartment,
        _ => Policy.Role.Unknown,
    };

    private static IEnumerable<(JsonElement Json, string Path)> Items(JsonElement json, string name, string path, List<string> faults)
    {
        if (!Has(json, name) || json.GetProperty(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            faults.Add($"{path}.{name}");
            return [];
        }

        return list.EnumerateArray().Select((item, at) => (item, $"{path}.{name}[{at}]"));
    }

    private static string[] Texts(JsonElement json, string name, string path, List<string> faults, bool required)
    {
        if (!Has(json, name))
        {
            return required ? Fault<string[]>(faults, $"{path}.{name}", []) : [];
        }

        var list = json.GetProperty(name);
        var texts = list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "").ToArray() : [];
        return texts.Length > 0 && texts.All(text => text.Length > 0) && texts.Distinct(StringComparer.Ordinal).Count() == texts.Length ? texts : Fault<string[]>(faults, $"{path}.{name}", []);
    }

    private static bool Flag(JsonElement json, string name, string path, List<string> faults) =>
        Has(json, name) && (json.GetProperty(name).ValueKind == JsonValueKind.True || Fault(faults, $"{path}.{name}", false));

    private static string Word(StrictJson strict, string name, string path, List<string> faults)
    {
        var word = strict.Text(name);
        return Form().IsMatch(word) ? word : Fault(faults, $"{path}.{name}", word);
    }

    private static bool Has(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);

    private static T Fault<T>(List<string> faults, string path, T instead)
    {
        faults.Add(path);
        return instead;
    }

    [GeneratedRegex("^[a-z][a-z_]{1,40}\\z")]
    private static partial Regex Form();
}
