using System.Text;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Exports;
using Sandbox.Policy.Review;

namespace Sandbox.Host.Demo;

/// <summary>Station 6: the gate. Raw rows and small cells are stopped by the machine; a safe table needs two reviewers.</summary>
internal static class GateStation
{
    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("6 gate", "raw rows, small cells, a safe table, two reviewers");
        stage.Refused("export rows that a model copied out", await AskAsync(stage, DemoFiles.RawRows(ModelStation.FindRun(stage, ModelStation.Copying)!)).ConfigureAwait(false));
        stage.Refused("export a table with small cells", await AskAsync(stage, DemoFiles.SmallCells()).ConfigureAwait(false));
        if (stage.Domain.Registry.Find<ExportRequest>(DemoFiles.SafeExport) is null)
        {
            stage.Done("ask to export incomes by city, recomputed by us", await AskAsync(stage, DemoFiles.Safe(ModelStation.FindRun(stage, ModelStation.Grouping)!)).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the export request");
        }

        var request = stage.Domain.Registry.Find<ExportRequest>(DemoFiles.SafeExport)!;
        if (request.Stage == ReviewStage.InReview)
        {
            stage.Refused("the author votes", VoteExport.Run(stage.Domain, stage.As(DemoCast.Operator), request.Id, VoteDecision.Approve));
            var page = await ShowExport.RunAsync(stage.Domain, stage.As(DemoCast.FirstReviewer), request.Id, stage.Cancel).ConfigureAwait(false);
            stage.Done($"{DemoCast.FirstReviewer} reads the reviewers' page", page);
            stage.Show(page);
            if (!request.Journal!.Contains($"\"{DemoCast.FirstReviewer}\"", StringComparison.Ordinal))
            {
                stage.Done($"{DemoCast.FirstReviewer} (bureau) approves, signed", VoteExport.Run(stage.Domain, stage.As(DemoCast.FirstReviewer), request.Id, VoteDecision.Approve));
            }

            stage.Refused("release after one vote", await ReleaseExport.RunAsync(stage.Domain, stage.As(DemoCast.Bureau), request.Id, stage.Cancel).ConfigureAwait(false));
            stage.Done($"{DemoCast.SecondReviewer} (audit institute) approves, signed", VoteExport.Run(stage.Domain, stage.As(DemoCast.SecondReviewer), request.Id, VoteDecision.Approve));
        }
        else
        {
            stage.Kept("the votes");
        }

        if (stage.Domain.Registry.Find<ExportRequest>(DemoFiles.SafeExport)!.Stage == ReviewStage.Approved)
        {
            stage.Done("release: recomputed once more, packed, signed", await ReleaseExport.RunAsync(stage.Domain, stage.As(DemoCast.Bureau), request.Id, stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the release");
        }

        stage.Package = Path.Combine(stage.Domain.Folder.Releases, stage.Domain.Registry.Find<Release>(DemoFiles.SafeExport)!.File);
    }

    private static Task<Answers.Answer> AskAsync(DemoStage stage, string file) => stage.WorkAsync("recomputing and checking", () =>
        RequestExport.RunAsync(stage.Domain, stage.As(DemoCast.Operator), ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(file)), stage.Cancel));
}
