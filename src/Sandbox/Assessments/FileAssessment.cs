using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Assessments;

/// <summary>What the bureau says about a paper.</summary>
internal sealed record NewAssessment(string Name, AssessmentKind Kind, int? Level, string Issuer, DateOnly IssuedOn, DateOnly ExpiresOn);

/// <summary>The bureau files papers about assessments of the platform; everybody sees which are missing or over.</summary>
internal static class FileAssessment
{
    public const int MostBytes = 32 << 20;
    private const string KeyId = "assessment-papers";
    private const string ObjectKind = "assessment";

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, NewAssessment wanted, byte[] paper, CancellationToken cancel)
    {
        var facts = new Facts { ["assessment"] = Names.Valid(wanted.Name) ? wanted.Name : "?" };
        if (Check(domain, actor, wanted, paper) is { } refusal)
        {
            return domain.Refuse("assessment.add", actor.Name, [refusal], facts);
        }

        using var staged = await domain.SealAsync(ObjectKind, KeyScope.Domain, KeyId, actor.Name, paper, cancel).ConfigureAwait(false);
        var sealedPaper = staged.Commit();
        facts["kind"] = AssessmentState.Word(wanted.Kind);
        facts["level"] = wanted.Level ?? 0;
        facts["expires"] = IsoDay.Word(wanted.ExpiresOn);
        facts["object"] = sealedPaper.Commitment;
        domain.Commit(new("assessment.filed", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(new Assessment(wanted.Name, wanted.Kind, wanted.Level, wanted.Issuer, wanted.IssuedOn, wanted.ExpiresOn, sealedPaper, Convert.ToHexStringLower(domain.Keys.Suite.Hash(paper)), actor.Name, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("paper", "测评报告", wanted.Name));
            }
        });
        return Answer.Of(new JsonObject { ["assessment"] = wanted.Name, ["expires"] = IsoDay.Word(wanted.ExpiresOn) }, $"Filed; it counts until {IsoDay.Word(wanted.ExpiresOn)}.");
    }

    public static Answer List(OpenDomain domain)
    {
        var papers = domain.Registry.All<Assessment>();
        var required = domain.Profile.ProtectionLevel?.Value;
        var states = AssessmentState.Of(papers, required, domain.Today);
        return Answer.Of(
            new JsonObject
            {
                ["states"] = new JsonArray([.. states.Select(state => state.ToJson())]),
                ["required_level"] = required,
                ["papers"] = new JsonArray([.. papers.Select(paper => (JsonNode)new JsonObject
                {
                    ["name"] = paper.Id, ["kind"] = AssessmentState.Word(paper.AssessmentKind), ["level"] = paper.Level, ["issuer"] = paper.Issuer, ["issued"] = IsoDay.Word(paper.IssuedOn), ["expires"] = IsoDay.Word(paper.ExpiresOn), ["digest"] = paper.Digest,
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("paper", "kind", "level", "issuer", "issued", "expires");
                foreach (var paper in papers)
                {
                    table.AddRow(paper.Id, AssessmentState.Word(paper.AssessmentKind), $"{paper.Level}", Markup.Escape(paper.Issuer), IsoDay.Word(paper.IssuedOn), IsoDay.Word(paper.ExpiresOn));
                }

                console.Write(table);
                foreach (var state in states)
                {
                    console.WriteLine(state.Advice(required) is { } advice ? $"! {advice.En}\n  {advice.Zh}" : $"{AssessmentState.Word(state.Kind)}: in force");
                }
            });
    }

    /// <summary>The paper as it was handed in, for those who supervise.</summary>
    public static Answer Fetch(OpenDomain domain, Actor actor, string name, string path)
    {
        var facts = new Facts { ["assessment"] = Names.Valid(name) ? name : "?" };
        if (actor.Role is not (Role.Authority or Role.Auditor or Role.AppointedThirdParty))
        {
            return domain.Refuse("assessment.fetch", actor.Name, [Refusals.NotThisRole("take a paper out", "取出测评报告", "the bureau, an auditor or an appointed third party", "主管部门、审计人员或指定第三方")], facts);
        }

        if (!Names.Valid(name) || domain.Registry.Find<Assessment>(name) is not { } paper)
        {
            return domain.Refuse("assessment.fetch", actor.Name, [Refusals.Missing("paper", "测评报告", "?")], facts);
        }

        var bytes = domain.Unseal(KeyScope.Domain, KeyId, paper.Paper);
        domain.Note(new("assessment.fetched", actor.Name, facts));
        OutputFile.Write(path, bytes);
        return Answer.Of(new JsonObject { ["assessment"] = name, ["file"] = Path.GetFullPath(path) }, $"Written to {Path.GetFullPath(path)}.");
    }

    private static Refusal? Check(OpenDomain domain, Actor actor, NewAssessment wanted, byte[] paper) =>
        actor.Role != Role.Authority ? Refusals.NotThisRole("file papers on assessments", "登记测评报告", "the bureau", "主管部门")
        : !Names.Valid(wanted.Name) ? Refusals.BadName(wanted.Name)
        : !Names.PlainWords(wanted.Issuer, 200) || paper.Length == 0 || wanted.IssuedOn > domain.Today || wanted.ExpiresOn < wanted.IssuedOn
            || (wanted.Kind == AssessmentKind.ProtectionLevel ? wanted.Level is not (>= 1 and <= 5) : wanted.Level is not null) ? Refusals.Form("paper's description", "测评报告说明")
        : domain.Registry.Find<Assessment>(wanted.Name) is not null ? Refusals.Taken("paper", "测评报告", wanted.Name)
        : null;
}
