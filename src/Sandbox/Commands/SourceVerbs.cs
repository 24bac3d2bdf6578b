using System.CommandLine;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.Sources;

namespace Sandbox.Host.Commands;

/// <summary><c>source add|approve|pull|list|stop</c>.</summary>
internal static class SourceVerbs
{
    private const int MostHeaderBytes = 64 << 10, MostRootBytes = 1 << 20;

    public static Command Group() => Verb.Group(
        "source", "HTTP interfaces of providers that the domain may ask for data. The bureau approves each address; nothing else is ever connected to.", Add(), Approve(), Pull(), List(), Stop());

    private static Command Add()
    {
        var name = new Argument<string>("name");
        var url = new Option<string>("--url") { Description = "The https address; {page} in path or query stands for the number of a page, from 1 on until one has no records", Required = true };
        var records = new Option<string?>("--records") { Description = "JSON Pointer to the array of records, such as /data/items; empty for the whole answer. Without it the answer is read as a file" };
        var headers = new Option<FileInfo?>("--header-file") { Description = "File with lines of Name: value that go along, such as a key; kept sealed" };
        var roots = new Option<FileInfo?>("--ca") { Description = "PEM file of the certificates to which the interface's own must lead back, in the place of those that the system trusts" };
        var renews = new Option<string>("--renews") { Description = "What a further pull does: replace everything before it, or append", DefaultValueFactory = _ => "replace" };
        var every = new Option<int?>("--every") { Description = "Hours between scheduled pulls; `source pull --due`, started by a timer, makes them" };
        return Verb.Create(
            "add",
            "As a source department: register an interface. Nothing is asked before the bureau approves it.",
            [
                "source add permits-api --url https://data.example.gov.cn/permits.csv --every 24 --as wang",
                "source add firms-api --url 'https://api.example.gov.cn/firms?size=1000&page={page}' --records /data/items --header-file key.txt --ca city-ca.pem --as wang",
            ],
            [name, url, records, headers, roots, renews, every],
            async context =>
            {
                if (context.Get(renews) is not ("replace" or "append"))
                {
                    return new Answer.Misused("--renews is replace or append.");
                }

                string? Text(FileInfo? file, int most) => file is null ? null : Encoding.UTF8.GetString(InputFile.ReadAll(file.FullName, most));
                var wanted = new NewSource(
                    context.Get(name), context.Get(url), context.Get(records), Text(context.Get(headers), MostHeaderBytes), Text(context.Get(roots), MostRootBytes), context.Get(renews) == "replace", context.Get(every));
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await RegisterSource.ProposeAsync(domain, actor, wanted, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Approve()
    {
        var name = new Argument<string>("name");
        return Verb.Create("approve", "As the bureau: let the domain ask this address. `source list` shows it.", ["source approve permits-api --as zhao"], [name], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return RegisterSource.Approve(domain, actor, context.Get(name));
            }
        });
    }

    private static Command Pull()
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne };
        var due = new Option<bool>("--due") { Description = "Every source of your house whose time has come, instead of a name; for a timer" };
        return Verb.Create(
            "pull",
            "As its provider: ask a source again and load what it gives. What is loaded already changes nothing.",
            ["source pull permits-api --as wang", "source pull --due --as wang"],
            [name, due],
            async context =>
            {
                if (context.Get(name) is null != context.Get(due))
                {
                    return new Answer.Misused("Give either the name of a source or --due.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync("Pulling", (Action<double, string> report) => context.Get(name) is { } one
                        ? PullSource.AgainAsync(domain, actor, one, report, context.Cancel)
                        : PullSource.DueAsync(domain, actor, report, context.Cancel)).ConfigureAwait(false);
                }
            });
    }

    private static Command List() => Verb.Create("list", "Show the sources, their addresses and when they were last asked; never a header.", ["source list"], [], context =>
    {
        using var domain = context.Open();
        return RegisterSource.List(domain);
    });

    private static Command Stop()
    {
        var name = new Argument<string>("name");
        return Verb.Create("stop", "As its provider or the bureau: do not ask a source any more; its headers are removed.", ["source stop permits-api --as zhao"], [name], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return RegisterSource.Stop(domain, actor, context.Get(name));
            }
        });
    }
}
