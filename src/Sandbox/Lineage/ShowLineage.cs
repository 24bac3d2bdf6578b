using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Lineage;

/// <summary>
/// Shows what something was made from, or what was made from it (CC 4, 11, 25, FT 16, YB 10, 21: where data came from, where they went, who did what and who is responsible). The answer can be kept, so it holds only what the ledger holds too: ids, offices, times,
/// coarse counts. Looking is recorded.
/// </summary>
public static class ShowLineage
{
    public static Answer Run(OpenDomain domain, Actor actor, string wanted, LineageDirection direction, string? picture)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        var act = direction == LineageDirection.Sources ? "lineage.show" : "lineage.impact";
        var reading = LineageReading.Of(domain);
        var found = Find(reading, wanted);
        if (found.Count != 1)
        {
            return domain.Refuse(act, actor.Name, [found.Count == 0 ? Refusals.Missing("thing in the lineage", "血缘对象", "?") : Several(found)]);
        }

        var facts = new Facts { ["subject"] = found[0] };
        if (Refused(domain, actor, reading.Nodes[found[0]], direction) is { } refusal)
        {
            return domain.Refuse(act, actor.Name, [refusal], facts);
        }

        var view = LineageView.Of(reading, found[0], direction);
        facts["direction"] = direction.ToString();
        facts["nodes"] = Coarse.Count(view.Nodes.Count);
        facts["picture"] = picture is null ? 0 : 1;
        domain.Note(new("lineage.shown", actor.Name, facts));
        var body = LineageWords.Json(view);
        body["ledger_from"] = reading.LedgerFrom;
        if (picture is not null)
        {
            var path = Path.GetFullPath(picture);
            if (!LineageFile.TryWrite(path, Encoding.UTF8.GetBytes(LineageDrawing.Svg(view, domain.Record.Name))))
            {
                return Answer.No(FileStands());
            }

            body["picture"] = path;
        }

        return Answer.Of(body, console => LineageWords.Print(view, reading.LedgerFrom, console));
    }

    /// <summary>An id with its kind, or a bare name that only one thing has.</summary>
    private static IReadOnlyList<string> Find(LineageReading reading, string wanted) =>
        reading.Nodes.ContainsKey(wanted) ? [wanted] : [.. reading.Nodes.Values.Where(node => node.Name == wanted).Select(node => node.Id).Order(StringComparer.Ordinal)];

    /// <summary>Supervisors see everything; a provider what became of its own data and what anything was made from; the others what things of their own scenarios were made from.</summary>
    private static Refusal? Refused(OpenDomain domain, Actor actor, LineageNode subject, LineageDirection direction)
    {
        var mine = subject.Scenario is { } id && domain.Registry.Find<Scenario>(id) is { } scenario && (scenario.Operator == actor.Organisation || scenario.People.Contains(actor.Name, StringComparer.Ordinal));
        var own = subject.Segment is SecuritySegment.Provide or SecuritySegment.Collect && subject.Organisation == actor.Organisation;
        var may = actor.Role switch
        {
            Role.Authority or Role.Auditor or Role.AppointedThirdParty => true,
            Role.SourceDepartment => own || direction == LineageDirection.Sources,
            Role.Operator or Role.Developer or Role.DataScientist => mine && (direction == LineageDirection.Sources || subject.Segment == SecuritySegment.Operate),
            _ => false,
        };
        return may ? null : Refusals.NotThisRole("see this lineage", "查看该血缘", "the bureau, an auditor, the data's provider or a member of the scenario", "主管部门、审计人员、数据提供部门或场景成员");
    }

    private static Refusal Several(IReadOnlyList<string> ids) => new(
        "SB-LINEAGE-1",
        $"Several things have this name: {string.Join(", ", ids.Take(8))}.",
        "Give the kind with the name, as written above.",
        $"有多个对象使用此名称：{string.Join("、", ids.Take(8))}。",
        "请按上述写法同时给出类型和名称。");

    private static Refusal FileStands() => new(
        "SB-LINEAGE-2",
        "A file stands where the picture would be written, or the folder is missing; nothing was written.",
        "Give another --svg file.",
        "图片的写入位置已有文件或目录不存在；未写入任何内容。",
        "请另行指定 --svg 文件。");
}
