using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Judge;

/// <summary>Stanzas of OpenSSL's evp_test for Digest, MAC and Cipher. Block modes that the product has no use for are put together here from its block cipher.</summary>
internal static class CryptoOpenSsl
{
    public static void Run(string text, CaseOutput output)
    {
        var stanza = new List<(string Name, string Value)>();
        var number = 0;
        foreach (var raw in text.Split('\n').Append(""))
        {
            var line = raw.Trim();
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.Length > 0)
            {
                var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                stanza.Add((parts[0], parts.Length > 1 ? parts[1] : ""));
            }
            else if (stanza.Any(p => p.Name is "Digest" or "MAC" or "Cipher"))
            {
                Answer(++number, stanza, output);
                stanza.Clear();
            }
            else
            {
                stanza.Clear();
            }
        }
    }

    private static void Answer(int number, List<(string Name, string Value)> stanza, CaseOutput output)
    {
        var kind = stanza.First(p => p.Name is "Digest" or "MAC" or "Cipher");
        var id = $"{number} {kind.Name} {kind.Value}";
        var failureWanted = stanza.Any(p => p.Name == "Result");
        (string Field, byte[]? Bytes)? answer;
        try
        {
            answer = kind.Name switch
            {
                "Digest" => BareAlgorithms.Hash(kind.Value, Input(stanza)) is { } hash ? ("Output", hash) : null,
                "MAC" => Mac(stanza),
                _ => Cipher(kind.Value, stanza),
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            answer = ("Result", null);
        }

        if (answer is not { } known)
        {
            output.Case(id, new JsonObject { ["unsupported"] = kind.Value }, null);
            return;
        }

        var shown = new JsonObject { [known.Field] = known.Bytes is null ? "refused" : Convert.ToHexStringLower(known.Bytes) };
        var expected = stanza.Where(p => p.Name == known.Field).Select(p => Bytes(p.Value)).FirstOrDefault();
        bool? pass = failureWanted ? known.Bytes is null : known.Bytes is null ? false : expected is null ? null : expected.AsSpan().SequenceEqual(known.Bytes);
        output.Case(id, shown, pass);
    }

    private static (string, byte[]?)? Mac(List<(string Name, string Value)> stanza)
    {
        var hash = Value(stanza, "Algorithm") ?? Value(stanza, "Digest") ?? "";
        return Value(stanza, "MAC") == "HMAC" && BareAlgorithms.Hmac(hash, Bytes(Value(stanza, "Key") ?? ""), Input(stanza)) is { } code ? ("Output", code) : null;
    }

    private static (string, byte[]?)? Cipher(string name, List<(string Name, string Value)> stanza)
    {
        var at = name.LastIndexOf('-');
        var (cipher, mode) = (name.StartsWith("SM4", StringComparison.OrdinalIgnoreCase) ? "SM4" : name.StartsWith("AES", StringComparison.OrdinalIgnoreCase) ? "AES" : "", name[(at + 1)..].ToUpperInvariant());
        var (key, iv, plain) = (Bytes(Value(stanza, "Key") ?? ""), Bytes(Value(stanza, "IV") ?? ""), Bytes(Value(stanza, "Plaintext") ?? ""));
        if (cipher.Length == 0)
        {
            return null;
        }

        if (mode == "GCM")
        {
            return Gcm(cipher, key, iv, plain, stanza);
        }

        var made = mode switch
        {
            "ECB" => BareAlgorithms.EncryptBlocks(cipher, key, plain),
            "CTR" => BareAlgorithms.Counter(cipher, key, iv, plain),
            "CBC" or "OFB" or "CFB" or "CFB128" or "OFB128" => Chained(cipher, mode[..3], key, iv, plain),
            _ => null,
        };
        return made is null ? null : ("Ciphertext", made);
    }

    private static (string, byte[]?)? Gcm(string cipher, byte[] key, byte[] iv, byte[] plain, List<(string Name, string Value)> stanza)
    {
        var associated = Bytes(Value(stanza, "AAD") ?? "");
        if (Value(stanza, "Tag") is { } tag && Value(stanza, "Ciphertext") is { } text)
        {
            var opened = BareAlgorithms.GcmOpen(cipher, key, iv, associated, Bytes(text), Bytes(tag));
            if (opened is null || Value(stanza, "Operation") == "DECRYPT")
            {
                return ("Plaintext", opened);
            }
        }

        return BareAlgorithms.GcmSeal(cipher, key, iv, associated, plain) is { } made ? ("Ciphertext", made.Cipher) : null;
    }

    private static byte[]? Chained(string cipher, string mode, byte[] key, byte[] iv, byte[] plain)
    {
        var (output, feedback) = (new byte[plain.Length], (byte[])iv.Clone());
        for (var at = 0; at < plain.Length; at += 16)
        {
            var length = Math.Min(16, plain.Length - at);
            var block = (byte[])feedback.Clone();
            if (mode == "CBC")
            {
                Xor(block, plain.AsSpan(at, length));
            }

            if (BareAlgorithms.EncryptBlocks(cipher, key, block) is not { } stream)
            {
                return null;
            }

            feedback = (byte[])stream.Clone();
            if (mode != "CBC")
            {
                Xor(stream, plain.AsSpan(at, length));
                feedback = mode == "CFB" ? (byte[])stream.Clone() : feedback;
            }

            stream.AsSpan(0, length).CopyTo(output.AsSpan(at));
        }

        return output;
    }

    private static void Xor(byte[] target, ReadOnlySpan<byte> with)
    {
        for (var i = 0; i < with.Length; i++)
        {
            target[i] ^= with[i];
        }
    }

    /// <summary>All Input lines one after the other, each repeated as often as a Count after it says.</summary>
    private static byte[] Input(List<(string Name, string Value)> stanza)
    {
        var parts = new List<byte[]>();
        foreach (var (name, value) in stanza)
        {
            if (name == "Input")
            {
                parts.Add(Bytes(value));
            }
            else if (name == "Count" && parts.Count > 0)
            {
                var count = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
                parts.AddRange(Enumerable.Repeat(parts[^1], count - 1));
            }
        }

        return [.. parts.SelectMany(p => p)];
    }

    private static string? Value(List<(string Name, string Value)> stanza, string name) => stanza.Where(p => p.Name == name).Select(p => p.Value).FirstOrDefault();

    private static byte[] Bytes(string value) =>
        value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? Encoding.UTF8.GetBytes(value[1..^1].Replace("\\n", "\n", StringComparison.Ordinal)) : Convert.FromHexString(value);
}
