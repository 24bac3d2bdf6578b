using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Classifications;
using Sandbox.Policy.Procedures;

namespace Sandbox.Host.Commands;

/// <summary><c>classification set|show</c> and <c>negative-list add|review|end|list</c>.</summary>
internal static class ClassificationVerbs
{
    public static Command Classification() => Verb.Group("classification", "Category, barred classes, sharing and openness of a data set (分类分级、共享属性、开放属性).", Set(), Show());

    public static Command NegativeList() => Verb.Group("negative-list", "Data sets that stand outside authorised operation by the government's decision (负面清单).", Add(), Look("review", "As the bureau: record the yearly review that keeps an entry.", false), Look("end", "As the bureau: end an entry on a decision.", true), List());

    private static Command Set()
    {
        var set = new Argument<string>("name");
        var file = new Argument<FileInfo>("file") { Description = "Classification (JSON)" };
        var kind = new Option<string?>("--evidence-kind") { Description = "masking_result, declassification or consent: on what an upgrade of data that were not open rests" };
        var paper = new Option<FileInfo?>("--evidence") { Description = "The paper; it is kept sealed with the change" };
        return Verb.Create(
            "set",
            "As the provider: classify a data set. The states before stay in its history.",
            [
                "classification set roads roads.json --as chen",
                "# the file: {\"category\":\"…\",\"classes\":[\"personal_information\"],\"sharing\":{\"attribute\":\"conditional\",\"reason\":\"…\",\"conditions\":\"…\"},\"openness\":\"not_open\",\"review_by\":\"2027-06-30\"}",
                "classification set roads roads.json --evidence-kind consent --evidence consent.pdf --as chen",
            ],
            [set, file, kind, paper],
            async context =>
            {
                UpgradeEvidence? known = context.Get(kind) switch
                {
                    null => UpgradeEvidence.None,
                    "masking_result" => UpgradeEvidence.MaskingResult,
                    "declassification" => UpgradeEvidence.Declassification,
                    "consent" => UpgradeEvidence.Consent,
                    _ => null,
                };
                if (known is not { } evidence || (evidence == UpgradeEvidence.None) != (context.Get(paper) is null))
                {
                    return new Answer.Misused("--evidence-kind is masking_result, declassification or consent, and goes together with --evidence.");
                }

                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var attached = context.Get(paper) is { } path ? InputFile.ReadAll(path.FullName, ClassifyData.MostBytes) : null;
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await ClassifyData.RunAsync(domain, actor, context.Get(set), bytes, evidence, attached, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Show()
    {
        var set = new Argument<string>("name");
        return Verb.Create("show", "Show the classification of a data set with its history.", ["classification show roads"], [set], context =>
        {
            using var domain = context.Open();
            return ClassifyData.Show(domain, context.Get(set));
        });
    }

    private static Command Add()
    {
        var file = new Argument<FileInfo>("file") { Description = "Entry (JSON)" };
        return Verb.Create(
            "add",
            "As the bureau: enter a data set, with reason and decision.",
            ["negative-list add entry.json --as zhao", "# the file: {\"entry\":\"n-1\",\"data_set\":\"roads\",\"reason\":\"…\",\"decision\":\"No. 7 of 2026\",\"decided_on\":\"2026-11-02\"}"],
            [file],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return KeepNegativeList.Add(domain, actor, bytes);
                }
            });
    }

    private static Command Look(string verb, string description, bool end)
    {
        var entry = new Argument<string>("entry");
        var decision = new Option<string>("--decision") { Description = "The paper that it rests on", Required = true };
        return Verb.Create(verb, description, [$"negative-list {verb} n-1 --decision \"No. 9 of 2027\" --as zhao"], [entry, decision], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return KeepNegativeList.Look(domain, actor, context.Get(entry), context.Get(decision), end);
            }
        });
    }

    private static Command List() => Verb.Create("list", "Show the entries.", ["negative-list list"], [], context =>
    {
        using var domain = context.Open();
        return KeepNegativeList.List(domain);
    });
}
