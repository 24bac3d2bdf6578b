using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Commands;

/// <summary><c>init</c>.</summary>
internal static class DomainVerbs
{
    public static Command Init()
    {
        var name = new Option<string>("--name") { Description = "Name of the domain", DefaultValueFactory = _ => "domain" };
        var profile = new Option<string?>("--profile") { Description = "Regulation profile: " + string.Join(", ", Profile.Names) };
        var file = new Option<FileInfo?>("--profile-file") { Description = "A profile of your own instead, as `profile check` accepts it" };
        var overlay = new Option<string[]>("--overlay") { Description = "Stricter switch of another profile, as profile:switch (" + string.Join(", ", DerivedProfile.SwitchWords) + ")", AllowMultipleArgumentsPerToken = true };
        var suite = new Option<string>("--suite") { Description = "Algorithms: sm (SM2, SM3, SM4) or nist (P-256, SHA-256, AES)", DefaultValueFactory = _ => "sm" };
        var level = new Option<int>("--jail-level") { Description = "Foreign code runs only at this jail level or above (1 or 2)", DefaultValueFactory = _ => 1 };
        var admin = new Option<string>("--admin") { Description = "First person, of the bureau; registers the others", DefaultValueFactory = _ => "bureau-admin" };
        var bureau = new Option<string>("--bureau") { Description = "Name of the bureau", DefaultValueFactory = _ => "data-bureau" };
        var draft = new Option<bool>("--acknowledge-draft") { Description = "The profile is a draft; use it all the same (stands in the ledger)" };
        var outside = new Option<bool>("--acknowledge-outside-validity") { Description = "The profile is not in force today; use it all the same (stands in the ledger)" };
        return Verb.Create(
            "init",
            "Make a new domain in an empty folder.",
            ["init --dir ./city --profile futian --overlay changchun:training", "init --dir ./city --profile futian --suite nist --passphrase-file pass.txt"],
            [name, profile, file, overlay, suite, level, admin, bureau, draft, outside],
            context =>
            {
                if ((context.Get(profile) is null) == (context.Get(file) is null) || (context.Get(file) is not null && context.Get(overlay) is { Length: > 0 }))
                {
                    return new Answer.Misused("Name a profile with --profile (and --overlay), or a file with --profile-file.");
                }

                var (basis, overlays) = (context.Get(profile)!, (IReadOnlyList<string>)(context.Get(overlay) ?? []));
                if (context.Get(file) is { } own)
                {
                    var (derived, faults) = DerivedProfile.FromUntrusted(InputFile.ReadAll(own.FullName, ProfileVerbs.MostBytes));
                    if (derived is null)
                    {
                        return new Answer.Refused(faults);
                    }

                    (basis, overlays) = (derived.Base, derived.Overlays);
                }

                return InitDomain.Run(
                    context.Folder,
                    new NewDomain(
                        context.Get(name), basis, overlays, context.Get(suite), Math.Clamp(context.Get(level), 1, 2), context.Get(admin), context.Get(bureau),
                        new ProfileAcknowledgement(context.Get(draft), context.Get(outside))),
                    context.Unlocking(),
                    TimeProvider.System);
            });
    }
}
