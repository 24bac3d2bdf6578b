using System.Text.Json;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Parties;

namespace Sandbox.Policy.Profiles;

/// <summary>Reads a profile and the floor strictly: unknown or repeated names, missing references and values out of range are all reported with their path in one pass.</summary>
internal static class ProfileReader
{
    private static readonly string[] ProfileNames =
    [
        "name", "prefix", "version", "title", "title_zh", "status", "effective_from", "validity_years", "operator_request_steps",
        "partner_request_steps", "train_on_sampled_and_masked_only", "raw_visibility", "export_approvers", "raw_export_barred",
        "reversible_export_barred", "agreement_term", "log_retention", "protection_level", "one_scenario_one_grant", "never_authorised", "product_forms",
    ];

    private static readonly string[] FloorNames =
    [
        "first_reviews", "author_barred", "author_organisation_barred", "display_rows", "display_bytes", "k", "sample_thousandths",
        "minimum_round_contributors", "disclosure",
    ];

    public static ProfileResult Read(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> floor)
    {
        var faults = new List<string>();
        using var profileDocument = StrictJson.Parse(profile, "$", faults);
        using var floorDocument = StrictJson.Parse(floor, "floor", faults);
        if (profileDocument is null || floorDocument is null)
        {
            return Refused(faults);
        }

        var built = Build(new StrictJson(profileDocument.RootElement, "$", ProfileNames, faults), BuildFloor(new StrictJson(floorDocument.RootElement, "floor", FloorNames, faults))) with { Parties = PartyRulesReader.Shipped(NameOf(profileDocument), faults) };
        return faults.Count == 0 ? new ProfileResult.Loaded(built) : Refused(faults);
    }

    private static string NameOf(JsonDocument document) => document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("name", out var name) ? ReadText(name) ?? "" : "";

    public static Refusal Faulty(string path) => new(
        "YB-27-1",
        $"The profile data are faulty at {path}.",
        "Correct the data file; nothing of it was loaded.",
        $"配置数据在 {path} 处有误。",
        "请修正数据文件；未加载任何内容。");

    private static ProfileResult.Refused Refused(List<string> faults) => new([.. faults.Distinct(StringComparer.Ordinal).Select(Faulty)]);

    private static Profile Build(StrictJson json, DomainFloor floor) => new()
    {
        Name = json.Text("name"),
        Prefix = json.Text("prefix"),
        Version = json.Whole("version", 1, 1_000_000),
        Title = json.Sourced("title", ReadText),
        TitleZh = json.Sourced("title_zh", ReadText),
        Status = json.Sourced("status", value => Word<ProfileStatus>(value, ("draft", ProfileStatus.Draft), ("issued", ProfileStatus.Issued))),
        EffectiveFrom = json.Optional<DateOnly>("effective_from", ReadDate),
        ValidityYears = json.Optional<int>("validity_years", value => ReadWhole(value, 1, 100)),
        OperatorRequestSteps = json.Sourced("operator_request_steps", ReadSteps),
        PartnerRequestSteps = json.Optional<IReadOnlyList<RequestStep>>("partner_request_steps", ReadSteps),
        TrainOnSampledAndMaskedOnly = json.Optional<bool>("train_on_sampled_and_masked_only", ReadFlag),
        RawVisibility = json.Optional<RawVisibility>("raw_visibility", value => Word<RawVisibility>(value, ("never", RawVisibility.Never), ("usable_not_visible", RawVisibility.UsableNotVisible), ("controlled_look", RawVisibility.ControlledLook))),
        ExportApprovers = json.Optional<IReadOnlyList<Role>>("export_approvers", ReadRoles),
        RawExportBarred = json.Sourced("raw_export_barred", ReadTrue),
        ReversibleExportBarred = json.Sourced("reversible_export_barred", ReadTrue),
        AgreementTerm = json.Optional<Term>("agreement_term", ReadTerm),
        LogRetention = json.Optional<Term>("log_retention", ReadTerm),
        ProtectionLevel = json.Optional<int>("protection_level", value => ReadWhole(value, 1, 5)),
        OneScenarioOneGrant = json.Sourced("one_scenario_one_grant", ReadTrue),
        NeverAuthorised = json.Sourced("never_authorised", ReadTexts),
        ProductForms = json.Sourced("product_forms", ReadTexts),
        Floor = floor,
    };

