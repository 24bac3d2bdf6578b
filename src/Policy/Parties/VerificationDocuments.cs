using System.Text.Json;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Parties;

/// <summary>Documents by which a person or body is verified, each by itself enough. The list is closed and holds no sample of a body: nobody is asked for a fingerprint, an iris or a face (YN23 20).</summary>
/// <param name="Accepted">Words of the accepted documents.</param>
public sealed record VerificationDocuments(IReadOnlyList<string> Accepted)
{
    private static readonly string[] Known = ["identity_document", "credit_code_certificate", "other_document"];
    private static readonly string[] Biometric = ["fingerprint", "iris", "face", "voice", "palm", "gait", "gene", "biometric"];

    /// <summary>What is accepted where a deployment says nothing.</summary>
    public static VerificationDocuments Default { get; } = new(["identity_document", "credit_code_certificate"]);

    /// <summary>Reads <c>{"documents":["identity_document"]}</c>; every fault comes with its path.</summary>
    public static (VerificationDocuments? Read, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        var samples = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, [Faulty("$")]);
        }

        _ = new StrictJson(document.RootElement, "$", ["documents"], faults);
        var accepted = new List<string>();
        if (!document.RootElement.TryGetProperty("documents", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            faults.Add("$.documents");
        }
        else
        {
            foreach (var (at, item) in list.EnumerateArray().Index())
            {
                var word = item.ValueKind == JsonValueKind.String ? item.GetString()! : "";
                if (Biometric.Any(kind => word.Contains(kind, StringComparison.OrdinalIgnoreCase)))
                {
                    samples.Add($"$.documents[{at}]");
                }
                else if (!Known.Contains(word) || accepted.Contains(word))
                {
                    faults.Add($"$.documents[{at}]");
                }
                else
                {
                    accepted.Add(word);
                }
            }
        }

        return faults.Count + samples.Count == 0 ? (new VerificationDocuments(accepted), []) : (null, [.. samples.Select(Sample), .. faults.Distinct(StringComparer.Ordinal).Select(Faulty)]);
    }

    private static Refusal Sample(string path) => new(
        "YN23-20-1",
        $"The file asks for a biometric sample at {path}; a valid document is enough, and nobody is made to give a fingerprint, an iris or a face.",
        "Name documents only: identity_document, credit_code_certificate, other_document. Nothing was stored.",
        $"文件在 {path} 处要求采集生物识别信息；有效证件即可，不得强制采集指纹、虹膜或人脸。",
        "请仅列出证件：identity_document、credit_code_certificate、other_document。未保存任何内容。");

    private static Refusal Faulty(string path) => new(
        "YN23-20-1",
        $"The list of verification documents is faulty at {path}.",
        "Name at least one of identity_document, credit_code_certificate, other_document, each once. Nothing was stored.",
        $"核验证件清单在 {path} 处有误。",
        "请至少列出 identity_document、credit_code_certificate、other_document 之一，且不得重复。未保存任何内容。");
}
