using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sandbox.Host.Domains;
using Sandbox.Host.Identity;

namespace Sandbox.Host.Service;

/// <summary>The service: one door in front of the same use cases that the command line has.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    internal const string SignIns = "sign-in";

    // Less than the command line gives an interrupted verb.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    private readonly WebApplication _app;
    private readonly DomainPool _pool;
    private readonly Sessions _sessions;
    private readonly OperationRunner _runner;
    private readonly SessionDoor _door;
    private readonly Works _works;
    private readonly ITimer _sweeper;

    private ServiceHost(WebApplication app, DomainPool pool, Sessions sessions, OperationRunner runner, SessionDoor door, Works works, TimeProvider time)
    {
        (_app, _pool, _sessions, _runner, _door, _works) = (app, pool, sessions, runner, door, works);
        // Keys of people who left their desks, and answers that nobody came for, do not wait for the next request.
        _sweeper = time.CreateTimer(
            _ =>
            {
                sessions.Sweep();
                works.Sweep();
            },
            null,
            TimeSpan.FromMinutes(1),
            TimeSpan.FromMinutes(1));
    }

    /// <summary>Where it listens, with the port that it got.</summary>
    public string Address => _app.Urls.First();

    /// <param name="open">Opens the domain.</param>
    public static async Task<ServiceHost> StartAsync(ServiceSettings settings, RootCommand root, Func<OpenDomain> open, TimeProvider time, CancellationToken cancel)
    {
        var cores = Environment.ProcessorCount;
        var pool = new DomainPool(open, (2 * cores) + 6, time);
        var sessions = new Sessions(time);
        var runner = new OperationRunner(pool, root, cores);
        var door = new SessionDoor(pool, sessions, settings);
        var works = new Works(time);
        var app = Build(settings);
        var host = new ServiceHost(app, pool, sessions, runner, door, works, time);
        try
        {
            // A domain that does not open is told before anybody is let in.
            (await pool.RentAsync(cancel).ConfigureAwait(false)).Dispose();
            Map(app, settings, runner, door, works, pool, time);
            await app.StartAsync(cancel).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task WaitAsync(CancellationToken cancel) => _app.WaitForShutdownAsync(cancel);

    /// <summary>Takes no more requests, lets those under way end, stops what takes too long; it cleans up behind itself.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var late = new CancellationTokenSource(Patience))
        {
            await Task.WhenAll(_app.StopAsync(late.Token), _works.EndAsync(Patience)).ConfigureAwait(false);
        }

        await _app.DisposeAsync().ConfigureAwait(false);
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        _sessions.Dispose();
        _works.Dispose();
        _runner.Dispose();
        _door.Dispose();
        _pool.Dispose();
    }

    private static WebApplication Build(ServiceSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Sandbox", EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        // What the framework would log holds paths and queries as they came.
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddRazorComponents();
        // What somebody uploads stays in memory: the framework would write it to a temporary file, in clear.
        builder.Services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(form =>
        {
            form.MemoryBufferThreshold = ServiceSettings.MostBody;
            form.MultipartBodyLengthLimit = ServiceSettings.MostBody;
            form.ValueCountLimit = 64;
            form.ValueLengthLimit = 1 << 20;
            form.KeyLengthLimit = 64;
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Patience);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRateLimiter(limits => Limit(limits, settings));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServiceSettings.MostBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestLineSize = 8 << 10;
            kestrel.Limits.MaxConcurrentConnections = 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(10));
            Listen(kestrel, settings);
        });
        return builder.Build();
    }

    private static void Listen(KestrelServerOptions kestrel, ServiceSettings settings)
    {
        void Speak(ListenOptions options)
        {
            if (settings.Secure)
            {
                options.UseHttps(X509Certificate2.CreateFromPemFile(settings.Certificate!, settings.CertificateKey), https => https.SslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13);
            }
        }

        if (IPAddress.TryParse(settings.Address.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, settings.Address.Port, Speak);
        }
        else if (settings.Address.Host == "localhost")
        {
            kestrel.Listen(IPAddress.Loopback, settings.Address.Port, Speak);
        }
        else
        {
            kestrel.ListenAnyIP(settings.Address.Port, Speak);
        }
    }

    private static void Limit(RateLimiterOptions limits, ServiceSettings settings)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? HttpAnswers.Seconds(wait) : "1";
            await HttpAnswers.RefuseAsync(rejected.HttpContext, IdentityRefusals.TooMany()).ConfigureAwait(false);
        };
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(From(http), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RequestsPerSecond * 10,
            TokensPerPeriod = settings.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
        }));
        limits.AddPolicy(SignIns, http => RateLimitPartition.GetFixedWindowLimiter(From(http), _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) }));

        static string From(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
    }

    private static void Map(WebApplication app, ServiceSettings settings, OperationRunner runner, SessionDoor door, Works works, DomainPool pool, TimeProvider time)
    {
        Shield.Use(app, settings);
        app.Use(FaultsAsync);
        app.UseStatusCodePages(page => Bare(page.HttpContext));
        app.UseRouting();
        app.UseRateLimiter();
        app.MapGet("/healthz", () => TypedResults.Text("alive"));
        app.MapGet("/readyz", async http =>
        {
            (await pool.RentAsync(http.RequestAborted).ConfigureAwait(false)).Dispose();
            await TypedResults.Text("ready").ExecuteAsync(http).ConfigureAwait(false);
        });
        var document = OpenApiText.Of(runner, settings);
        app.MapGet("/openapi/v1.json", () => TypedResults.Bytes(document, "application/json"));
        app.MapPost("/v1/session", door.SignInAsync).RequireRateLimiting(SignIns);
        app.MapGet("/v1/session", door.WhoAsync);
        app.MapDelete("/v1/session", door.SignOutAsync);
        new PageDoor(runner, door, pool, works, time).Map(app);
        var operations = new OperationDoor(runner, door, pool, works);
        foreach (var operation in Operations.All)
        {
            app.MapMethods(operation.Path, [operation.Reads ? HttpMethods.Get : HttpMethods.Post], (HttpContext http) => operations.RunAsync(http, operation));
        }

        app.MapGet("/v1/work/{id}", (HttpContext http, string id) => operations.ShowAsync(http, id));
        app.MapGet("/v1/work/{id}/events", (HttpContext http, string id) => operations.WatchAsync(http, id));
        app.MapDelete("/v1/work/{id}", (HttpContext http, string id) => operations.StopAsync(http, id));
    }

    /// <summary>Errors are exits: none says what went wrong inside.</summary>
    private static async Task FaultsAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await HttpAnswers.ProblemAsync(http, bad.StatusCode, "usage", bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is larger than this service reads." : "The request is malformed.").ConfigureAwait(false);
        }
        catch (InvalidDataException) when (!http.Response.HasStarted)
        {
            // A form with too many fields, or too long ones.
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status400BadRequest, "usage", "The form has more or longer fields than this service reads.").ConfigureAwait(false);
        }
        catch (Exception error) when (!http.Response.HasStarted && error is not OutOfMemoryException)
        {
            await HttpAnswers.WriteAsync(http, await Commands.ErrorBoundary.RunAsync(() => Task.FromException<Answers.Answer>(error)).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private static Task Bare(HttpContext http) => HttpAnswers.ProblemAsync(http, http.Response.StatusCode, "usage", http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address; /openapi/v1.json has all of them.",
        StatusCodes.Status405MethodNotAllowed => "This address takes another method; /openapi/v1.json says which.",
        _ => "The request could not be answered.",
    });

    /// <summary>The command line handles signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
