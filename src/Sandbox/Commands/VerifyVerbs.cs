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
        var own = new Option<FileInfo?>("--recipient-key") { Description = "Your key file, where the package is sealed to you" };
        var target = new Option<FileInfo?>("--out") { Description = "Write the opened package here, if it is genuine" };
        return Verb.Create(
            "verify",
            "Check a release package offline. Every byte is covered. A sealed one is opened by its recipient.",
            [
                "verify income-by-city.sandbox.tar --key domain.pub",
                "verify income-by-city.sandbox.tar --key sandbox-key:sm:… --json",
                "verify income-by-city.sandbox.sealed --key domain.pub --recipient-key bus-company.key --out income-by-city.sandbox.tar",
            ],
            [package, key, receipt, own, target],
            context =>
            {
                var path = context.Get(package).FullName;
                var proof = context.Get(receipt)?.FullName ?? path + ".receipt";
                var text = context.Get(key);
                var publicKey = PublicKey.Parse(File.Exists(text) ? System.Text.Encoding.UTF8.GetString(InputFile.ReadAll(text, 4096)) : text);
                return Run(path, publicKey, File.Exists(proof) ? proof : null, context.Get(own)?.FullName, context.Get(target)?.FullName);
            });
    }

    internal static Answer Run(string path, PublicKey key, string? receipt, string? own = null, string? target = null)
    {
        var isSealed = IsSealed(path);
        if (isSealed != own is not null || (target is not null && !isSealed))
        {
            return Answer.No(isSealed ? SealedToSomebody() : NotSealed());
        }

        if (!isSealed)
        {
            return Report(ReleaseVerifier.Verify(path, key, receipt));
        }

        using var recipient = RecipientKeyFile.Read(own!);
        var verification = SealedPackage.Open(InputFile.ReadAll(path, SealedPackage.MostBytes), recipient, key, receipt is null ? null : File.ReadAllBytes(receipt), out var package);
        if (target is not null && package is not null)
        {
            OutputFile.Write(target, package);
        }

        return Report(verification);
    }

    private static bool IsSealed(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> beginning = stackalloc byte[8];
        return SealedPackage.Looks(beginning[..file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)]);
    }

    private static Refusal SealedToSomebody() => new(
        "sealed",
        "The package is sealed: only its recipient can open it, and only what was opened can be checked.",
        "Give your key file with --recipient-key; --out writes the opened package.",
        "发布包已加密，仅接收方可打开；打开后方可核验。",
        "请以 --recipient-key 提供接收方私钥文件；--out 可写出解密后的发布包。");

    private static Refusal NotSealed() => new(
        "not-sealed",
        "The package is not sealed, so there is nothing to open.",
        "Verify it without --recipient-key and --out.",
        "发布包未加密，无需打开。",
        "请在不带 --recipient-key 与 --out 的情况下核验。");

    private static Answer Report(Verification verification) => verification switch
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
