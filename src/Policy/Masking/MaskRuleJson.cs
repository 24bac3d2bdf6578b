using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sandbox.Policy.Masking;

/// <summary>The strict JSON form of masking rules: one object, <c>rule</c> first by habit, exactly the names of that rule.</summary>
internal static class MaskRuleJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    // A list of groups is the longest.
    private const int LongestRule = 128 * 1024;

    private static readonly (string Name, KeptPart Part)[] Parts =
        [("first", KeptPart.First), ("last", KeptPart.Last), ("surname", KeptPart.Surname), ("province", KeptPart.Province)];

    private static readonly (string Name, DatePart Part)[] DateParts =
        [("decade", DatePart.Decade), ("year", DatePart.Year), ("quarter", DatePart.Quarter), ("month", DatePart.Month), ("day", DatePart.Day)];

    public static MaskRuleResult Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > LongestRule)
        {
            return new MaskRuleResult.Refused(MaskRefusals.Malformed);
        }

        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Strict);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return new MaskRuleResult.Refused(MaskRefusals.Malformed);
        }
    }

    public static MaskRuleResult Read(JsonElement json)
    {
        var rule = json.ValueKind == JsonValueKind.Object ? Build(json) : null;
        return rule switch
        {
            null => new MaskRuleResult.Refused(MaskRefusals.Malformed),
            { Problem: { } problem } => new MaskRuleResult.Refused(problem),
            _ => new MaskRuleResult.Read(rule),
        };
    }

    public static string Write(MaskRule rule)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteRule(writer, rule);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteRule(Utf8JsonWriter writer, MaskRule rule)
    {
        writer.WriteStartObject();
        writer.WriteString("rule", NameOf(rule));
        WriteParameters(writer, rule);
        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, MaskRule.Groups groups)
    {
        writer.WriteStartArray("groups");
        foreach (var group in groups.Members)
        {
            writer.WriteStartObject();
            writer.WriteString("name", group.Name);
            writer.WriteStartArray("values");
            foreach (var value in group.Values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("other", groups.Other);
    }

    /// <summary>Name of a rule in the JSON form and in refusals.</summary>
    public static string NameOf(MaskRule rule) => rule switch
    {
        MaskRule.Suppress => "suppress",
        MaskRule.Constant => "constant",
        MaskRule.KeepPart => "keep-part",
        MaskRule.Band => "band",
        MaskRule.DateTo => "date",
        MaskRule.DivisionPrefix => "division",
        MaskRule.Round => "round",
        MaskRule.TopBottom => "top-bottom",
        MaskRule.Token => "token",
        MaskRule.FormatToken => "format-token",
        MaskRule.Noise => "noise",
        MaskRule.DateShift => "date-shift",
        MaskRule.Groups => "groups",
        MaskRule.Ladder => "ladder",
        MaskRule.Redact => "redact",
        MaskRule.ExactInvisible => "exact-invisible",
        MaskRule.Keep => "keep",
        _ => "unknown",
    };

    private static MaskRule? Build(JsonElement json) => Text(json, "rule") switch
    {
        "suppress" when Has(json) => new MaskRule.Suppress(),
        "constant" when Has(json, "value") && Text(json, "value") is { } value => new MaskRule.Constant(value),
        "keep-part" => KeepPart(json),
        "band" when Has(json, "width") && Number(json, "width") is { } width => new MaskRule.Band(width),
        "date" when Has(json, "part") && Find(DateParts, Text(json, "part")) is { } part => new MaskRule.DateTo(part),
        "division" when Has(json, "digits") && Whole(json, "digits") is { } digits => new MaskRule.DivisionPrefix(digits),
        "round" when Has(json, "step") && Number(json, "step") is { } step => new MaskRule.Round(step),
        "top-bottom" when Has(json, "bottom", "top") && Number(json, "bottom") is { } bottom && Number(json, "top") is { } top =>
            new MaskRule.TopBottom(bottom, top),
        "token" when Has(json) => new MaskRule.Token(),
        "format-token" when Has(json) => new MaskRule.FormatToken(),
        "noise" when Has(json, "scale") && Number(json, "scale") is { } scale => new MaskRule.Noise(scale),
        "date-shift" when Has(json, "days") && Whole(json, "days") is { } days => new MaskRule.DateShift(days),
        "groups" when Has(json, "groups", "other") && Text(json, "other") is { } other && Groups(json.GetProperty("groups")) is { } groups => new MaskRule.Groups(groups, other),
        "ladder" when Has(json, "steps") && Steps(json.GetProperty("steps")) is { } steps => new MaskRule.Ladder(steps),
        "redact" when Has(json) => new MaskRule.Redact(),
        "exact-invisible" when Has(json) => new MaskRule.ExactInvisible(),
        "keep" when Has(json) => new MaskRule.Keep(),
        _ => null,
    };

    private static MaskRule.KeepPart? KeepPart(JsonElement json) => Find(Parts, Text(json, "part")) switch
    {
        KeptPart.First or KeptPart.Last when !Has(json, "part", "characters") => null,
        KeptPart.Surname or KeptPart.Province when !Has(json, "part") => null,
        { } part and (KeptPart.Surname or KeptPart.Province) => new MaskRule.KeepPart(part, 0),
        { } part => Whole(json, "characters") is { } characters ? new MaskRule.KeepPart(part, characters) : null,
        null => null,
    };

    private static List<MaskRule>? Steps(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > MaskRule.Ladder.MostSteps)
        {
            return null;
        }

        var steps = new List<MaskRule>();
        foreach (var item in json.EnumerateArray())
        {
            // A ladder within a ladder is refused here already, so that nothing nests.
            if (item.ValueKind != JsonValueKind.Object || Text(item, "rule") == "ladder" || Build(item) is not { } step)
            {
                return null;
            }

            steps.Add(step);
        }

        return steps;
    }

    private static List<ValueGroup>? Groups(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var groups = new List<ValueGroup>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Count() != 2 || Text(item, "name") is not { } name || !item.TryGetProperty("values", out var values)
                || values.ValueKind != JsonValueKind.Array || values.EnumerateArray().Any(value => value.ValueKind != JsonValueKind.String))
            {
                return null;
            }

            groups.Add(new ValueGroup(name, [.. values.EnumerateArray().Select(value => value.GetString()!)]));
        }

        return groups;
    }

    private static void WriteParameters(Utf8JsonWriter writer, MaskRule rule)
    {
        switch (rule)
        {
            case MaskRule.Constant constant:
                writer.WriteString("value", constant.Value);
                break;
            case MaskRule.KeepPart keep:
                writer.WriteString("part", Parts.First(part => part.Part == keep.Part).Name);
                if (keep.Part is KeptPart.First or KeptPart.Last)
                {
                    writer.WriteNumber("characters", keep.Characters);
                }

                break;
            case MaskRule.Band band:
                writer.WriteNumber("width", band.Width);
                break;
            case MaskRule.DateTo date:
                writer.WriteString("part", DateParts.First(part => part.Part == date.Part).Name);
                break;
            case MaskRule.DivisionPrefix division:
                writer.WriteNumber("digits", division.Digits);
                break;
            case MaskRule.Round round:
                writer.WriteNumber("step", round.Step);
                break;
            case MaskRule.Noise noise:
                writer.WriteNumber("scale", noise.Scale);
                break;
            case MaskRule.DateShift shift:
                writer.WriteNumber("days", shift.Days);
                break;
            case MaskRule.Groups groups:
                WriteGroups(writer, groups);
                break;
            case MaskRule.Ladder ladder:
                writer.WriteStartArray("steps");
                foreach (var step in ladder.Steps)
                {
                    WriteRule(writer, step);
                }

                writer.WriteEndArray();
                break;
            case MaskRule.TopBottom clip:
                writer.WriteNumber("bottom", clip.Bottom);
                writer.WriteNumber("top", clip.Top);
                break;
        }
    }

    private static T? Find<T>((string Name, T Part)[] names, string? name)
        where T : struct
    {
        foreach (var (known, part) in names)
        {
            if (known == name)
            {
                return part;
            }
        }

        return null;
    }

    // Duplicates: a document that came in as an element may have been parsed leniently, so they are counted here again.
    private static bool Has(JsonElement json, params ReadOnlySpan<string> names)
    {
        var seen = 0;
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name != "rule" && !names.Contains(property.Name))
            {
                return false;
            }

            seen++;
        }

        return seen == names.Length + 1;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;

    private static int? Whole(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
