using System.CommandLine;
using Sandbox.Host.Parties;
using Sandbox.Host.Permissions;

namespace Sandbox.Host.Commands;

/// <summary><c>permission give|end|list</c>.</summary>
internal static class PermissionVerbs
{
    public static Command Group() => Verb.Group("permission", "Record which people or bodies permit the use of their rows in one scenario, and that they end it.", Give(), End(), List());

    private static Command Give()
    {
        var (set, scenario) = (new Argument<string>("set"), new Argument<string>("scenario"));
        var file = new Option<FileInfo>("--file") { Description = "CSV in UTF-8: first line subject,from,until, then one permission a line, subjects as in the subject column; at most 4 million lines", Required = true };
        var evidence = new Option<FileInfo>("--evidence") { Description = "The paper that shows the permissions are genuine; kept sealed", Required = true };
        return Verb.Create(
            "give",
            "As the data set's provider or the bureau's window: record permissions for one scenario. Only keyed commitments are kept, never an identifier. A row whose subject has none is in no zone and no figure.",
            ["permission give residents shuttle --file permits.csv --evidence permits.pdf --as wang", "# permits.csv: subject,from,until / 110101199003070003,2026-01-01,2026-12-31"],
            [set, scenario, file, evidence],
            async context =>
            {
                var paper = InputFile.ReadAll(context.Get(evidence).FullName, PaperStore.MostBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await KeepPermissions.GiveAsync(domain, actor, context.Get(set), context.Get(scenario), context.Get(file).FullName, paper, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command End()
    {
        var (set, scenario) = (new Argument<string>("set"), new Argument<string>("scenario"));
        var subjects = new Option<FileInfo>("--subjects") { Description = "File with subjects as in the subject column, one a line in UTF-8", Required = true };
        var evidence = new Option<FileInfo?>("--evidence") { Description = "The paper on which it rests, where there is one; kept sealed" };
        return Verb.Create(
            "end",
            "As the data set's provider or the bureau's window: end the permissions of some subjects for one scenario. Zones that hold their rows are shut at the next call.",
            ["permission end residents shuttle --subjects withdrawn.txt --as wang"],
            [set, scenario, subjects, evidence],
            async context =>
            {
                var paper = context.Get(evidence) is { } given ? InputFile.ReadAll(given.FullName, PaperStore.MostBytes) : null;
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await KeepPermissions.EndAsync(domain, actor, context.Get(set), context.Get(scenario), context.Get(subjects).FullName, paper, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command List() => Verb.Create("list", "Show for which data sets and scenarios permissions stand, to the order of magnitude; never whose.", ["permission list"], [], context =>
    {
        using var domain = context.Open();
        return KeepPermissions.List(domain);
    });
}
