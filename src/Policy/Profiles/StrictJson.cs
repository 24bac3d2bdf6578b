using System.Text.Json;

namespace Sandbox.Policy.Profiles;

/// <summary>One object of a data file with exactly the expected names; collects the paths of all faults instead of stopping at the first.</summary>
internal sealed class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private readonly JsonElement _json;
    private readonly string _path;
    private readonly List<string> _faults;

    public StrictJson(JsonElement json, string path, ReadOnlySpan<string> names, List<string> faults)
    {
        _json = json;
        _path = path;
        _faults = faults;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path);
            return;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                faults.Add($"{path}.{property.Name}");
            }
        }
    }

    public static JsonDocument? Parse(ReadOnlySpan<byte> bytes, string path, List<string> faults)
    {
        try
        {
            return JsonDocument.Parse(bytes.ToArray(), Options);
        }
        catch (JsonException)
        {
            faults.Add(path);
            return null;
        }
    }

    public static bool HasExactly(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var seen = 0;
        foreach (var property in json.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                return false;
            }

            seen++;
        }

        return seen == names.Length;
    }

    public string Text(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        Fault(name);
        return "";
    }

    public int Whole(string name, int from, int to)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= from && number <= to)
        {
            return number;
        }

        Fault(name);
        return from;
    }

    public Sourced<T> Sourced<T>(string name, Func<JsonElement, T?> read)
        where T : struct => Wrapped(name, element => read(element) is { } value ? new Boxed<T>(value) : null) ?? new Sourced<T>(default, []);

    public Sourced<T> Sourced<T>(string name, Func<JsonElement, T?> read)
        where T : class => Wrapped(name, element => read(element) is { } value ? new Boxed<T>(value) : null) ?? new Sourced<T>(null!, []);

    public Sourced<T>? Optional<T>(string name, Func<JsonElement, T?> read)
        where T : struct => IsNull(name) ? null : Sourced(name, read);

    public Sourced<T>? Optional<T>(string name, Func<JsonElement, T?> read)
        where T : class => IsNull(name) ? null : Sourced(name, read);

    public T? Nested<T>(JsonElement json, string path, Func<JsonElement, T?> read, params ReadOnlySpan<string> names)
        where T : class
    {
        if (HasExactly(json, names))
        {
            return read(json);
        }

        Fault(path);
        return null;
    }

    private Sourced<T>? Wrapped<T>(string name, Func<JsonElement, Boxed<T>?> read)
    {
        if (Find(name) is not { } element || !HasExactly(element, "value", "ref"))
        {
            Fault(name);
            return null;
        }

        var references = References(element.GetProperty("ref"));
        var value = read(element.GetProperty("value"));
        if (references is null)
        {
            Fault($"{name}.ref");
        }

        if (value is null)
        {
            Fault($"{name}.value");
        }

        return references is null || value is null ? null : new Sourced<T>(value.Value, references);
    }

    private static string[]? References(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0)
        {
            return null;
        }

        var texts = json.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "").ToArray();
        return Array.TrueForAll(texts, text => text.Length >= 4 && text.Contains(' ', StringComparison.Ordinal)) ? texts : null;
    }

    private bool IsNull(string name) => Find(name) is { ValueKind: JsonValueKind.Null };

    private JsonElement? Find(string name) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) ? value : null;

    private void Fault(string name) => _faults.Add($"{_path}.{name}");

    private sealed record Boxed<T>(T Value);
}
