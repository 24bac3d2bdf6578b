using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Identity;
using Sandbox.Host.Pages;
using Sandbox.Policy;

namespace Sandbox.Host.Service;

/// <summary>
/// The console: pages drawn on the server that work without script. Each asks the same operations as a program would, with the same authoriser behind them; a form is an
/// operation with its words, and how it ended is told on the page that comes next.
/// </summary>
internal sealed class PageDoor(OperationRunner runner, SessionDoor door, DomainPool pool, Works works, TimeProvider time)
{
    private readonly PageForms _forms = new(runner, door);
    private static readonly TimeSpan PublicLasts = TimeSpan.FromMinutes(1);
    private static readonly SemaphoreSlim Publishing = new(1, 1);
    private byte[]? _published;
    private long _publishedAt;

    private const string Language = "language";
    private static readonly string[] LedgerWords = ["kind", "actor"];
    private static readonly byte[] Style = Resource("site.css"), Icon = Resource("icon.svg");

    public void Map(WebApplication app)
    {
        app.MapGet("/site.css", Run(http => Kept(http, Style, "text/css; charset=utf-8")));
        app.MapGet("/icon.svg", Run(http => Kept(http, Icon, "image/svg+xml")));
        app.MapGet("/public", Run(async http =>
        {
            var body = await PublicAsync(http).ConfigureAwait(false);
            return Draw<PublicPage>(new { Page = Anybody(http) with { Domain = body["domain"]?.ToString() ?? "" }, Body = body });
        }));
        app.MapGet("/public.json", async http => await HttpAnswers.BodyAsync(http, StatusCodes.Status200OK, "application/json", await PublicAsync(http).ConfigureAwait(false)).ConfigureAwait(false));
        app.MapGet("/sign-in", (HttpContext http, string? back) => Task.FromResult(Draw<SignInPage>(new { Page = Anybody(http), Back = Local(back) })));
        app.MapPost("/sign-in", Run(SignInAsync)).RequireRateLimiting(ServiceHost.SignIns);
        app.MapPost("/sign-out", Run(SignOutAsync));
        app.MapPost("/language", Run(SetLanguageAsync));
        app.MapGet("/", Shown((http, page) => HomeAsync(page, http)));
        app.MapGet("/scenarios", Shown(async (http, page) => Draw<ScenariosPage>(new { Page = page, Body = await AskAsync(http, "scenario list").ConfigureAwait(false) })));
        app.MapGet("/scenarios/{id}", Shown(async (http, page) => Draw<ScenarioPage>(new { Page = page, Body = await AskAsync(http, "scenario show", ("scenario", Id(http))).ConfigureAwait(false) })));
        app.MapGet("/catalogue", Shown(async (http, page) =>
        {
            var search = http.Request.Query["search"].ToString().Trim();
            return Draw<CataloguePage>(new { Page = page, Search = search, Body = await AskAsync(http, "catalogue list", search.Length > 0 ? [("search", search)] : []).ConfigureAwait(false) });
        }));
        app.MapGet("/data", Shown(async (http, page) => Draw<DataPage>(new { Page = page, Body = await AskAsync(http, "data list").ConfigureAwait(false) })));
        app.MapGet("/data/{id}", Shown(async (http, page) => Draw<DataSetPage>(new { Page = page, Body = await AskAsync(http, "data show", ("name", Id(http))).ConfigureAwait(false) })));
        app.MapGet("/zones", Shown(async (http, page) => Draw<ZonesPage>(new { Page = page, Body = await AskAsync(http, "zone list").ConfigureAwait(false) })));
        app.MapGet("/zones/{id}", Shown((http, page) => ZoneAsync(http, page, "", null)));
        app.MapPost("/zones/{id}", Run(QueryAsync));
        app.MapGet("/models", Shown(async (http, page) => Draw<ModelsPage>(new
        {
            Page = page, Models = await AskAsync(http, "model list").ConfigureAwait(false), Runs = await AskAsync(http, "run list").ConfigureAwait(false),
        })));
        app.MapGet("/exports", Shown(async (http, page) => Draw<ExportsPage>(new { Page = page, Body = await AskAsync(http, "export list").ConfigureAwait(false) })));
        app.MapGet("/exports/{id}", Shown((http, page) => ExportAsync(http, page)));
        app.MapGet("/ledger", Shown((http, page) => LedgerAsync(http, page)));
        app.MapGet("/account", Shown(async (http, page) => Draw<AccountPage>(new { Page = page, Tokens = await AskAsync(http, "token list").ConfigureAwait(false), Groups = Operations.Groups })));
        app.MapPost("/do/{**verb}", Run(ActAsync));
        app.MapGet("/work/{id}", Run(http => PageAsync(http, page => Task.FromResult(Follow(http, page)), tells: false)));
    }

