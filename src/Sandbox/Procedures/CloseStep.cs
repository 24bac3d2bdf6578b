using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Calendars;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Profiles;
using Sandbox.Trust;

namespace Sandbox.Host.Procedures;

/// <summary>A decider closes the open step of a case with a signed statement, or refuses it with grounds.</summary>
internal static class CloseStep
{
    public static Answer Run(OpenDomain domain, Actor actor, string id, string step, byte[] file)
    {
        if (StepStatement.FromUntrusted(file) is StepStatementResult.Refused faulty)
        {
            return domain.Refuse("procedure.close", actor.Name, faulty.Reasons);
        }

        var statement = ((StepStatementResult.Read)StepStatement.FromUntrusted(file)).Statement;
        if (!Names.Valid(id) || domain.Registry.Find<ProcedureCase>(id) is not { } known || domain.Procedures.Find(known.Chain) is not { } chain)
        {
            return domain.Refuse("procedure.close", actor.Name, [Refusals.Missing("case", "案件", Names.Valid(id) ? id : "?")]);
        }

        ProcedureCase? after = null;
        CaseMove? move = null;
        var facts = new Facts { ["case"] = id, ["chain"] = chain.Name, ["organisation"] = actor.Organisation, ["rules"] = domain.RulesName };
        try
        {
            domain.Commit(new("procedure.step", actor.Name, facts), writer =>
            {
                var now = writer.Find<ProcedureCase>(id)!;
                var time = writer.Find<CompletionTime>(chain.Name);
                move = ChainRules.Close(
                    chain, now.Facts(chain), new StepAct(step, actor.Role, actor.Organisation, statement, domain.Today, time is null ? null : new Limit(time.Count, time.Unit)), LoadedYear.Calendar(domain), domain.Procedures.Start);
                after = move switch
                {
                    CaseMove.Incomplete incomplete => now with { State = CaseState.Returned, CompleteBy = incomplete.CompleteBy },
                    CaseMove.Moved when statement.Passed && OpenCase.BasisLacking(domain, writer, chain, now, step) is { } lacking => throw new RefusedException(lacking),
                    CaseMove.Moved moved => now with { State = moved.State, CompleteBy = null, Steps = [.. now.Steps, Signed(domain, actor, chain, now, step, statement, moved)] },
                    CaseMove.Refused refused => throw new RefusedException([.. refused.Reasons]),
                    _ => throw new RefusedException(),
                };
                facts["step"] = step;
                facts["passed"] = statement.Passed ? 1 : 0;
                facts["state"] = after.State.ToString();
                facts["rule"] = chain.Rule;
                facts["digest"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(file));
                writer.Update(after);
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("procedure.close", actor.Name, refused.Refusals, new Facts { ["case"] = id });
        }

        return Said(chain, after!, move!, step);
    }

    private static Answer Said(Chain chain, ProcedureCase after, CaseMove move, string step)
    {
        var next = after.Facts(chain).Current(chain);
        var body = new JsonObject { ["case"] = after.Id, ["step"] = step, ["state"] = after.State.ToString(), ["next"] = next?.Name };
        if (move is CaseMove.Incomplete incomplete)
        {
            body["missing"] = new JsonArray([.. incomplete.Missing.Select(paper => (JsonNode)paper)]);
            body["complete_by"] = IsoDay.Word(incomplete.CompleteBy);
            return Answer.Of(body, $"Papers are missing: {string.Join(", ", incomplete.Missing)}. Hand in the step again with all papers by {IsoDay.Word(incomplete.CompleteBy)}. 材料不全，请于 {IsoDay.Word(incomplete.CompleteBy)} 前补正后重新提交。");
        }

        return Answer.Of(body, $"Case '{after.Id}' is {after.State}{(next is null ? "." : $"; the open step is '{next.Name}' (“{next.NameZh}”).")}");
    }

    private static ClosedStep Signed(OpenDomain domain, Actor actor, Chain chain, ProcedureCase now, string step, StepStatement statement, CaseMove.Moved moved)
    {
        var closed = new ClosedStep(
            now.Round, step, chain.Steps[chain.IndexOf(step)].Body, statement.Passed, moved.On, statement.Reference, statement.Papers, statement.Grounds, statement.LegalBasis,
            actor.Name, actor.Organisation, domain.Time.GetUtcNow(), moved.StepClosed && statement.Passed, "");
        return StepProof.Sign(actor, now, closed);
    }
}
