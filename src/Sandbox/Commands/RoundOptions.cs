using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary>Options of the parties of a round that work without a domain: what they know of the others, and their own key.</summary>
internal static class RoundOptions
{
    public static Option<string> PlatformKey() => new("--platform-key") { Description = "The domain's public key (domain.pub), as you got it from the platform", Required = true };

    public static Option<string> HolderKey() => new("--holder-key") { Description = "The bureau's public key, as you got it from the bureau", Required = true };

    public static Option<string> Out(string what) => new("--out") { Description = what, Required = true };

    /// <summary>The person's own key, from <c>--person-key</c>.</summary>
    public static SigningKey OwnKey(VerbContext context) =>
        context.PersonKey is { } path && File.Exists(path) ? SigningKeyFile.Read(path) : throw new RefusedException(RoundWords.OwnKey());
}
