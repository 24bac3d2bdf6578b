using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Evidence;

/// <summary>The evidence child: the engine finds the inner cells of opened segments and shows their rows; what rows and subjects add to cells and margins is counted here.</summary>
internal sealed class EvidenceRole : IWorkerRole
{
    private Task<DuckDbConnection>? _ahead = SegmentEngine.Ahead();

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(EvidenceJson.Default.EvidenceRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads, Interlocked.Exchange(ref _ahead, null));
        using var permissions = PermissionFilter.Open(connection, message.Marks);
        var rows = EvidenceRows.Open(connection, message, permissions);
        var book = new CellBook(rows.Dimensions, message.LargestCells);
        var cells = InnerCells.Find(connection, rows, book);
        var tallies = CellTally.Some(book.Count, message.Top);
        var measured = message.Measure is not null;
        if (rows.Subjects is { OneEach: false } subjects)
        {
            SubjectContributions.Count(connection, rows, subjects, cells, measured, tallies, message.Top, message.Threads);
        }
        else
        {
            RowContributions.Count(connection, rows, cells, measured, tallies, message.Top);
        }

        // A table without dimensions has a cell even where nothing lies in the range.
        var found = book.InOrder().Where(cell => tallies[cell.Number].Rows > 0).Select(cell => tallies[cell.Number].ToWire(cell.Key, message.SubjectColumn is not null)).ToArray();
        output.Data(MemoryMarshal.AsBytes<WireCell>(found));
        output.Json(FrameKind.Result, new EvidenceReply(book.Texts, found.Length), EvidenceJson.Default.EvidenceReply);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ahead, null) is { } ahead)
        {
            // Nobody has asked; what came of it matters to nobody.
            ahead.ContinueWith(opened => opened.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }
}
