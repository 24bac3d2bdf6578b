using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary>Options of the parties of a round that work without a domain: what they know of the others, and their own key.</summary>
internal static class RoundOptions
{
    private const string Managed = "managed", Seal = "seal";

    public static Option<string> PlatformKey() => new("--platform-key") { Description = "The domain's public key (domain.pub), as you got it from the platform", Required = true };

    public static Option<string> HolderKey() => new("--holder-key") { Description = "The bureau's public key, as you got it from the bureau", Required = true };

    public static Option<string> Out(string what) => new("--out") { Description = what, Required = true };

    public static Option<string> Backend()
    {
        var option = new Option<string>("--backend") { Description = "What does the encryption: managed (the project's own), or seal (Microsoft SEAL in a jail, where the engines are)", DefaultValueFactory = _ => Managed };
        option.AcceptOnlyFromAmong(Managed, Seal);
        return option;
    }

    public static RoundEngines Engines(VerbContext context, Option<string> backend) => new(context.Get(backend) == Seal, context.Settings().UnsafeNoJail);

    /// <summary>The person's own key, from <c>--person-key</c>.</summary>
    public static SigningKey OwnKey(VerbContext context) =>
        context.PersonKey is { } path && File.Exists(path) ? SigningKeyFile.Read(path) : throw new RefusedException(RoundWords.OwnKey());
}
