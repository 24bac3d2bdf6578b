using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Judge;

/// <summary>Cryptographic vectors: Wycheproof JSON, OpenSSL evp_test text, and the compact SM2/SM3/SM4 file. An algorithm that the product does not have is answered <c>unsupported</c> and not counted.</summary>
internal static class CryptoVerb
{
    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var text = File.ReadAllText(arguments.File);
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            CryptoOpenSsl.Run(text, output);
            return;
        }

        var file = JsonNode.Parse(text)!.AsObject();
        if (file["testGroups"] is JsonArray groups)
        {
            var algorithm = file["algorithm"]?.GetValue<string>() ?? "";
            foreach (var group in groups.OfType<JsonObject>())
            {
                foreach (var test in (group["tests"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    Wycheproof(algorithm, group, test, output);
                }
            }

            return;
        }

        foreach (var (section, cases) in file)
        {
            var number = 0;
            foreach (var vector in (cases as JsonArray ?? []).OfType<JsonObject>())
            {
                Compact(section, $"{section}/{number++}", vector, output);
            }
        }
    }

    private static void Wycheproof(string algorithm, JsonObject group, JsonObject test, CaseOutput output)
    {
        var id = test["tcId"]?.ToString() ?? "?";
        JsonObject? actual;
        try
        {
            actual = algorithm.ToUpperInvariant() switch
            {
                "SM4-GCM" => Aead("SM4", test),
                "AES-GCM" => Aead("AES", test),
                "HMACSM3" or "HMAC-SM3" => Mac("SM3", group, test),
                "HMACSHA256" or "HMAC-SHA-256" => Mac("SHA256", group, test),
                "HKDF-SM3" => Expand("SM3", test),
                "HKDF-SHA-256" => Expand("SHA256", test),
                _ => null,
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            actual = new JsonObject { ["result"] = "invalid" };
        }

        if (actual is null)
        {
            output.Case(id, new JsonObject { ["unsupported"] = algorithm }, null);
            return;
        }

        var want = test["result"]?.GetValue<string>();
        output.Case(id, actual, want is null or "acceptable" ? null : want == actual["result"]!.GetValue<string>());
    }

    /// <summary>Valid: sealing gives these bytes (where they are stated) and opening gives the message back.</summary>
    private static JsonObject Aead(string cipher, JsonObject test)
    {
        var (key, nonce, associated) = (Hex(test, "key")!, Hex(test, "iv")!, Hex(test, "aad") ?? []);
        var (message, text, tag) = (Hex(test, "msg"), Hex(test, "ct"), Hex(test, "tag"));
        var answer = new JsonObject();
        var valid = true;
        if (text is not null && tag is not null)
        {
            var opened = BareAlgorithms.GcmOpen(cipher, key, nonce, associated, text, tag);
            valid = opened is not null && (message is null || opened.AsSpan().SequenceEqual(message));
            if (opened is not null)
            {
                answer["msg"] = Convert.ToHexStringLower(opened);
            }
        }

        if (message is not null && valid && BareAlgorithms.GcmSeal(cipher, key, nonce, associated, message) is { } made)
        {
            answer["ct"] = Convert.ToHexStringLower(made.Cipher);
            answer["tag"] = Convert.ToHexStringLower(made.Tag);
            valid = (text is null || text.AsSpan().SequenceEqual(made.Cipher)) && (tag is null || tag.AsSpan().SequenceEqual(made.Tag));
        }

        answer["result"] = valid ? "valid" : "invalid";
        return answer;
    }

    private static JsonObject Mac(string hash, JsonObject group, JsonObject test)
    {
        var code = BareAlgorithms.Hmac(hash, Hex(test, "key")!, Hex(test, "msg")!)!;
        var expected = Hex(test, "tag");
        var length = expected?.Length ?? (group["tagSize"] is { } size ? size.GetValue<int>() / 8 : code.Length);
        var shown = length <= code.Length ? code[..length] : code;
        return new JsonObject { ["tag"] = Convert.ToHexStringLower(shown), ["result"] = expected is null || expected.AsSpan().SequenceEqual(shown) ? "valid" : "invalid" };
    }

    private static JsonObject Expand(string hash, JsonObject test)
    {
        var output = BareAlgorithms.Hkdf(hash, Hex(test, "ikm")!, Hex(test, "salt") ?? [], Hex(test, "info") ?? [], test["size"]!.GetValue<int>())!;
        var expected = Hex(test, "okm");
        return new JsonObject { ["okm"] = Convert.ToHexStringLower(output), ["result"] = expected is null || expected.AsSpan().SequenceEqual(output) ? "valid" : "invalid" };
    }

    private static void Compact(string section, string id, JsonObject v, CaseOutput output)
    {
        var answer = section switch
        {
            "sm3" => new JsonObject { ["hash"] = Convert.ToHexStringLower(BareAlgorithms.Hash("SM3", v["msg_utf8"] is { } t ? Encoding.UTF8.GetBytes(t.GetValue<string>()) : Hex(v, "msg") ?? Hex(v, "msg_hex")!)!) },
            "sm4_ecb" => new JsonObject { ["ct"] = Convert.ToHexStringLower(Repeat(v)) },
            "sm2_sign" => Sm2(v),
            _ => null,
        };
        if (answer is null)
        {
            output.Case(id, new JsonObject { ["unsupported"] = section }, null);
            return;
        }

        var stated = answer.Where(m => v[m.Key] is not null).ToList();
        output.Case(id, answer, stated.Count == 0 ? null : stated.All(m => string.Equals(v[m.Key]!.ToString(), m.Value!.ToString(), StringComparison.OrdinalIgnoreCase)));
    }

    private static byte[] Repeat(JsonObject v)
    {
        var block = Hex(v, "pt")!;
        for (var i = v["iterations"]?.GetValue<int>() ?? 1; i > 0; i--)
        {
            block = BareAlgorithms.EncryptBlocks("SM4", Hex(v, "key")!, block)!;
        }

        return block;
    }

    private static JsonObject? Sm2(JsonObject v)
    {
        var (curve, hash) = (v["curve"]!.GetValue<string>(), v["digest"]!.GetValue<string>() == "Sha256Digest" ? "SHA256" : "SM3");
        var (identity, message) = (v["id"]!.GetValue<string>(), Encoding.UTF8.GetBytes(v["msg"]!.GetValue<string>()));
        var d = Big(v, "d")!.Value;
        if (Big(v, "k") is { } k)
        {
            return BareAlgorithms.Sm2Sign(curve, hash, identity, message, d, k) is { } made
                && BareAlgorithms.Sm2Verify(curve, hash, identity, message, d, new BigInteger(made.R, true, true), new BigInteger(made.S, true, true))
                ? new JsonObject { ["r"] = Convert.ToHexString(made.R), ["s"] = Convert.ToHexString(made.S) }
                : null;
        }

        return Big(v, "r") is { } r && Big(v, "s") is { } s ? new JsonObject { ["valid"] = BareAlgorithms.Sm2Verify(curve, hash, identity, message, d, r, s) } : null;
    }

    private static BigInteger? Big(JsonObject v, string name) =>
        v[name] is { } node ? BigInteger.Parse("0" + node.GetValue<string>(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : null;

    private static byte[]? Hex(JsonObject v, string name) => v[name] is { } node ? Convert.FromHexString(node.GetValue<string>()) : null;
}
