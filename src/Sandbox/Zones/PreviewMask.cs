using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Masking;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>Shows what a masking rule does, on made-up values under a throw-away key, and what it is worth. Reads no data and needs no domain.</summary>
public static class PreviewMask
{
    /// <param name="rule">The rule.</param>
    /// <param name="kind">What the column holds.</param>
    /// <param name="grade">Its grade.</param>
    public static Answer Run(MaskRule rule, IdentifierKind kind, ColumnGrade grade)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var strength = MaskStrength.Of(rule, kind);
        var samples = MadeUpValues.Of(rule, kind);
        if (samples.Count == 0)
        {
            return Answer.No(new Refusal(
                "SB-MASK-4", "The rule fits no type of such a column.", "Choose a rule made for this kind of column.", "该规则不适用于此类列。", "请选择适用于该类列的规则。"));
        }

        using var masker = new SampleMasker(rule);
        var shown = samples.Select(sample => (Value: sample.ToString(), Masked: masker.Mask(sample))).ToArray();
        var (workbench, production) = (MaskPolicy.Check(kind, grade, rule, ZoneKind.Workbench), MaskPolicy.Check(kind, grade, rule, ZoneKind.Production));
        return Answer.Of(
            new JsonObject
            {
                ["rule"] = JsonNode.Parse(rule.ToJson()),
                ["kind"] = kind.ToString(),
                ["grade"] = grade.ToString(),
                ["made_up"] = new JsonArray([.. shown.Select(pair => (JsonNode)new JsonObject { ["value"] = pair.Value, ["masked"] = pair.Masked })]),
                ["reversible_by"] = strength.Reversible,
                ["reversible_by_zh"] = strength.ReversibleZh,
                ["left_to_guess"] = strength.Left,
                ["left_to_guess_zh"] = strength.LeftZh,
                ["workbench"] = Allowed(workbench),
                ["production"] = Allowed(production),
            },
            console =>
            {
                var table = new Table().AddColumns("made-up value", "masked (throw-away key)");
                foreach (var (value, masked) in shown)
                {
                    table.AddRow(Markup.Escape(value), Markup.Escape(masked ?? "–"));
                }

                console.Write(table);
                console.WriteLine($"Who could get it back: {strength.Reversible} {strength.ReversibleZh}");
                console.WriteLine($"What is left to guess: {strength.Left} {strength.LeftZh}");
                console.WriteLine($"In a workbench: {Words(workbench)}");
                console.WriteLine($"In production: {Words(production)}");
            });
    }

    private static JsonObject Allowed(Decision decision) => new()
    {
        ["allowed"] = decision.IsPermitted,
        ["rules"] = new JsonArray([.. decision.Refusals.Select(refusal => (JsonNode)refusal.Rule)]),
    };

    private static string Words(Decision decision) => decision.IsPermitted ? "allowed 允许" : string.Join(' ', decision.Refusals.Select(refusal => $"{refusal} {refusal.WhyZh}"));

    /// <summary>The rule with keys of its own, which die with the preview.</summary>
    private sealed class SampleMasker(MaskRule rule) : IDisposable
    {
        private readonly Secret _key = Secret.Random(Suite.Sm.KeyLength);

        public string? Mask(MadeUpValue sample) => rule switch
        {
            MaskRule.Token => BinaryPrimitives.ReadUInt128BigEndian(Suite.Sm.Hmac(_key.Bytes, Encoding.UTF8.GetBytes(sample.ToString()))).ToString(CultureInfo.InvariantCulture),
            MaskRule.FormatToken => FormatTokenPreview.Of(Suite.Sm, _key.Bytes, sample.ToString()),
            _ => sample.Apply(rule, BinaryPrimitives.ReadUInt64BigEndian(Suite.Sm.Hmac(_key.Bytes, Encoding.UTF8.GetBytes(rule is MaskRule.DateShift ? "one person" : sample.ToString())))),
        };

        public void Dispose() => _key.Dispose();
    }
}
