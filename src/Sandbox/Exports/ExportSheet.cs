using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Exports;

/// <summary>
/// What people read about a request besides the findings: its state and the reviewers' comments (for its author, and for reviewers), and the approval sheet 数据产品出域审批表 as plain text to print. Neither
/// holds a figure of the data.
/// </summary>
public static class ExportSheet
{
    /// <summary>The state, and the comments once the first reviews are over.</summary>
    public static Answer Status(OpenDomain domain, Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id };
        if (actor.Name != request.Author && DeniedTo(domain, actor, request) is { } denied)
        {
            return domain.Refuse("export.status", actor.Name, denied, facts);
        }

        var review = ExportReading.Review(domain, request);
        var comments = request.CommentsFor(actor.Name).ToArray();
        domain.Note(new("export.status-shown", actor.Name, facts));
        return Answer.Of(
            new JsonObject
            {
                ["export"] = request.Id,
                ["stage"] = review.State.Stage.ToString(),
                ["approvals_missing"] = review.State.Stage == ReviewStage.InReview ? review.State.Missing : 0,
                ["comments"] = new JsonArray([.. comments.Select(comment => (JsonNode)new JsonObject
                {
                    ["file"] = comment.File, ["words"] = comment.Words, ["about_present_content"] = comment.Content == request.Digest,
                })]),
            },
            console =>
            {
                console.WriteLine($"{request.Id} is {review.State.Stage}.");
                foreach (var comment in comments)
                {
                    console.WriteLine($"  {(comment.File.Length == 0 ? "request" : comment.File)}: {comment.Words}{(comment.Content == request.Digest ? "" : " (earlier content)")}");
                }
            });
    }

    /// <summary>The sheet of a request whose review is over; for reviewers.</summary>
    public static Answer Print(OpenDomain domain, Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id };
        if (DeniedTo(domain, actor, request) is { } denied)
        {
            return domain.Refuse("export.sheet", actor.Name, denied, facts);
        }

        var review = ExportReading.Review(domain, request);
        if (review.State.Stage is ReviewStage.InReview)
        {
            return domain.Refuse("export.sheet", actor.Name, [Open()], facts);
        }

        var text = Text(domain, request, review, ScenarioAccess.Find(domain, request.Spec.Scenario));
        domain.Note(new("export.sheet-shown", actor.Name, facts));
        return Answer.Of(new JsonObject { ["export"] = request.Id, ["sheet"] = text }, console => console.WriteLine(text));
    }

    private static IReadOnlyList<Refusal>? DeniedTo(OpenDomain domain, Actor actor, ExportRequest request) =>
        ScenarioAccess.Decide(domain, actor, ScenarioAccess.Find(domain, request.Spec.Scenario), DomainAction.Vote, ZoneKind.Unknown, [], isAuthor: actor.Is(request.Author)) is Decision.Denied denied
            ? denied.Reasons
            : null;

    private static string Text(OpenDomain domain, ExportRequest request, ExportReview review, Scenario scenario)
    {
        var sheet = new ApprovalSheet("数据产品出域审批表")
            .Line("授权运营域", domain.Record.Name)
            .Line("申请编号", request.Id)
            .Line("申请人及单位", $"{request.Author}（{request.Organisation}）")
            .Line("申请时间", ApprovalSheet.Moment(request.RequestedAt))
            .Line("场景与用途", $"{scenario.Id}：{request.Spec.Purpose}")
            .Line("接收方", $"{request.Spec.Recipient.Name}（{request.Spec.Recipient.Country}）")
            .Line("交付方式", request.Spec.Recipient.SealedTo() is { } key ? $"以接收方公钥加密（{key}）" : "明文")
            .Line("数据来源", string.Join("；", request.Spec.Tables.Select(table => table.Source ?? table.Round).OfType<string>().Distinct(StringComparer.Ordinal)))
            .Line("机器检查结论", Words(request.Checks))
            .Line("内容摘要", request.Digest ?? "")
            .Section("出域文件");
        foreach (var (path, digest) in request.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            sheet.Item($"{path}  {digest}");
        }

        if (request.Points.Count == ReviewPoints.Chinese.Count)
        {
            sheet.Section("审查要点（机器检查）");
            foreach (var (point, verdict) in ReviewPoints.Chinese.Zip(request.Points))
            {
                sheet.Item($"{point}：{Words(verdict)}");
            }
        }

        sheet.Section("审查意见");
        foreach (var vote in review.Votes)
        {
            sheet.Item($"{vote.Vote.By.Id}（{vote.Vote.By.Organisation}）：{Words(vote.Vote.Decision)}，{ApprovalSheet.Moment(vote.Vote.At)}（已签名）");
            foreach (var comment in request.Comments.Where(comment => comment.By == vote.Vote.By.Id && comment.Content == request.Digest))
            {
                sheet.Remark($"{(comment.File.Length == 0 ? "" : comment.File + "：")}{comment.Words}");
            }
        }

        return sheet.Signed(Words(review.State.Stage));
    }

    private static string Words(Verdict verdict) => verdict switch { Verdict.Pass => "通过", Verdict.Review => "须人工审查", _ => "未通过" };

    private static string Words(VoteDecision decision) => decision switch { VoteDecision.Approve => "同意", VoteDecision.Return => "退回修改", _ => "不同意" };

    private static string Words(ReviewStage stage) => stage switch
    {
        ReviewStage.Returned => "已退回修改",
        ReviewStage.Approved => "已批准，待释放",
        ReviewStage.Released => "已出域",
        ReviewStage.Rejected => "已否决",
        ReviewStage.Revoked => "出域后已撤销",
        ReviewStage.Withdrawn => "申请人已撤回",
        _ => "审查中",
    };

    private static Refusal Open() => new(
        "CC-27-4",
        "The first reviews are not complete; the sheet would show one reviewer what the other decided.",
        "Print the sheet when the review is over.",
        "独立审查尚未完成；审批表会透露其他审查人的决定。",
        "请在审查结束后打印审批表。");
}
