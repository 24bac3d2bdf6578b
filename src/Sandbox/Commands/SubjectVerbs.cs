using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Parties;
using Sandbox.Host.Subjects;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Commands;

/// <summary><c>subject documents|verify|ask|approve|reject|copy|carry-out|delegate|delegate-end|list</c>.</summary>
internal static class SubjectVerbs
{
    private const int MostIdentifierBytes = 4096;

    public static Command Group() => Verb.Group(
        "subject", "Rights of the people and bodies that the data are about: a copy, correction, deletion, and a party that may fetch the copy.",
        Documents(), Verify(), Ask(), Reply("approve", true), Reply("reject", false), Copy(), Carry(), Delegate(), EndDelegation(), List());

    private static Option<FileInfo> Identifier() => new("--identifier") { Description = "File with the identifier alone, as in the subject columns; it is compared and forgotten", Required = true };

    private static Command Documents()
    {
        var file = new Argument<FileInfo>("file") { Description = "JSON: {\"documents\":[\"identity_document\"]}" };
        return Verb.Create("documents", "As the bureau: say which documents verify a person; one of them is enough. Biometric samples are refused.", ["subject documents documents.json --as zhao"], [file], context =>
        {
            var bytes = InputFile.ReadAll(context.Get(file).FullName, 1 << 16);
            return ActAs.Run(context, (domain, actor) => VerifySubject.Accept(domain, actor, bytes));
        });
    }

