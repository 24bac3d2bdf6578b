using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Agreements;
using Sandbox.Host.Answers;
using Sandbox.Host.Parties;
using Sandbox.Host.Registry;
using Sandbox.Policy.Agreements;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>agreement forms|file|sign|withdraw|end|keep|list|show|fetch</c>.</summary>
internal static class AgreementVerbs
{
    public static Command Group() => Verb.Group(
        "agreement",
        "Papers with required clauses, signers and a term: operation, service, platform, development and use agreements (协议).",
        Forms(), FilePaper(), Sign(), Move("withdraw", AgreementCommand.Withdraw, "Take back a paper that is not in force.", false), Move("end", AgreementCommand.End, "End an agreement, or ask its senior party to end it early; every grant below it closes at once.", true),
        Move("keep", AgreementCommand.KeepOn, "As the senior party: go on in spite of a wish to end early.", true), List(), Show(), Fetch());

    private static Command Forms() => Verb.Create("forms", "Show the papers of the active profile: clauses, signers, longest term, what stays closed without them.", ["agreement forms"], [], context =>
    {
        using var domain = context.Open();
        var forms = domain.Profile.Parties.Papers;
        return Answer.Of(
            new JsonObject
            {
                ["forms"] = new JsonArray([.. forms.Select(form => (JsonNode)new JsonObject
                {
                    ["form"] = form.Form, ["zh"] = form.Chinese, ["rule"] = form.Rule, ["opens"] = form.Gate.ToString(),
                    ["clauses"] = new JsonArray([.. form.Clauses.Select(clause => (JsonNode)clause.Id)]),
                    ["signers"] = new JsonArray([.. form.Signers.Select(kind => (JsonNode)Policy.Parties.PartyWords.English(kind))]),
                    ["articles"] = new JsonArray([.. form.References.Select(reference => (JsonNode)reference)]),
                })]),
            },
            console =>
            {
                foreach (var form in forms)
                {
                    console.WriteLine($"{form.Form} {form.Chinese} ({string.Join(", ", form.References)}): {string.Join(", ", form.Clauses.Select(clause => $"{clause.Id} {clause.Chinese}"))}");
                }
            });
    });

