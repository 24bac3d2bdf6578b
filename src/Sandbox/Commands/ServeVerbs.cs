using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Service;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>serve</c>: the door for browsers and programs.</summary>
internal static class ServeVerbs
{
    public static Command Serve(Func<RootCommand> root)
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen: http://127.0.0.1:PORT, or https://HOST:PORT with a certificate; port 0 takes a free one", DefaultValueFactory = _ => "http://127.0.0.1:8080", HelpName = "url" };
        var certificate = new Option<FileInfo?>("--certificate") { Description = "For https: PEM file with the certificate and its chain" };
        var key = new Option<FileInfo?>("--certificate-key") { Description = "For https: PEM file with its private key" };
        var hosts = new Option<string[]>("--host") { Description = "Another name under which the service is reached; may be repeated", HelpName = "name" };
        var signIns = new Option<int>("--sign-ins") { Description = "Tries to sign in that one address gets a minute", DefaultValueFactory = _ => 30 };
        var requests = new Option<int>("--requests") { Description = "Requests that one address gets a second, on average over ten", DefaultValueFactory = _ => 500 };
        return Verb.Create(
            "serve",
            "Serve the domain to browsers and programs: every operation at /v1/…, its description at /openapi/v1.json. People open accounts first (account open). Ctrl-C lets what is under way end.",
            ["serve --dir ./city", "serve --dir ./city --urls https://0.0.0.0:8443 --host domain.city.gov.cn --certificate city.pem --certificate-key city.key"],
            [urls, certificate, key, hosts, signIns, requests],
            async context =>
            {
                if (!Uri.TryCreate(context.Get(urls), UriKind.Absolute, out var address))
                {
                    return new Answer.Misused("--urls is http://127.0.0.1:PORT, or https://HOST:PORT.");
                }

                var settings = new ServiceSettings(address, context.Get(certificate)?.FullName, context.Get(key)?.FullName, context.Get(hosts) ?? [], context.Get(signIns), context.Get(requests));
                if (settings.Fault() is { } fault || settings.SignInsPerMinute < 1 || settings.RequestsPerSecond < 1)
                {
                    return new Answer.Misused(settings.Fault() ?? "Limits are at least 1.");
                }

                await using var host = await ServiceHost.StartAsync(settings, root(), () => OpenDomain.Open(context.Folder, context.Unlocking(), TimeProvider.System, context.Settings()), TimeProvider.System, context.Cancel).ConfigureAwait(false);
                context.Remarks.MarkupLineInterpolated($"Serving {host.Address} · Ctrl-C stops. 服务已启动，按 Ctrl-C 停止。");
                try
                {
                    await host.WaitAsync(context.Cancel).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // The way this ends.
                }

                return Answer.Of(new JsonObject { ["served"] = host.Address }, "Stopped; nothing was left half done. 服务已停止。");
            });
    }
}
