using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Assessments;

namespace Sandbox.Host.Commands;

/// <summary><c>assessment add|list|fetch</c>.</summary>
internal static class AssessmentVerbs
{
    public static Command Group() => Verb.Group("assessment", "Papers on the platform's graded protection (等保) and cryptography assessment (密评), with their expiry.", Add(), List(), Fetch());

    private static Command Add()
    {
        var name = new Argument<string>("name");
        var kind = new Option<string>("--kind") { Description = "level (等保) or cryptography (密评)", Required = true };
        var level = new Option<int?>("--level") { Description = "Level of graded protection, 1 to 5" };
        var issuer = new Option<string>("--issuer") { Description = "Who assessed", Required = true };
        var issued = new Option<string>("--issued") { Description = "Day of issue, yyyy-MM-dd", Required = true };
        var expires = new Option<string>("--expires") { Description = "Last day on which it counts, yyyy-MM-dd", Required = true };
        var paper = new Option<FileInfo>("--paper") { Description = "The paper; it is kept sealed", Required = true };
        return Verb.Create(
            "add",
            "As the bureau: file a paper.",
            ["assessment add level-2026 --kind level --level 3 --issuer \"Provincial test centre\" --issued 2026-03-01 --expires 2027-02-28 --paper report.pdf --as zhao"],
            [name, kind, level, issuer, issued, expires, paper],
            async context =>
            {
                var wanted = context.Get(kind) switch { "level" => AssessmentKind.ProtectionLevel, "cryptography" => AssessmentKind.Cryptography, _ => AssessmentKind.Unknown };
                if (wanted == AssessmentKind.Unknown || !IsoDay.TryRead(context.Get(issued), out var from) || !IsoDay.TryRead(context.Get(expires), out var until))
                {
                    return new Answer.Misused("--kind is level or cryptography; days are written yyyy-MM-dd.");
                }

                var bytes = InputFile.ReadAll(context.Get(paper).FullName, FileAssessment.MostBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await FileAssessment.RunAsync(domain, actor, new(context.Get(name), wanted, context.Get(level), context.Get(issuer), from, until), bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command List() => Verb.Create("list", "Show the papers and what is missing or over.", ["assessment list"], [], context =>
    {
        using var domain = context.Open();
        return FileAssessment.List(domain);
    });

    private static Command Fetch()
    {
        var name = new Argument<string>("name");
        var target = new Option<FileInfo>("--out") { Description = "File for the paper", Required = true };
        return Verb.Create("fetch", "As the bureau, an auditor or third party: take a paper out as it was filed.", ["assessment fetch level-2026 --out report.pdf --as sun"], [name, target], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return FileAssessment.Fetch(domain, actor, context.Get(name), context.Get(target).FullName);
            }
        });
    }
}