    private static Command FilePaper()
    {
        var file = new Argument<FileInfo>("file") { Description = "Agreement file (JSON): name, form, parties, clauses, from, until; data_sets, scenarios, ways, sector, exception, renews where they apply" };
        var paper = new Option<FileInfo>("--paper") { Description = "The paper itself; it is kept sealed, its digest is what is signed", Required = true };
        return Verb.Create(
            "file",
            "As one of its parties: file a paper. It is held against the profile's form; every fault is reported with its path and nothing is stored.",
            ["agreement file operation.json --paper operation.pdf --as zhao", "# {\"name\":\"op-2026\",\"form\":\"operation_agreement\",\"parties\":{\"authority\":[\"data-bureau\"],\"operator\":[\"data-company\"]},\"from\":\"2026-01-01\",\"until\":\"2027-12-31\",\"clauses\":{\"scope\":\"article 2\"}}"],
            [file, paper],
            async context =>
            {
                var spec = AgreementSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest));
                var bytes = InputFile.ReadAll(context.Get(paper).FullName, PaperStore.MostBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await FileAgreement.RunAsync(domain, actor, spec, bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Sign()
    {
        var id = new Argument<string>("agreement");
        return Verb.Create("sign", "Sign a paper for your organisation; with the last signature it is in force.", ["agreement sign op-2026 --as li"], [id], context => ActAs.Run(context, (domain, actor) => SignAgreement.Run(domain, actor, context.Get(id))));
    }

    private static Command Move(string verb, AgreementCommand command, string description, bool grounds)
    {
        var id = new Argument<string>("agreement");
        var words = new Option<string?>("--grounds") { Description = "Written grounds; needed for an end" };
        return Verb.Create(verb, description, [$"agreement {verb} op-2026 --as zhao{(grounds ? " --grounds \"the plan was given up\"" : "")}"], [id, words], context => ActAs.Run(context, (domain, actor) => SignAgreement.End(domain, actor, context.Get(id), command, context.Get(words))));
    }

    private static Command List() => Verb.Create("list", "Show the agreements.", ["agreement list"], [], context =>
    {
        using var domain = context.Open();
        var all = domain.Registry.All<Agreement>();
        var cover = new AgreementCover(domain, bound: false);
        return Answer.Of(
            new JsonObject { ["agreements"] = new JsonArray([.. all.Select(paper => (JsonNode)new JsonObject { ["name"] = paper.Id, ["form"] = paper.Form, ["state"] = paper.State.ToString(), ["from"] = IsoDay.Word(paper.From), ["until"] = IsoDay.Word(paper.Until), ["counts_today"] = paper.Counts(domain.Today) && cover.Genuine(paper) })]) },
            console =>
            {
                var table = new Table().AddColumns("agreement", "form", "state", "term");
                foreach (var paper in all)
                {
                    table.AddRow(paper.Id, paper.Form, paper.State.ToString(), $"{IsoDay.Word(paper.From)} to {IsoDay.Word(paper.Until)}");
                }

                console.Write(table);
            });
    });

    private static Command Show()
    {
        var id = new Argument<string>("agreement");
        return Verb.Create("show", "Show one agreement with its clauses and signatures.", ["agreement show op-2026"], [id], context =>
        {
            using var domain = context.Open();
            if (!Domains.Names.Valid(context.Get(id)) || domain.Registry.Find<Agreement>(context.Get(id)) is not { } paper)
            {
                return Answer.No(Refusals.Missing("agreement", "协议", "?"));
            }

            var body = JsonSerializer.SerializeToNode(paper, RegistryDatabase.Format)!.AsObject();
            return Answer.Of(body, console => console.WriteLine(body.ToJsonString(new JsonSerializerOptions(RegistryDatabase.Format) { WriteIndented = true })));
        });
    }

    private static Command Fetch()
    {
        var id = new Argument<string>("agreement");
        var target = new Option<FileInfo>("--out") { Description = "File for the paper", Required = true };
        return Verb.Create("fetch", "As one of its parties, the bureau or an auditor: take the paper out as it was filed; its digest is compared.", ["agreement fetch op-2026 --out operation.pdf --as sun"], [id, target], context => ActAs.Run(context, (domain, actor) =>
        {
            var facts = new Facts { ["agreement"] = Domains.Names.Valid(context.Get(id)) ? context.Get(id) : "?" };
            if (!Domains.Names.Valid(context.Get(id)) || domain.Registry.Find<Agreement>(context.Get(id)) is not { } paper)
            {
                return domain.Refuse("agreement.fetch", actor.Name, [Refusals.Missing("agreement", "协议", "?")], facts);
            }

            if (actor.Role is not (Policy.Role.Authority or Policy.Role.Auditor) && !paper.Signers.Any(signer => signer.Organisation == actor.Organisation))
            {
                return domain.Refuse("agreement.fetch", actor.Name, [Refusals.NotThisRole("take the paper out", "取出协议文本", "its parties, the bureau or an auditor", "协议各方、主管部门或审计人员")], facts);
            }

            var bytes = Domains.Sealing.Unseal(domain, KeyScope.Domain, PaperStore.KeyId, paper.Paper);
            if (Convert.ToHexStringLower(domain.Keys.Suite.Hash(bytes)) != paper.Digest)
            {
                return domain.Refuse("agreement.fetch", actor.Name, [Refusals.Form("stored paper (its digest differs)", "所存协议文本（摘要不符）")], facts);
            }

            domain.Note(new("agreement.fetched", actor.Name, facts));
            OutputFile.Write(context.Get(target).FullName, bytes);
            return Answer.Of(new JsonObject { ["agreement"] = paper.Id, ["digest"] = paper.Digest, ["file"] = context.Get(target).FullName }, $"Written to {context.Get(target).FullName}; the digest is the one that was signed.");
        }));
    }
}