    private static DomainFloor BuildFloor(StrictJson json) => new()
    {
        FirstReviews = json.Sourced("first_reviews", value => ReadWhole(value, 2, 9)),
        AuthorBarred = json.Sourced("author_barred", ReadTrue),
        AuthorOrganisationBarred = json.Sourced("author_organisation_barred", ReadTrue),
        DisplayRows = json.Sourced("display_rows", value => ReadWhole(value, 1, 200)),
        DisplayBytes = json.Sourced("display_bytes", value => ReadWhole(value, 1024, 65536)),
        K = json.Sourced("k", value => ReadWhole(value, 2, 1000)),
        SampleThousandths = json.Sourced("sample_thousandths", value => ReadWhole(value, 1, 999)),
        MinimumRoundContributors = json.Sourced("minimum_round_contributors", value => ReadWhole(value, 3, 10_000)),
        Disclosure = json.Sourced("disclosure", value => json.Nested(value, "disclosure.value", ReadRules, "minimum_contributors", "nk_n", "nk_k", "p_percent", "zeros_disclosive", "check_missing", "dominance_beside_negatives")),
    };

    private static string? ReadText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool? ReadFlag(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    // Bars that the product never lifts: a data file may not say otherwise.
    private static bool? ReadTrue(JsonElement value) => value.ValueKind == JsonValueKind.True ? true : null;

    private static int? ReadWhole(JsonElement value, int from, int to) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= from && number <= to ? number : null;

    private static DateOnly? ReadDate(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date)
            ? date
            : null;

    private static T? Word<T>(JsonElement value, params ReadOnlySpan<(string Name, T Value)> words)
        where T : struct
    {
        foreach (var (name, known) in words)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(name))
            {
                return known;
            }
        }

        return null;
    }

    private static Role? ReadRole(JsonElement value) => Word<Role>(
        value,
        ("authority", Role.Authority),
        ("appointed_third_party", Role.AppointedThirdParty),
        ("operator", Role.Operator),
        ("source_department", Role.SourceDepartment));

    private static IReadOnlyList<T>? ReadAll<T>(JsonElement value, Func<JsonElement, T?> item)
        where T : struct
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var items = value.EnumerateArray().Select(item).ToArray();
        return items.All(known => known is not null) && items.Distinct().Count() == items.Length ? [.. items.Select(known => known!.Value)] : null;
    }

    private static IReadOnlyList<Role>? ReadRoles(JsonElement value) => ReadAll(value, ReadRole);

    private static IReadOnlyList<string>? ReadTexts(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var texts = value.EnumerateArray().Select(item => ReadText(item) ?? "").ToArray();
        return texts.All(text => text.Length > 0) && texts.Distinct(StringComparer.Ordinal).Count() == texts.Length ? texts : null;
    }

    private static Limit? ReadLimit(JsonElement value) =>
        value.TryGetProperty("count", out var count) && ReadWhole(count, 1, 10_000) is { } number
        && value.TryGetProperty("unit", out var unit)
        && Word<LimitUnit>(unit, ("working_day", LimitUnit.WorkingDay), ("calendar_day", LimitUnit.CalendarDay), ("month", LimitUnit.Month), ("year", LimitUnit.Year)) is { } known
            ? new Limit(number, known)
            : null;

    internal static Term? ReadTerm(JsonElement value) =>
        StrictJson.HasExactly(value, "count", "unit", "binding") && ReadLimit(value) is { } limit
        && Word<Binding>(value.GetProperty("binding"), ("fixed", Binding.Fixed), ("general", Binding.General), ("minimum", Binding.Minimum)) is { } binding
            ? new Term(limit, binding)
            : null;

    private static IReadOnlyList<RequestStep>? ReadSteps(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var steps = new List<RequestStep>();
        foreach (var item in value.EnumerateArray())
        {
            if (!StrictJson.HasExactly(item, "order", "decider", "limit")
                || ReadWhole(item.GetProperty("order"), 1, 20) is not { } order || order != steps.Count + 1
                || ReadRole(item.GetProperty("decider")) is not { } decider)
            {
                return null;
            }

            var limit = item.GetProperty("limit");
            var known = limit.ValueKind == JsonValueKind.Null ? null : StrictJson.HasExactly(limit, "count", "unit") ? ReadLimit(limit) : null;
            if (known is null && limit.ValueKind != JsonValueKind.Null)
            {
                return null;
            }

            steps.Add(new RequestStep(order, decider, known));
        }

        return steps;
    }

    private static DisclosureRules? ReadRules(JsonElement value)
    {
        if (ReadWhole(value.GetProperty("minimum_contributors"), 1, 1_000_000) is not { } minimum
            || ReadWhole(value.GetProperty("nk_n"), 1, 100) is not { } n
            || ReadFlag(value.GetProperty("zeros_disclosive")) is not { } zeros
            || ReadFlag(value.GetProperty("check_missing")) is not { } missing
            || ReadFlag(value.GetProperty("dominance_beside_negatives")) is not { } beside
            || value.GetProperty("nk_k").ValueKind != JsonValueKind.Number
            || value.GetProperty("p_percent").ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        var rules = new DisclosureRules(minimum, n, value.GetProperty("nk_k").GetDouble(), value.GetProperty("p_percent").GetDouble(), zeros, missing) { DominanceBesideNegatives = beside };
        return rules.Problem is null ? rules : null;
    }
}
