using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy.Profiles;
using Spectre.Console;
using Profile = Sandbox.Policy.Profiles.Profile;

namespace Sandbox.Host.Commands;

/// <summary><c>profile show|compare|check</c>: the regulations as data, for people. None of them needs a domain.</summary>
internal static class ProfileVerbs
{
    public const int MostBytes = 64 << 10;

    public static Command Group() => Verb.Group("profile", "The regulations as data: what each says, with its articles, and where they differ.", Show(), Compare(), Check());

    private static Command Show()
    {
        var name = new Argument<string?>("profile") { Description = "A shipped profile: " + string.Join(", ", Profile.Names) + ". Without one: the rules in force in the domain", Arity = ArgumentArity.ZeroOrOne };
        return Verb.Create("show", "Show what a regulation says, article by article.", ["profile show futian", "profile show --dir ./city"], [name], context =>
        {
            if (context.Get(name) is { } wanted)
            {
                return ProfileMember.Of(wanted) is null ? Unknown() : Shown(Profile.Load(wanted).OrThrow(), wanted);
            }

            using var domain = context.Open();
            return Shown(domain.Profile, domain.Record.Profile);
        });
    }

    private static Command Compare()
    {
        var names = new Argument<string[]>("profiles") { Description = "Two or more shipped profiles", Arity = new ArgumentArity(2, Profile.Names.Count) };
        return Verb.Create("compare", "Show where regulations differ, each value with its articles; – is where a text is silent.", ["profile compare changchun futian", "profile compare futian yibin yunnan-2025 --json"], [names], context =>
        {
            var wanted = context.Get(names);
            if (wanted.Any(name => ProfileMember.Of(name) is null))
            {
                return Unknown();
            }

            var columns = wanted.Select(name => ProfileMember.Of(name)!.ToDictionary(member => member.Name, StringComparer.Ordinal)).ToArray();
            var differing = ProfileMember.Of(wanted[0])!.Select(member => member.Name).Where(member => columns.Any(column => !columns[0][member].SaysTheSameAs(column.GetValueOrDefault(member)))).ToArray();
            return Answer.Of(
                new JsonObject
                {
                    ["profiles"] = new JsonArray([.. wanted.Select(name => (JsonNode)name)]),
                    ["differences"] = new JsonArray([.. differing.Select(member => (JsonNode)new JsonObject
                    {
                        ["member"] = member, ["values"] = new JsonObject(wanted.Zip(columns, (name, column) => KeyValuePair.Create(name, (JsonNode?)Value(column.GetValueOrDefault(member))))),
                    })]),
                },
                console =>
                {
                    var table = new Table { ShowRowSeparators = true }.AddColumn("").AddColumns([.. wanted]);
                    foreach (var member in differing)
                    {
                        table.AddRow([Markup.Escape(member), .. columns.Select(column => Cell(column.GetValueOrDefault(member)))]);
                    }

                    console.Write(table);
                });
        });
    }

    private static Command Check()
    {
        var file = new Argument<FileInfo>("file");
        return Verb.Create(
            "check",
            "Check a profile of your own, {\"name\", \"base\", \"overlays\": [{\"switch\", \"from\"}]}: every fault with its path, in one pass.",
            ["profile check city-rules.json"],
            [file],
            context =>
            {
                var (derived, faults) = DerivedProfile.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, MostBytes));
                return derived is null ? new Answer.Refused(faults) : Shown(derived.Profile, derived.Base);
            });
    }

    /// <summary>The members of the base with what overlays put in their place.</summary>
    private static Answer Shown(Profile profile, string basis)
    {
        var members = ProfileMember.Of(basis)!.Select(member => profile.Overlays.LastOrDefault(overlay => MemberOf(overlay.Switch) == member.Name) is { } overlay
            ? (Member: ProfileMember.Of(overlay.From)!.First(other => other.Name == member.Name), From: (string?)overlay.From)
            : (Member: member, From: null)).ToArray();
        var missing = profile.RequiredConfiguration.Select(MemberOf).ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["profile"] = profile.Name,
                ["base"] = basis,
                ["version"] = profile.Version,
                ["lapses_on"] = profile.LapsesOn?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                ["members"] = new JsonObject(members.Select(item => KeyValuePair.Create(item.Member.Name, (JsonNode?)Value(item.Member, item.From)))),
                ["required_configuration"] = new JsonArray([.. missing.Select(name => (JsonNode)name)]),
                ["demands"] = Policy.Requirements.Of(basis).Count(),
            },
            console =>
            {
                var table = new Table { ShowRowSeparators = true }.AddColumns(profile.Name, "", "articles 条款");
                foreach (var (member, from) in members)
                {
                    table.AddRow(Markup.Escape(member.Name), Markup.Escape(member.Words), Markup.Escape(string.Join(", ", member.References)) + (from is null ? "" : $" (over it: {Markup.Escape(from)})"));
                }

                console.Write(table);
                foreach (var name in missing)
                {
                    console.WriteLine($"! The text is silent on {name}: it denies until another profile's rule is taken over (init --overlay).\n  规定未明确 {name}：须以其他配置的规则补充，否则一律拒绝。");
                }
            });
    }

    private static string MemberOf(ProfileSwitch item) => item switch
    {
        ProfileSwitch.TrainOnSampledAndMaskedOnly => "train_on_sampled_and_masked_only",
        ProfileSwitch.RawVisibility => "raw_visibility",
        ProfileSwitch.ExportApprovers => "export_approvers",
        _ => "log_retention",
    };

    private static JsonObject? Value(ProfileMember? member, string? from = null)
    {
        if (member?.Value is not { } value)
        {
            return null;
        }

        var shown = new JsonObject { ["value"] = JsonNode.Parse(value.GetRawText()), ["ref"] = new JsonArray([.. member.References.Select(item => (JsonNode)item)]) };
        if (from is not null)
        {
            shown["from"] = from;
        }

        return shown;
    }

    private static string Cell(ProfileMember? member) => member?.Value is null ? "–" : $"{Markup.Escape(member.Words)}\n[grey]{Markup.Escape(string.Join(", ", member.References))}[/]";

    private static Answer.Refused Unknown() => new(((ProfileResult.Refused)Profile.Load("?")).Reasons);
}
