using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Subjects;

/// <summary>The window of the bureau or of a source department verifies a person by one document, once. Nothing else is ever asked for: no step takes a biometric sample (YN23 20).</summary>
internal static class VerifySubject
{
    /// <summary>The bureau says which documents this domain accepts.</summary>
    public static Answer Accept(OpenDomain domain, Actor actor, byte[] file)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("subject.documents", actor.Name, [Refusals.NotThisRole("say which documents verify a person", "规定核验证件", "the bureau", "主管部门")]);
        }

        var (read, faults) = VerificationDocuments.FromUntrusted(file);
        if (read is null)
        {
            return domain.Refuse("subject.documents", actor.Name, faults);
        }

        domain.Commit(new("subject.documents-set", actor.Name, new Facts { ["documents"] = string.Join(' ', read.Accepted), ["rule"] = "YN23-20-1" }), writer =>
        {
            var after = new AcceptedDocuments(AcceptedDocuments.OnlyId, read.Accepted, actor.Name, domain.Time.GetUtcNow());
            if (!writer.TryAdd(after))
            {
                writer.Update(after);
            }
        });
        return Answer.Of(new JsonObject { ["documents"] = new JsonArray([.. read.Accepted.Select(word => (JsonNode)word)]) }, $"One of these verifies a person: {string.Join(", ", read.Accepted)}. 上述任一证件即可完成核验。");
    }

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string person, string document, byte[] identifier, byte[] evidence, CancellationToken cancel)
    {
        var facts = new Facts { ["person"] = Names.Valid(person) ? person : "?" };
        var refusal = actor.Role is not (Role.Authority or Role.SourceDepartment) ? Refusals.NotThisRole("verify a data subject", "核验数据主体", "the window of the bureau or of a source department", "主管部门或数源部门窗口")
            : !Names.Valid(person) || domain.Registry.Find<Person>(person) is not { Role: Role.DataSubject } ? Refusals.Missing("person with the role subject", "数据主体", Names.Valid(person) ? person : "?")
            : !AcceptedDocuments.Of(domain).Contains(document) || evidence.Length == 0 ? Refusals.Form($"document ({string.Join(", ", AcceptedDocuments.Of(domain))}, with its record)", "核验证件（须为所接受的证件并附核验记录）")
            : domain.Registry.Find<SubjectLink>(person) is not null ? Refusals.Taken("verification of this person", "该人员的核验记录", person)
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("subject.verify", actor.Name, [refusal], facts);
        }

        var commitment = SubjectLink.CommitmentTo(domain, SubjectLink.Read(identifier), actor.Name);
        var (paper, digest) = await PaperStore.KeepAsync(domain, actor.Name, evidence, cancel).ConfigureAwait(false);
        facts["document"] = document;
        facts["digest"] = digest;
        domain.Commit(new("subject.verified", actor.Name, facts), writer =>
        {
            // One person for one identifier: the second might be somebody else with a copied document.
            if (writer.All<SubjectLink>().Any(link => link.Commitment == commitment) || !writer.TryAdd(new SubjectLink(person, commitment, document, paper, digest, actor.Name, actor.Organisation, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("verification for this identifier", "该标识的核验记录", person));
            }
        });
        return Answer.Of(new JsonObject { ["person"] = person, ["document"] = document }, $"{person} is verified by a document; nothing more is asked for. 已凭证件完成核验，无需其他验证方式。");
    }
}
