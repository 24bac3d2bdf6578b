using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Masking;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Scenarios;

/// <summary>An operating unit asks for one scenario (CC 17, FT 18): purpose, columns with masks, people, term.</summary>
public static class RequestScenario
{
    private const int Buckets = 1000;

    /// <param name="proof">Proof that the people or bodies concerned permit the use; null where none is attached.</param>
    public static Answer Run(OpenDomain domain, Actor actor, ScenarioSpec spec, ScenarioProof? proof = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(spec);
        var step = ScenarioTransitions.Apply(ScenarioState.Draft, ScenarioCommand.Submit, actor.Role);
        if (step is not ScenarioStep.Moved moved)
        {
            return domain.Refuse("scenario.request", actor.Name, [((ScenarioStep.Refused)step).Reason]);
        }

        var refusals = Check(domain, spec);
        refusals.AddRange(DescribeScenario.Check(domain, actor, spec));
        if (refusals.Count > 0)
        {
            return domain.Refuse("scenario.request", actor.Name, refusals);
        }

        Scenario? made = null;
        var facts = new Facts
        {
            ["scenario"] = spec.Name,
            ["organisation"] = actor.Organisation,
            ["from"] = IsoDay.Word(spec.From),
            ["until"] = IsoDay.Word(spec.Until),
            ["data_sets"] = string.Join(' ', spec.Tables.Select(table => table.DataSet)),
            ["columns"] = spec.Tables.Sum(table => table.Columns.Count),
            ["rule"] = moved.Rule,
            ["rules"] = domain.RulesName,
            ["digest"] = Convert.ToHexStringLower(Digest(domain.Keys.Suite, spec.Purpose, spec.Tables.Select(table => table.DataSet))),
        };
        if (proof is not null)
        {
            facts["proof"] = proof.Digest;
        }

        domain.Commit(
            new("scenario.requested", actor.Name, facts),
            writer =>
            {
                made = new Scenario(
                    spec.Name, spec.Purpose, actor.Organisation, actor.Name, spec.From, spec.Until, moved.State,
                    [.. spec.People.Append(actor.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    [.. spec.Tables.Select(table => Place(writer, spec, table))],
                    [],
                    spec.Description)
                {
                    RequestedAt = domain.Time.GetUtcNow(),
                    Partner = actor.Role == Role.Developer,
                    Rules = domain.RulesName,
                    Proof = proof,
                };
                if (!writer.TryAdd(made))
                {
                    throw new RefusedException(Refusals.Taken("scenario", "场景", spec.Name));
                }
            });
        return Answer.Of(
            new JsonObject { ["scenario"] = spec.Name, ["state"] = made!.State.ToString(), ["rule"] = moved.Rule },
            made.Partner
                ? $"Scenario '{spec.Name}' is requested. The operating unit checks it first, then the bureau confirms it and each source department answers; silence is no consent."
                : $"Scenario '{spec.Name}' is requested. The bureau confirms it first, then each source department answers; silence is no consent.");
    }

    /// <summary>The bytes that a person's consent is signed over: the whole request, so that a consent covers exactly what was asked.</summary>
    public static byte[] SignedBytes(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return JsonSerializer.SerializeToUtf8Bytes(scenario with { State = ScenarioState.Unknown, Consents = [], Tables = scenario.Asked ?? scenario.Tables, Asked = null, Ending = null }, RegistryDatabase.Format);
    }

    private static List<Refusal> Check(OpenDomain domain, ScenarioSpec spec)
    {
        var refusals = new List<Refusal>();
        if (!Names.Valid(spec.Name))
        {
            refusals.Add(Refusals.BadName(spec.Name));
        }

        if (!Names.PlainWords(spec.Purpose, 500))
        {
            refusals.Add(Refusals.Form("purpose (1 to 500 characters)", "用途（1 至 500 个字符）"));
        }

        if (spec.Until < spec.From || spec.Until < domain.Today || TooLong(domain.Profile, spec))
        {
            refusals.Add(BadTerm(domain.Profile));
        }

        foreach (var person in spec.People.Where(person => !Names.Valid(person) || domain.Registry.Find<Person>(person) is null))
        {
            refusals.Add(Refusals.Missing("person", "人员", Names.Valid(person) ? person : "?"));
        }

        if (spec.Tables.Count == 0 || spec.Tables.Select(table => table.DataSet).Distinct(StringComparer.Ordinal).Count() != spec.Tables.Count)
        {
            refusals.Add(Refusals.Form("list of data sets (at least one, each once)", "数据集列表（至少一个，不得重复）"));
        }

        foreach (var table in spec.Tables)
        {
            refusals.AddRange(CheckTable(domain, table));
        }

        refusals.AddRange(Admission.Barred(domain, spec.Tables.Select(table => table.DataSet)));
        refusals.AddRange(Admission.NotInCatalogue(domain, spec.Tables.Select(table => table.DataSet)));

        return refusals;
    }

    private static IEnumerable<Refusal> CheckTable(OpenDomain domain, ScenarioSpecTable table)
    {
        if (!Names.Valid(table.DataSet) || domain.Registry.Find<DataSet>(table.DataSet) is not { } set)
        {
            yield return Refusals.Missing("data set", "数据集", Names.Valid(table.DataSet) ? table.DataSet : "?");
            yield break;
        }

        if (!set.GradesConfirmed)
        {
            yield return NotGraded(set.Id);
        }

        if (table.SamplePerMille < 1 || table.SamplePerMille > domain.Profile.Floor.SampleThousandths.Value)
        {
            yield return TooMuch(domain.Profile.Floor.SampleThousandths.Value);
        }

        if (table.LeaveOutPerMille is < 0 or > 200)
        {
            yield return Refusals.Form("share of rows to leave out (0 to 200 per mille)", "不纳入的行的比例（0 至 200‰）");
        }

        if (set.SubjectColumn is null && table.Columns.Any(column => column.Rule(ZoneKind.Workbench) is MaskRule.DateShift || column.Rule(ZoneKind.Production) is MaskRule.DateShift))
        {
            yield return Refusals.Form("date shift (the data set has no subject to move dates by)", "日期平移（该数据集没有主体列）");
        }

        if (table.Columns.Count == 0 || table.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count() != table.Columns.Count
            || table.QuasiIdentifiers.Any(name => table.Columns.All(column => column.Name != name)))
        {
            yield return Refusals.Form("list of columns (at least one, each once; quasi-identifiers among them)", "列清单（至少一列，不得重复；准标识列须在其中）");
        }

        foreach (var column in table.Columns)
        {
            if (set.Columns.FirstOrDefault(known => known.Name == column.Name) is not { } known)
            {
                yield return Refusals.Missing("column", "列", "?");
                continue;
            }

            foreach (var (kind, json) in new[] { (ZoneKind.Workbench, column.Workbench), (ZoneKind.Production, column.Production ?? column.Workbench) })
            {
                var decision = MaskRule.FromUntrusted(json) switch
                {
                    MaskRuleResult.Read read when known.FloorRule is { } floor => Decision.Combine(MaskPolicy.Check(known.Identifies, known.Grade, read.Rule, kind), MaskFloor.Check(read.Rule, floor)),
                    MaskRuleResult.Read read => MaskPolicy.Check(known.Identifies, known.Grade, read.Rule, kind),
                    MaskRuleResult.Refused refused => Decision.Deny(refused.Reason),
                    _ => Decision.Deny(),
                };
                foreach (var refusal in decision.Refusals)
                {
                    yield return refusal with { Why = $"Column {known.Name} of {set.Id}: {refusal.Why}", WhyZh = $"{set.Id} 的 {known.Name} 列：{refusal.WhyZh}" };
                }
            }
        }
    }

    /// <summary>Gives the workbench buckets of its own, so that a person is in at most one scenario's workbench.</summary>
    private static ScenarioTable Place(RegistryWriter writer, ScenarioSpec spec, ScenarioSpecTable table)
    {
        var used = writer.All<Scenario>()
            .Where(other => other.Id != spec.Name && other.State is not ScenarioState.Rejected)
            .SelectMany(other => other.Tables)
            .Where(other => other.DataSet == table.DataSet)
            .Select(other => other.BucketFrom + other.SamplePerMille)
            .DefaultIfEmpty(0)
            .Max();
        return used + table.SamplePerMille <= Buckets
            ? new ScenarioTable(table.DataSet, table.Columns, table.QuasiIdentifiers, table.SamplePerMille, used, table.LeaveOutPerMille)
            : throw new RefusedException(TooMuch(Buckets - used));
    }

    private static bool TooLong(Profile profile, ScenarioSpec spec) =>
        profile.AgreementTerm is { } term && term.Value.Limit.EndFrom(spec.From) is { } end && spec.Until >= end;

    private static byte[] Digest(Suite suite, string purpose, IEnumerable<string> sets) => suite.Hash(Encoding.UTF8.GetBytes(purpose + "\n" + string.Join('\n', sets)));

    private static Refusal BadTerm(Profile profile) => new(
        "CC-13-1",
        $"The term is empty, over, or longer than the profile allows ({string.Join(", ", profile.AgreementTerm?.References ?? [])}).",
        "Ask for a term that begins before it ends, has not ended and fits into the operation agreement.",
        "期限无效、已过或超过规定上限。",
        "请填写有效且不超过运营协议期限的起止日期。");

    private static Refusal NotGraded(string set) => new(
        "CC-25-1",
        $"The provider has not confirmed the grades of {set}.",
        "Let the source department confirm them with `sandbox data confirm`.",
        $"数源部门尚未确认 {set} 的分级。",
        "请由数源部门用 sandbox data confirm 确认。");

    private static Refusal TooMuch(int left) => new(
        "CC-20-2",
        "The workbench sample is larger than the cap of the profile or than what earlier scenarios have left.",
        $"Ask for at most {left} per mille of this data set.",
        "开发分区抽样比例超过规定上限或超过剩余可用比例。",
        $"该数据集最多可申请 {left}‰。");
}
