using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sandbox.Judge;

/// <summary>What a verb is given. <paramref name="Data"/> is the folder that holds <c>real/</c>; <paramref name="Backend"/> is managed, seal or empty.</summary>
internal sealed record JudgeArguments(string File, string Data, string Setup, string Backend);

/// <summary>Writes a JSON line per case and counts those that state an expectation.</summary>
internal sealed class CaseOutput(TextWriter writer)
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int _passed;
    private int _failed;

    /// <param name="id">The case's own id.</param>
    /// <param name="actual">The product's answer under the names of the case's expectation fields.</param>
    /// <param name="pass">Null where the case states no expectation.</param>
    public void Case(string id, JsonObject actual, bool? pass)
    {
        var line = new JsonObject { ["id"] = id };
        foreach (var (name, value) in actual)
        {
            line[name] = value?.DeepClone();
        }

        if (pass is { } known)
        {
            line["pass"] = known;
            _ = known ? _passed++ : _failed++;
        }

        writer.WriteLine(line.ToJsonString(Format));
    }

    /// <summary>Prints the closing line; 0 only when no case failed.</summary>
    public int Close()
    {
        writer.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 ? 0 : 1;
    }
}
