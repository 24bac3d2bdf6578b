using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Results;

/// <summary>Shows a page of a result, or bars of two of its columns. Each is an answer: under the display limit, judged by the guard, in the ledger.</summary>
internal sealed class ShowResult(OpenDomain domain, Actor actor)
{
    /// <param name="zoneId">Its zone.</param>
    /// <param name="name">The result.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="page">From 1; a page has as many rows as an answer may show.</param>
    public async Task<Answer> PageAsync(string zoneId, string name, int page, CancellationToken cancel)
    {
        var (result, refusal) = Find(zoneId, name);
        if (result is null)
        {
            return refusal!;
        }

        long rows = domain.Profile.Floor.DisplayRows.Value;
        var pages = Math.Max(1, (result.Rows + rows - 1) / rows);
        if (page < 1 || page > pages)
        {
            return domain.Refuse("result.show", actor.Name, [ResultRefusals.Page()], Facts(result));
        }

        var sql = string.Create(CultureInfo.InvariantCulture, $"FROM results.{result.Name} LIMIT {rows} OFFSET {(page - 1) * rows}");
        return await AskAsync(result, sql, rows =>
        {
            var body = ShownRows.Body(rows.Columns.Select(column => column.Name), rows.Values, rows.Truncated);
            (body["page"], body["pages"], body["result"], body["total_rows"]) = (page, pages, result.Name, result.Rows);
            return Answer.Of(body, console =>
            {
                ShownRows.Draw(console, rows.Columns.Select(column => column.Name), rows.Values);
                console.MarkupLineInterpolated($"Page {page} of {pages}, {result.Rows:N0} rows in all.{(rows.Truncated ? " Cut off at the display limit: choose fewer columns by a SELECT." : "")}");
            });
        }, cancel).ConfigureAwait(false);
    }

    /// <param name="zoneId">Its zone.</param>
    /// <param name="name">The result.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="words">Column of the words beside the bars.</param>
    /// <param name="values">Column of numbers.</param>
    /// <param name="svg">As SVG text rather than characters.</param>
    public async Task<Answer> BarsAsync(string zoneId, string name, string words, string values, bool svg, CancellationToken cancel)
    {
        var (result, refusal) = Find(zoneId, name);
        if (result is null)
        {
            return refusal!;
        }

        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT {Quote(words)}, {Quote(values)} FROM results.{result.Name} LIMIT {domain.Profile.Floor.DisplayRows.Value}");
        return await AskAsync(result, sql, rows =>
        {
            var bars = ResultBars.Of(rows.Values);
            if (bars is null)
            {
                return null;
            }

            var cut = rows.Truncated || rows.Values.Count < result.Rows;
            var body = ShownRows.Body([words, values], rows.Values, cut);
            body["result"] = result.Name;
            body[svg ? "svg" : "text"] = svg ? bars.Svg(values) : bars.Text();
            return Answer.Of(body, console =>
            {
                console.Profile.Out.Writer.Write(svg ? bars.Svg(values) : bars.Text());
                if (cut)
                {
                    console.WriteLine("Cut off at the display limit: the result has more rows than a screen may show.");
                }
            });
        }, cancel).ConfigureAwait(false);
    }

    internal static Refusal Missing(string name) => Refusals.Missing("result", "结果", Names.Valid(name?.Replace('_', '-')) ? name! : "?");

    private (NamedResult? Result, Answer? Refusal) Find(string zoneId, string name)
    {
        var zone = QueryZone.Find(domain, zoneId);
        var facts = new Facts { ["zone"] = zone.Id };

        // Whether there is such a result is for those to hear to whom the zone opens.
        if (QueryZone.Refused(domain, actor, zone) is { } refusals)
        {
            return (null, domain.Refuse("result.show", actor.Name, refusals, facts));
        }

        return NamedResult.Of(domain.Registry.All<NamedResult>(), zone.Id).FirstOrDefault(item => item.Name == name) is { } result
            ? (result, null)
            : (null, domain.Refuse("result.show", actor.Name, [Missing(name)], facts));
    }

    private async Task<Answer> AskAsync(NamedResult result, string sql, Func<Vault.Queries.QueryAnswer.Rows, Answer?> show, CancellationToken cancel)
    {
        var (session, refusal) = await QueryZone.OpenAsync(domain, actor, result.Zone, cancel, sql).ConfigureAwait(false);
        if (session is null)
        {
            return refusal!;
        }

        await using (session.ConfigureAwait(false))
        {
            return await session.ShowAsync(sql, result.Name, rows => show(rows), cancel).ConfigureAwait(false);
        }
    }

    private static Facts Facts(NamedResult result) => new() { ["zone"] = result.Zone, ["result"] = result.Name };

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
