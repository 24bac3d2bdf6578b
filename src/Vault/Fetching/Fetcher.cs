using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Fetching;

/// <summary>
/// Pulls data from a provider's interface into sealed memory. The host opens the connection and a jailed child speaks over it, a new child for every connection: a fault in reading TLS, HTTP or JSON costs one pull.
/// Thread-safe.
/// </summary>
/// <param name="jailer">Starts the children.</param>
public sealed class Fetcher(Jailer jailer)
{
    /// <summary>Where Debian keeps the certificates that the system trusts.</summary>
    public const string SystemRoots = "/etc/ssl/certs/ca-certificates.crt";

    private const int MostPages = 100_000, MostRootCharacters = 2 << 20;
    private const long ControlBytes = 1 << 20;

    /// <summary>Whether a text can be <see cref="FetchRequest.RecordsAt"/>.</summary>
    public static bool IsPlace(string pointer)
    {
        ArgumentNullException.ThrowIfNull(pointer);
        return RecordPages.Valid(pointer);
    }

    /// <summary>Pulls once.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="progress">Told the bytes that were kept so far.</param>
    /// <param name="cancellation">Ends the pull; nothing is kept.</param>
    /// <exception cref="ArgumentException">Pages are asked without saying where their records are, or a header may not be given.</exception>
    public async Task<FetchResult> FetchAsync(FetchRequest request, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if ((request.Address.Paged && request.RecordsAt is null) || !request.Headers.All(header => FetchHeaders.Holds(header.Key, header.Value)) || (request.RecordsAt is { } at && !RecordPages.Valid(at)))
        {
            throw new ArgumentException("The request does not hold together.", nameof(request));
        }

        var content = SealedMemory.Create("fetched");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(request.Limit);
        try
        {
            var result = await FetchAsync(request, content, progress, late.Token).ConfigureAwait(false);
            if (result is not FetchResult.Fetched)
            {
                content.Dispose();
            }

            return result;
        }
        catch (Exception failure) when (Told(failure) is not null)
        {
            content.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return new FetchResult.Refused(Told(failure)!);
        }
        catch (OperationCanceledException)
        {
            // Either the caller's end, or ours: an interface that gives page after page, or drop by drop, is not followed for ever.
            content.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return new FetchResult.Refused(FetchRules.Of(FetchRules.Cut));
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private static Refusal? Told(Exception failure) => failure switch
    {
        WorkerRefusedException refused => FetchRules.Of(refused.Rule, refused.Column),
        FrameException => FetchRules.Of(FetchRules.Reader),
        JailRefusedException refused => refused.Told(),
        _ => null,
    };

    private async Task<FetchResult> FetchAsync(FetchRequest request, SealedMemory content, IProgress<long>? progress, CancellationToken cancellation)
    {
        var work = new FetchWork(
            Origin(request.Address), request.Address.Target, request.Headers, request.Address.Secure ? request.Roots ?? await RootsAsync(cancellation).ConfigureAwait(false) : null,
            request.RecordsAt, request.Address.Paged ? null : request.EntityTag, FirstPage: 1, LastDigest: "", request.LimitBytes, MostRead: checked(2 * request.LimitBytes));
        FetchReport report;
        var target = content.OpenWrite();
        await using (target.ConfigureAwait(false))
        {
            while (true)
            {
                report = await ConnectionAsync(request, work, target, progress, cancellation).ConfigureAwait(false);
                if (!Holds(report, work, request.Address.Paged))
                {
                    throw new WorkerRefusedException(FetchRules.Reader);
                }

                if (report.End != FetchEnd.Closed)
                {
                    break;
                }

                work = work with { FirstPage = report.NextPage, LastDigest = report.LastDigest, MostBytes = request.LimitBytes - target.Position, MostRead = work.MostRead - report.Read };
            }
        }

        if (report.End == FetchEnd.Unchanged)
        {
            return new FetchResult.Unchanged();
        }

        content.Seal();
        return new FetchResult.Fetched(content, report.NextPage - 1, report.EntityTag);
    }

    private async Task<FetchReport> ConnectionAsync(FetchRequest request, FetchWork work, Stream target, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var dialled = await Dial.ConnectAsync(request.Address, request.Patience, cancellation).ConfigureAwait(false);
        var policy = JailPolicies.Fetch with { MaxOutputBytes = checked(work.MostBytes + (work.MostBytes / 1024) + ControlBytes) };
        var worker = JailedWorker.Start(jailer, policy, FetchRole.Name, [InheritedFile.Of(dialled.Handle, FetchRole.ConnectionNumber)], WorkerCode.Wide, cancellation);
        await using (worker.ConfigureAwait(false))
        {
            // The child has the connection; ours only keeps it open.
            dialled.Dispose();
            worker.Send(work, FetchJson.Default.FetchWork);
            var handed = 0L;
            while (await worker.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
            {
                switch (frame.Kind)
                {
                    case FrameKind.Data:
                        handed += frame.Payload.Length;
                        if (handed > work.MostBytes)
                        {
                            throw new WorkerRefusedException(FetchRules.TooLarge);
                        }

                        await target.WriteAsync(frame.Payload, cancellation).ConfigureAwait(false);
                        progress?.Report(target.Position);
                        break;
                    case FrameKind.Result:
                        return frame.Json(FetchJson.Default.FetchReport);
                    case FrameKind.Fault:
                        var fault = frame.Json(WorkerJson.Default.WorkerFault);
                        throw new WorkerRefusedException(fault.Kind == WorkerFaultKind.Refused && fault.Rule is { } rule ? rule : FetchRules.Reader, fault.Column);
                    default:
                        throw new WorkerRefusedException(FetchRules.Reader);
                }
            }

            cancellation.ThrowIfCancellationRequested();
            throw new WorkerRefusedException((await worker.EndAsync().ConfigureAwait(false)).Reason switch
            {
                ExitReason.TimedOut => FetchRules.Cut,
                ExitReason.OutOfMemory => FetchRules.TooLarge,
                _ => FetchRules.Reader,
            });
        }
    }

    // A child that goes on for ever, or back, or says what it was not asked, is not believed.
    private static bool Holds(FetchReport report, FetchWork work, bool paged)
    {
        if (report.NextPage > MostPages + 1)
        {
            throw new WorkerRefusedException(FetchRules.Pages);
        }

        return report.Read >= 0 && report.Read <= work.MostRead && (report.EntityTag is null || FetchRole.IsTag(report.EntityTag)) && report.End switch
        {
            FetchEnd.Unchanged => work.EntityTag is not null,
            FetchEnd.Whole => report.NextPage > work.FirstPage,
            FetchEnd.Closed => paged && report.NextPage > work.FirstPage && report.LastDigest.Length == 64 && report.LastDigest.All(char.IsAsciiHexDigitLower),
            _ => false,
        };
    }

    private static string Origin(SourceAddress address) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{(address.Secure ? "https" : "http")}://{(address.Host.Contains(':', StringComparison.Ordinal) && !address.Host.StartsWith('[') ? $"[{address.Host}]" : address.Host)}:{address.Port}");

    private static async Task<string> RootsAsync(CancellationToken cancellation) =>
        File.Exists(SystemRoots) && await File.ReadAllTextAsync(SystemRoots, cancellation).ConfigureAwait(false) is { Length: > 0 and <= MostRootCharacters } roots ? roots : throw new WorkerRefusedException(FetchRules.Roots);
}