    private static Command Verify()
    {
        var person = new Argument<string>("person");
        var document = new Option<string>("--document") { Description = "identity_document, credit_code_certificate or other_document", Required = true };
        var identifier = Identifier();
        var evidence = new Option<FileInfo>("--evidence") { Description = "The window's record of the document; kept sealed", Required = true };
        return Verb.Create(
            "verify", "As the window of the bureau or of a source department: verify a registered data subject by one document. Only a keyed commitment to the identifier is kept.",
            ["subject verify zhang --document identity_document --identifier id.txt --evidence record.pdf --as zhao"], [person, document, identifier, evidence], async context =>
            {
                var (number, paper) = (InputFile.ReadAll(context.Get(identifier).FullName, MostIdentifierBytes), InputFile.ReadAll(context.Get(evidence).FullName, PaperStore.MostBytes));
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await VerifySubject.RunAsync(domain, actor, context.Get(person), context.Get(document), number, paper, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Ask()
    {
        var name = new Argument<string>("request") { Description = "A name for the request" };
        var wish = new Option<string>("--wish") { Description = "copy, correct or delete", Required = true };
        var sets = new Option<string[]>("--data-set") { Description = "Data sets; for a copy, without this every one that names subjects", AllowMultipleArgumentsPerToken = true };
        var identifier = Identifier();
        var grounds = new Option<string?>("--grounds") { Description = "What is wrong, in words; needed for a correction or deletion" };
        return Verb.Create(
            "ask", "As a verified data subject: ask for a copy of your own records, their correction or their deletion.",
            ["subject ask copy-1 --wish copy --identifier id.txt --as zhang", "subject ask fix-1 --wish correct --data-set residents --grounds \"the district is wrong\" --identifier id.txt --as zhang"],
            [name, wish, sets, identifier, grounds], context =>
            {
                var wanted = context.Get(wish) switch { "copy" => SubjectWish.Copy, "correct" => SubjectWish.Correct, "delete" => SubjectWish.Delete, _ => SubjectWish.Unknown };
                if (wanted == SubjectWish.Unknown)
                {
                    return new Answer.Misused("--wish is copy, correct or delete.");
                }

                var number = InputFile.ReadAll(context.Get(identifier).FullName, MostIdentifierBytes);
                return ActAs.Run(context, (domain, actor) => AskForRecords.Ask(domain, actor, context.Get(name), wanted, context.Get(sets) ?? [], number, context.Get(grounds)));
            });
    }

    private static Command Reply(string verb, bool agree)
    {
        var name = new Argument<string>("request");
        var grounds = new Option<string?>("--grounds") { Description = "Written grounds; needed for a refusal" };
        return Verb.Create(
            verb, agree ? "As a provider of the data sets: approve a subject's request; your signature covers it." : "As a provider of the data sets: refuse a subject's request, with grounds.",
            [agree ? "subject approve copy-1 --as wang" : "subject reject copy-1 --grounds \"not these data\" --as wang"], agree ? [name] : [name, grounds], context =>
                ActAs.Run(context, (domain, actor) => AskForRecords.Reply(domain, actor, context.Get(name), agree, agree ? null : context.Get(grounds))));
    }

    private static Command Copy()
    {
        var name = new Argument<string>("request");
        var identifier = Identifier();
        var output = new Option<FileInfo>("--out") { Description = "Where the signed copy goes", Required = true };
        return Verb.Create(
            "copy", "As the subject, or as the party it named: take the copy of an approved request. It holds all and only the subject's own records, signed by the domain.",
            ["subject copy copy-1 --identifier id.txt --out my-records.json --as zhang"], [name, identifier, output], async context =>
            {
                var number = InputFile.ReadAll(context.Get(identifier).FullName, MostIdentifierBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    var (answer, copy) = await CopyRecords.RunAsync(domain, actor, context.Get(name), number, context.Cancel).ConfigureAwait(false);
                    if (copy is not null)
                    {
                        OutputFile.Write(context.Get(output).FullName, copy);
                    }

                    return answer;
                }
            });
    }

    private static Command Carry()
    {
        var name = new Argument<string>("request");
        var identifier = Identifier();
        var file = new Option<FileInfo?>("--file") { Description = "For a correction: the corrected records of this subject alone, with the columns of the data set" };
        return Verb.Create(
            "carry-out", "As the data set's provider: carry out an approved correction or deletion. Zones and runs made before are not read any more.",
            ["subject carry-out drop-1 --identifier id.txt --as wang", "subject carry-out fix-1 --identifier id.txt --file corrected.csv --as wang"], [name, identifier, file], async context =>
            {
                var number = InputFile.ReadAll(context.Get(identifier).FullName, MostIdentifierBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await CarryOut.RunAsync(
                        domain, actor, context.Get(name), number, context.Get(file) is { } corrected ? new Delivery(corrected.FullName, SourceEncoding.Auto, []) : null, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Delegate()
    {
        var (name, request) = (new Argument<string>("delegation") { Description = "A name for the delegation" }, new Argument<string>("request") { Description = "Your request for a copy" });
        var party = new Option<string>("--to") { Description = "The one registered party that may fetch the copy", Required = true };
        var until = new Option<string>("--until") { Description = "Last day, yyyy-MM-dd, at most a year on", Required = true };
        return Verb.Create(
            "delegate", "As a data subject, where the profile knows it: let one registered market party fetch your copy until a day, or until you end it.",
            ["subject delegate bank-1 copy-1 --to city-bank --until 2027-03-31 --as zhang"], [name, request, party, until], context =>
                IsoDay.TryRead(context.Get(until), out var day)
                    ? ActAs.Run(context, (domain, actor) => DelegateCopy.Give(domain, actor, context.Get(name), context.Get(request), context.Get(party), day))
                    : new Answer.Misused("--until is a date of the form yyyy-MM-dd."));
    }

    private static Command EndDelegation()
    {
        var name = new Argument<string>("delegation");
        return Verb.Create("delegate-end", "As the data subject: end a delegation of yours.", ["subject delegate-end bank-1 --as zhang"], [name], context =>
            ActAs.Run(context, (domain, actor) => DelegateCopy.End(domain, actor, context.Get(name))));
    }

    private static Command List() => Verb.Create("list", "Show the requests of data subjects and the delegations; never an identifier.", ["subject list"], [], context =>
    {
        using var domain = context.Open();
        return AskForRecords.List(domain);
    });
}
