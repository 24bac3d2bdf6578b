using System.Numerics;
using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Judge;

/// <summary>Format-preserving encryption: FF1 with AES and SM4, from the sections of a vector file or from Wycheproof. FF3 and FF3-1 are answered <c>unsupported</c> and not counted.</summary>
internal static class FpeVerb
{
    private const string Alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var file = JsonNode.Parse(File.ReadAllText(arguments.File))!.AsObject();
        if (file["testGroups"] is JsonArray groups)
        {
            var cipher = file["algorithm"]?.GetValue<string>() switch { "AES-FF1" => "AES", "SM4-FF1" => "SM4", _ => null };
            foreach (var group in groups.OfType<JsonObject>())
            {
                foreach (var test in (group["tests"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    Wycheproof(cipher, group, test, output);
                }
            }

            return;
        }

        foreach (var (section, cases) in file)
        {
            var number = 0;
            foreach (var vector in (cases as JsonArray ?? []).OfType<JsonObject>())
            {
                Sample(section, $"{section}/{number++}", vector, output);
            }
        }
    }

    private static void Sample(string section, string id, JsonObject v, CaseOutput output)
    {
        var cipher = section.StartsWith("ff1", StringComparison.OrdinalIgnoreCase) ? "AES" : section.StartsWith("sm4_ff1", StringComparison.OrdinalIgnoreCase) ? "SM4" : null;
        if (cipher is null)
        {
            output.Case(id, new JsonObject { ["unsupported"] = section }, null);
            return;
        }

        var alphabet = v["alphabet"]?.GetValue<string>() ?? Alphanumeric[..(v["radix"]?.GetValue<int>() ?? 10)];
        var (plain, want) = (v["pt"]!.GetValue<string>(), v["ct"]?.GetValue<string>());
        var (key, tweak) = (Convert.FromHexString(v["key"]!.GetValue<string>()), Convert.FromHexString(v["tweak"]?.GetValue<string>() ?? ""));
        var made = BareAlgorithms.Ff1Encrypt(cipher, key, tweak, alphabet, plain);
        var back = made is null ? null : BareAlgorithms.Ff1Decrypt(cipher, key, tweak, alphabet, made);
        var answer = new JsonObject { ["ct"] = made, ["pt"] = back };
        if (section.Contains("gmssl", StringComparison.OrdinalIgnoreCase) && PadsByNothing(alphabet.Length, plain.Length, tweak.Length))
        {
            answer["peer_quirk"] = "GmSSL pads by a whole block where SP 800-38G, step 6, pads by nothing";
            output.Case(id, answer, null);
            return;
        }

        output.Case(id, answer, want is null ? null : made == want && back == plain);
    }

    /// <summary>Whether tweak, round and number fill whole blocks.</summary>
    private static bool PadsByNothing(int radix, int length, int tweak) =>
        (tweak + 1 + (int)((BigInteger.Pow(radix, length - length / 2) - 1).GetBitLength() + 7) / 8) % 16 == 0;

    /// <summary>Valid: encrypts to the stated text and decrypts back; invalid: refused.</summary>
    private static void Wycheproof(string? cipher, JsonObject group, JsonObject test, CaseOutput output)
    {
        var id = test["tcId"]?.ToString() ?? "?";
        if (cipher is null || group["type"]?.GetValue<string>() != "FpeStrTest")
        {
            output.Case(id, new JsonObject { ["unsupported"] = group["type"]?.DeepClone() }, null);
            return;
        }

        var alphabet = group["alphabet"]!.GetValue<string>();
        var (message, text) = (test["msg"]!.GetValue<string>(), test["ct"]!.GetValue<string>());
        var answer = new JsonObject();
        try
        {
            var (key, tweak) = (Convert.FromHexString(test["key"]!.GetValue<string>()), Convert.FromHexString(test["tweak"]!.GetValue<string>()));
            var made = BareAlgorithms.Ff1Encrypt(cipher, key, tweak, alphabet, message);
            answer["ct"] = made;
            answer["result"] = made == text && BareAlgorithms.Ff1Decrypt(cipher, key, tweak, alphabet, text) == message ? "valid" : "invalid";
        }
        catch (ArgumentException)
        {
            answer["result"] = "invalid";
        }

        var want = test["result"]?.GetValue<string>();
        output.Case(id, answer, want is null or "acceptable" ? null : want == answer["result"]!.GetValue<string>());
    }
}