    /// <summary>What everybody may know; it costs a walk over the ledger, so it is made anew once a minute at most, whoever asks.</summary>
    private async Task<JsonObject> PublicAsync(HttpContext http)
    {
        await Publishing.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            if (_published is null || time.GetElapsedTime(_publishedAt) > PublicLasts)
            {
                using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
                _published = Disclosure.PublicDisclosure.Show(lease.Domain, null) is Answer.Done done ? JsonSerializer.SerializeToUtf8Bytes(done.Body) : "{}"u8.ToArray();
                _publishedAt = time.GetTimestamp();
            }

            return JsonNode.Parse(_published)!.AsObject();
        }
        finally
        {
            Publishing.Release();
        }
    }

    private async Task<IResult> HomeAsync(PageContext page, HttpContext http)
    {
        var due = await AskAsync(http, "due").ConfigureAwait(false);
        var requests = await AskAsync(http, "export list").ConfigureAwait(false);
        var reviews = new JsonArray([.. PageContext.Items(requests["requests"]).Where(request => request["stage"]?.ToString() == "InReview").Select(request => request.DeepClone())]);
        var alerts = page.Supervises ? (await AskAsync(http, "alerts list").ConfigureAwait(false))["alerts"]?.DeepClone() as JsonArray : null;
        return Draw<HomePage>(new { Page = page, Due = due, Reviews = reviews, Alerts = alerts ?? [] });
    }

    private async Task<IResult> ZoneAsync(HttpContext http, PageContext page, string sql, Answer? result)
    {
        var body = await AskAsync(http, "zone show", ("zone", Id(http))).ConfigureAwait(false);
        var asked = page.Supervises ? null : await AnswerAsync(http, "query", new() { ["zone"] = Id(http), ["history"] = true }).ConfigureAwait(false);
        return Draw<ZonePage>(new { Page = page, Body = body, Sql = sql, Result = result, Asked = asked is Answer.Done done ? PageContext.Items(done.Body["statements"]).ToArray() : [] });
    }

    private async Task<IResult> ExportAsync(HttpContext http, PageContext page)
    {
        var id = Id(http);
        if (page.Role is Role.Authority or Role.AppointedThirdParty)
        {
            return Draw<ExportPage>(new { Page = page, Id = id, Review = await AskAsync(http, "export show", ("export", id)).ConfigureAwait(false) });
        }

        return Draw<ExportPage>(new { Page = page, Id = id, Status = await AskAsync(http, "export status", ("export", id)).ConfigureAwait(false) });
    }

    private async Task<IResult> LedgerAsync(HttpContext http, PageContext page)
    {
        string Query(string name) => http.Request.Query[name].ToString();
        var words = new List<(string, JsonNode?)> { ("count", 50), ("from", long.TryParse(Query("from"), out var from) && from >= 0 ? from : 0) };
        words.AddRange(LedgerWords.Where(name => Query(name).Length > 0).Select(name => (name, (JsonNode?)Query(name))));
        var body = await AskAsync(http, "ledger show", [.. words]).ConfigureAwait(false);
        return Draw<LedgerPage>(new { Page = page, Body = body, Head = await AskAsync(http, "ledger checkpoint").ConfigureAwait(false), From = from.ToString(System.Globalization.CultureInfo.InvariantCulture), Kind = Query("kind"), Actor = Query("actor") });
    }

    private async Task<IResult> QueryAsync(HttpContext http)
    {
        if (await _forms.OwnAsync(http).ConfigureAwait(false) is not { } form)
        {
            return Elsewhere(http);
        }

        var sql = form["sql"].ToString();
        return await PageAsync(http, async page => await ZoneAsync(http, page, sql, await AnswerAsync(http, "query", new() { ["zone"] = Id(http), ["sql"] = sql }).ConfigureAwait(false)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>A form is an operation; heavy ones go on behind a page that follows them.</summary>
    private async Task<IResult> ActAsync(HttpContext http)
    {
        var verb = http.Request.RouteValues["verb"]?.ToString()?.Replace('/', ' ');
        var operation = Operations.All.FirstOrDefault(item => item.Verb == verb && !item.Reads);
        if (operation is null || await _forms.OwnAsync(http).ConfigureAwait(false) is not { } form || door.Read(http.Request) is not { Session: { } session } credentials)
        {
            return Elsewhere(http);
        }

        var back = Local(form["back"]);
        OperationWords? words;
        try
        {
            words = await _forms.WordsAsync(operation, form, http.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            words = null;
        }

        if (words is null)
        {
            session.Tell(OperationRunner.Misread(runner.Command(operation)));
            return TypedResults.LocalRedirect(back);
        }

        if (operation.Heavy && works.Begin(credentials.Owner!, async (report, cancel) =>
        {
            using (words)
            {
                return await runner.RunAsync(operation, words, credentials, report, cancel).ConfigureAwait(false);
            }
        }) is { } work)
        {
            // Most ends come at once; who waits longer sees how far it is.
            await Task.WhenAny(work.Running, Task.Delay(TimeSpan.FromSeconds(2), http.RequestAborted)).ConfigureAwait(false);
            return work.Running.IsCompleted ? Told(session, work.Answer!, back) : TypedResults.LocalRedirect($"/work/{work.Id}?back={Uri.EscapeDataString(back)}");
        }

        using (words)
        {
            return operation.Heavy
                ? Told(session, Answer.No(IdentityRefusals.TooMany()), back)
                : Told(session, await runner.RunAsync(operation, words, credentials, (_, _) => { }, http.RequestAborted).ConfigureAwait(false), back);
        }
    }

    private IResult Follow(HttpContext http, PageContext page)
    {
        var back = Local(http.Request.Query["back"]);
        if (door.Read(http.Request) is not { Session: { } session } credentials || works.Find(Id(http), credentials.Owner) is not { } work)
        {
            return TypedResults.LocalRedirect(back);
        }

        return work.Ended is null ? Draw<WorkPage>(new { Page = page, work.Last.Done, work.Last.Stage }) : Told(session, work.Answer!, back);
    }

    private static RedirectHttpResult Told(Session session, Answer answer, string back)
    {
        session.Tell(answer);
        return TypedResults.LocalRedirect(back);
    }

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        if (await PageForms.StrangersAsync(http).ConfigureAwait(false) is not { } form)
        {
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        string? Field(string name) => form[name].ToString() is { Length: > 0 } text ? text.Trim() : null;
        var refusal = form["password"].ToString() is { Length: > 0 and <= 1024 } password && Field("person") is { } person
            ? await door.EnterAsync(http, new(person, password, Field("code"), Field("token"), Field("for"))).ConfigureAwait(false)
            : IdentityRefusals.SignIn();
        if (refusal is null)
        {
            return TypedResults.LocalRedirect(Local(form["back"]));
        }

        http.Response.StatusCode = HttpAnswers.Status(refusal.Rule);
        return Draw<SignInPage>(new { Page = Anybody(http) with { Last = Answer.No(refusal) }, Back = Local(form["back"]) });
    }

    private async Task<IResult> SignOutAsync(HttpContext http)
    {
        if (await _forms.OwnAsync(http).ConfigureAwait(false) is not null)
        {
            await door.LeaveAsync(http).ConfigureAwait(false);
        }

        return TypedResults.LocalRedirect("/sign-in");
    }

    private static async Task<IResult> SetLanguageAsync(HttpContext http)
    {
        if (await PageForms.StrangersAsync(http).ConfigureAwait(false) is not { } form)
        {
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        if (form[Language].ToString() is "zh" or "en")
        {
            http.Response.Cookies.Append(Language, form[Language].ToString(), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = TimeSpan.FromDays(365), IsEssential = true, Secure = http.Request.IsHttps });
        }

        return TypedResults.LocalRedirect(Local(form["back"]));
    }

    /// <summary>Asks an operation for a page; what is refused becomes the page.</summary>
    private async Task<JsonObject> AskAsync(HttpContext http, string verb, params (string Name, JsonNode? Value)[] words) =>
        await AnswerAsync(http, verb, new JsonObject(words.Select(word => KeyValuePair.Create(word.Name, word.Value)))).ConfigureAwait(false) switch
        {
            Answer.Done done => done.Body,
            { } other => throw new NotShown(other),
        };

    private async Task<Answer> AnswerAsync(HttpContext http, string verb, JsonObject body)
    {
        var operation = Operations.All.Single(item => item.Verb == verb);
        using var words = _forms.Words(operation, body);
        var answer = words is null ? OperationRunner.Misread(runner.Command(operation)) : await runner.RunAsync(operation, words, door.Read(http.Request), (_, _) => { }, http.RequestAborted).ConfigureAwait(false);
        // As a program would get it: numbers are numbers, whatever they were made from.
        return answer is Answer.Done done ? done with { Body = JsonSerializer.SerializeToNode(done.Body)!.AsObject() } : answer;
    }

    private RequestDelegate Shown(Func<HttpContext, PageContext, Task<IResult>> draw) => Run(http => PageAsync(http, page => draw(http, page)));

    private async Task<IResult> PageAsync(HttpContext http, Func<PageContext, Task<IResult>> draw, bool tells = true)
    {
        if (await SomebodyAsync(http, tells).ConfigureAwait(false) is not { } page)
        {
            return TypedResults.LocalRedirect(http.Request.Path == "/" ? "/sign-in" : $"/sign-in?back={Uri.EscapeDataString(Anybody(http).Path)}");
        }

        try
        {
            return await draw(page).ConfigureAwait(false);
        }
        catch (NotShown shown)
        {
            http.Response.StatusCode = shown.Answer is Answer.Refused { Refusals: { Count: > 0 } refusals } ? HttpAnswers.Status(refusals[0].Rule) : shown.Answer is Answer.Misused ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable;
            return Draw<FaultPage>(new { Page = page, shown.Answer });
        }
    }

    private async Task<PageContext?> SomebodyAsync(HttpContext http, bool tells)
    {
        if (door.Read(http.Request) is not { Session: { } session } credentials)
        {
            return null;
        }

        using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            using var caller = credentials.Prove(lease.Domain);
            return Anybody(http) with
            {
                Domain = lease.Domain.Record.Name, Person = caller.Person.Id, Organisation = caller.Person.Organisation, Role = caller.Role, Principal = caller.Principal, FormToken = session.FormToken, Last = tells ? session.Told() : null,
            };
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static PageContext Anybody(HttpContext http)
    {
        var chinese = http.Request.Cookies[Language] is { } chosen ? chosen == "zh" : http.Request.Headers.AcceptLanguage.ToString().StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        return new(chinese, HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString.ToUriComponent() : http.Request.Path.ToString());
    }

    // As a delegate of its own kind: the framework would take the method for one that writes its answer itself.
    private static RequestDelegate Run(Func<HttpContext, Task<IResult>> answer) => async http => await (await answer(http).ConfigureAwait(false)).ExecuteAsync(http).ConfigureAwait(false);

    private static string Id(HttpContext http) => http.Request.RouteValues["id"]?.ToString() ?? "";

    /// <summary>A path of this service, else its beginning: nobody is sent elsewhere.</summary>
    private static string Local(string? path) => path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl) && path.Length < 500 ? path : "/";

    private static RedirectHttpResult Elsewhere(HttpContext http) => TypedResults.LocalRedirect(http.Request.Method == "POST" ? "/sign-in" : "/");

    private static RazorComponentResult<T> Draw<T>(object parameters)
        where T : IComponent => new(parameters) { PreventStreamingRendering = true };

    private static Task<IResult> Kept(HttpContext http, byte[] bytes, string type)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return Task.FromResult<IResult>(TypedResults.Bytes(bytes, type));
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(PageDoor).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>What a page asked for was not answered.</summary>
    private sealed class NotShown(Answer answer) : Exception
    {
        public Answer Answer { get; } = answer;
    }
}
