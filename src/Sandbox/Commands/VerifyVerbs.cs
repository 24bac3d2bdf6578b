using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Export.Packaging;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>verify</c>: needs only the package and the domain's public key, no domain.</summary>
internal static class VerifyVerbs
{
    public static Command Verify()
    {
        var package = new Argument<FileInfo>("package") { Description = "Release package" };
        var key = new Option<string>("--key", "-k") { Description = "The domain's public key: a file, or the line itself", Required = true };
        var receipt = new Option<FileInfo?>("--receipt") { Description = "Proof that the release is in the ledger (default: <package>.receipt when it is there)" };
        return Verb.Create(
            "verify",
            "Check a release package offline. Every byte is covered.",
            ["verify income-by-city.sandbox.tar --key domain.pub", "verify income-by-city.sandbox.tar --key sandbox-key:sm:… --json"],
            [package, key, receipt],
            context =>
            {
                var path = context.Get(package).FullName;
                var proof = context.Get(receipt)?.FullName ?? path + ".receipt";
                var text = context.Get(key);
                var publicKey = PublicKey.Parse(File.Exists(text) ? System.Text.Encoding.UTF8.GetString(InputFile.ReadAll(text, 4096)) : text);
                return Run(path, publicKey, File.Exists(proof) ? proof : null);
            });
    }

    internal static Answer Run(string path, PublicKey key, string? receipt) => ReleaseVerifier.Verify(path, key, receipt) switch
    {
        Verification.Genuine genuine => Answer.Of(
            new JsonObject
            {
                ["genuine"] = true,
                ["release"] = genuine.Manifest.Release,
                ["domain"] = genuine.Manifest.Domain,
                ["in_ledger"] = genuine.InLedger,
                ["words"] = new JsonArray([.. genuine.Words.Select(word => (JsonNode)word)]),
                ["words_zh"] = new JsonArray([.. genuine.WordsZh.Select(word => (JsonNode)word)]),
            },
            console =>
            {
                console.MarkupLine("[green]genuine[/]");
                foreach (var word in genuine.Words.Concat(genuine.WordsZh))
                {
                    console.WriteLine("  " + word);
                }
            }),
        Verification.NotGenuine { Fault: var fault } => Answer.No(new Refusal(
            fault.Rule, fault.Words, "Do not use the package; get it anew from the domain.", fault.WordsZh, "请勿使用该数据包，请向授权运营域重新获取。")),
        _ => new Answer.Failed("The package could not be verified."),
    };
}
