using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Parties;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>person add|keygen|record|list</c>.</summary>
internal static class PersonVerbs
{
    private static readonly Dictionary<string, Role> Roles = new(StringComparer.Ordinal)
    {
        ["provider"] = Role.SourceDepartment,
        ["bureau"] = Role.Authority,
        ["third-party"] = Role.AppointedThirdParty,
        ["operator"] = Role.Operator,
        ["developer"] = Role.Developer,
        ["scientist"] = Role.DataScientist,
        ["auditor"] = Role.Auditor,
        ["subject"] = Role.DataSubject,
    };

    public static Command Group() => Verb.Group("person", "Register the people of the domain.", Add(), KeyGen(), Record(), AppointFor(), EndFor(), SignIn(), List());

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "Name, unique in the domain" };
        var organisation = new Option<string>("--org") { Description = "Organisation", Required = true };
        var role = new Option<string>("--role") { Description = string.Join(", ", Roles.Keys), Required = true };
        var publicKey = new Option<string?>("--public-key") { Description = "Public key that the person made with person keygen: then no key file is made here" };
        var keyOut = new Option<string?>("--key-out") { Description = "Where the person's key file goes (default: keys/<name>.key)" };
        return Verb.Create(
            "add",
            "Register a person and write the key file that proves who it is.",
            ["person add wu --org city-lab --role scientist --as bureau-admin", "person add chen --org transport-bureau --role provider --as bureau-admin --key-out /media/chen.key"],
            [name, organisation, role, keyOut, publicKey],
            context =>
            {
                if (!Roles.TryGetValue(context.Get(role), out var known))
                {
                    return new Answer.Misused("The role is one of " + string.Join(", ", Roles.Keys) + ".");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return AddPerson.Run(domain, actor, context.Get(name), context.Get(organisation), known, context.Get(keyOut), context.Get(publicKey));
                }
            });
    }

    private static Command KeyGen()
    {
        var suite = new Option<string>("--suite") { Description = "sm or nist, as the domain", DefaultValueFactory = _ => "sm" };
        var target = new Option<string>("--out") { Description = "Where your key file goes", Required = true };
        return Verb.Create("keygen", "Make your own key file at home; needs no domain.", ["person keygen --out county.key"], [suite, target], context =>
            context.Get(suite) is "sm" or "nist" ? AddPerson.MakeKey(context.Get(suite), context.Get(target)) : new Answer.Misused("The suite is sm or nist."));
    }

    private static Command Record()
    {
        var name = new Argument<string>("name");
        var kind = new Option<string>("--kind") { Description = "real-name, filing, examination or confidentiality", Required = true };
        var from = new Option<string>("--from") { Description = "First day on which it counts, yyyy-MM-dd", Required = true };
        var until = new Option<string>("--until") { Description = "Last day on which it counts, yyyy-MM-dd", Required = true };
        var file = new Option<FileInfo>("--file") { Description = "The paper; it is kept sealed", Required = true };
        return Verb.Create(
            "record",
            "As the bureau: file a record of a person (real-name verification, filing, examination, confidentiality agreement). Where the profile asks for them, nobody processes data without all four.",
            ["person record wu --kind confidentiality --from 2026-01-01 --until 2026-12-31 --file signed.pdf --as bureau-admin"],
            [name, kind, from, until, file],
            async context =>
            {
                var known = context.Get(kind) switch
                {
                    "real-name" => PersonRecordKind.RealName,
                    "filing" => PersonRecordKind.Filing,
                    "examination" => PersonRecordKind.Examination,
                    "confidentiality" => PersonRecordKind.Confidentiality,
                    _ => PersonRecordKind.Unknown,
                };
                if (known == PersonRecordKind.Unknown)
                {
                    return new Answer.Misused("The kind is real-name, filing, examination or confidentiality.");
                }

                var (first, last) = (DayWord.Read(context.Get(from)), DayWord.Read(context.Get(until)));
                var bytes = InputFile.ReadAll(context.Get(file).FullName, PaperStore.MostBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await FilePersonRecord.RunAsync(domain, actor, context.Get(name), known, first, last, bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command AppointFor()
    {
        var name = new Argument<string>("name");
        var from = new Option<string>("--from") { Description = "First day, yyyy-MM-dd", Required = true };
        var until = new Option<string>("--until") { Description = "Last day, yyyy-MM-dd", Required = true };
        return Verb.Create("deputy", "Appoint a deputy of your organisation who acts for you (--for) while you are away; bars on you hold for the deputy too.", ["person deputy he --from 2026-07-01 --until 2026-07-14 --as zhao", "scenario confirm shuttle --as he --for zhao"], [name, from, until], context =>
        {
            var (first, last) = (DayWord.Read(context.Get(from)), DayWord.Read(context.Get(until)));
            return ActAs.Run(context, (domain, actor) => AppointDeputy.Run(domain, actor, context.Get(name), first, last));
        });
    }

    private static Command EndFor()
    {
        var name = new Argument<string>("name");
        return Verb.Create("deputy-end", "End the appointment of your deputy before its last day.", ["person deputy-end he --as zhao"], [name], context => ActAs.Run(context, (domain, actor) => AppointDeputy.End(domain, actor, context.Get(name))));
    }

    private static Command SignIn()
    {
        var issuer = new Option<string>("--issuer") { Description = "Issuer that its tokens name", Required = true };
        var key = new Option<FileInfo>("--key") { Description = "Its public key, PEM on P-256 (tokens are ES256)", Required = true };
        return Verb.Create("sign-in", "As the bureau: set the unified authentication service. From then on everybody gives a token of it (--token) beside the own key; you show one now.", ["person sign-in --issuer https://login.example.gov.cn --key login.pem --token my.jwt --as zhao"], [issuer, key], context =>
        {
            var pem = System.Text.Encoding.UTF8.GetString(InputFile.ReadAll(context.Get(key).FullName, 1 << 14));
            return ActAs.Run(context, (domain, actor) => SetSignIn.Run(domain, actor, context.Get(issuer), pem, SignInProvider.ReadToken(context.Token)));
        });
    }

    private static Command List() => Verb.Create(
        "list",
        "Show the registered people.",
        ["person list", "person list --json"],
        [],
        context =>
        {
            using var domain = context.Open();
            var people = domain.Registry.All<Person>();
            return Answer.Of(
                new JsonObject { ["people"] = new JsonArray([.. people.Select(person => (JsonNode)new JsonObject { ["name"] = person.Id, ["organisation"] = person.Organisation, ["role"] = person.Role.ToString(), ["public_key"] = person.PublicKey })]) },
                console =>
                {
                    var table = new Table().AddColumns("name", "organisation", "role", "key");
                    foreach (var person in people)
                    {
                        table.AddRow(Markup.Escape(person.Id), Markup.Escape(person.Organisation), person.Role.ToString(), Markup.Escape(person.PublicKey[..32]) + "…");
                    }

                    console.Write(table);
                });
        });
}
