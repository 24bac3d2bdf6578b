using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Policy.Cases;

/// <summary>The kinds of cases that this build knows, read once and strictly from its data files.</summary>
public static class CaseForms
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static readonly Lazy<FrozenDictionary<string, CaseForm>> Shipped = new(() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith("cases/", StringComparison.Ordinal))
            .Select(Read).ToFrozenDictionary(form => form.Kind, StringComparer.Ordinal));

    /// <summary>Every kind, by name.</summary>
    public static IReadOnlyList<CaseForm> All => [.. Shipped.Value.Values.OrderBy(form => form.Kind, StringComparer.Ordinal)];

    /// <summary>The form of a kind; null for an unknown one.</summary>
    public static CaseForm? Find(string kind) => Shipped.Value.GetValueOrDefault(kind);

    /// <exception cref="FormatException">The form contradicts itself.</exception>
    /// <exception cref="JsonException">It is not of the form.</exception>
    internal static CaseForm FromJson(ReadOnlySpan<byte> json)
    {
        var form = JsonSerializer.Deserialize<CaseForm>(json, Format) ?? throw new JsonException();
        return Faults(form).FirstOrDefault() is { } fault ? throw new FormatException($"{form.Kind}: {fault}") : form;
    }

    private static IEnumerable<string> Faults(CaseForm form)
    {
        var states = form.States;
        var profiles = Requirements.Profiles.Select(item => item.Profile).ToArray();
        foreach (var id in form.Moves.SelectMany(move => move.Fields.Select(field => field.Requirement).Append(move.Requirement)).Concat(form.Fields.Select(field => field.Requirement)).Append(form.Requirement).OfType<string>())
        {
            if (Requirements.Find(id) is null)
            {
                yield return $"{id} is no demand";
            }
        }

        foreach (var state in form.Moves.SelectMany(move => move.From).Concat(form.Ended).Concat(form.Clocks.SelectMany(clock => clock.States)).Concat(form.Hold?.States ?? []).Concat(form.Notices?.In ?? []))
        {
            if (!states.Contains(state))
            {
                yield return $"no step leads to the state {state}";
            }
        }

        foreach (var state in states.Except(form.Ended))
        {
            if (!form.Moves.Any(move => move.From.Contains(state) && move.To != CaseMove.Stay))
            {
                yield return $"nothing leads out of the state {state}";
            }
        }

        foreach (var (from, command, roles) in form.Moves.SelectMany(move => move.From.Select(from => (from, move.Command, move.Roles))).GroupBy(item => (item.from, item.Command)).Where(group => group.Count() > 1).Select(group => group.First()))
        {
            yield return $"two steps {command} lead out of {from}";
        }

        foreach (var profile in (form.Profiles ?? []).Concat(form.Clocks.SelectMany(clock => clock.Limits.Keys)).Concat(form.Every.Keys).Concat(form.Kept.Keys).Concat(form.Notices?.To.Keys.Where(key => key != "*") ?? []))
        {
            if (!profiles.Contains(profile))
            {
                yield return $"{profile} is no profile";
            }
        }

        foreach (var field in form.Fields.Concat(form.Moves.SelectMany(move => move.Fields)))
        {
            if (field.Form == CaseFieldForm.Unknown || (field.Form is CaseFieldForm.Choice && field.Of.Count < 2) || (field.Form is CaseFieldForm.Case && field.Of.Count < 2))
            {
                yield return $"the field {field.Name} has no form";
            }
        }

        if (form.Hold is { } hold && form.Fields.All(field => field.Name != hold.Field))
        {
            yield return "what it holds is not written in it";
        }

        if (form.Once is { } once && form.Fields.All(field => field.Name != once))
        {
            yield return "what may be there once is not written in it";
        }
    }

    private static CaseForm Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FromJson(bytes);
    }
}
