using System.CommandLine;

namespace Sandbox.Host.Commands;

/// <summary>Options that every verb takes.</summary>
internal static class CommonOptions
{
    public const string DefaultFolder = "sandbox-domain";

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object instead of text", Recursive = true };

    public static Option<string?> Dir { get; } = new("--dir", "-d") { Description = $"Folder of the domain (default: $SANDBOX_DIR or ./{DefaultFolder})", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SANDBOX_DIR") is { Length: > 0 } folder ? folder : null, HelpName = "folder" };

    public static Option<string?> As { get; } = new("--as") { Description = "Name of the registered person who acts", Recursive = true, HelpName = "name" };

    public static Option<string?> PersonKey { get; } = new("--person-key") { Description = "That person's key file (default: keys/<name>.key in the domain folder)", Recursive = true, HelpName = "file" };

    public static Option<string?> KeyFile { get; } = new("--key-file") { Description = "The domain's master key file (default: keys/master.key in the domain folder)", Recursive = true, HelpName = "file" };

    public static Option<string?> PassphraseFile { get; } = new("--passphrase-file") { Description = "File whose first line is the passphrase, for a domain made with one", Recursive = true, HelpName = "file" };

    public static Option<bool> UnsafeNoJail { get; } = new("--unsafe-no-jail") { Description = "Development only: run foreign code without a jail when none can be built", Recursive = true };

    public static Option<string?> Token { get; } = new("--token") { Description = "File with your token of the unified authentication service, where the domain has one", Recursive = true, HelpName = "file" };

    public static Option<string?> For { get; } = new("--for") { Description = "Person for whom you act as the appointed deputy", Recursive = true, HelpName = "name" };

    // An empty word is a slip of a script ("$DIR" unset), not a wish for the default.
    static CommonOptions()
    {
        foreach (var option in new[] { Dir, As, PersonKey, KeyFile, PassphraseFile, Token, For })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                {
                    result.AddError($"{option.Name} is empty.");
                }
            });
        }
    }
}
