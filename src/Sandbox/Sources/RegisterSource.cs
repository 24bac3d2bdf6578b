using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Fetching;
using Spectre.Console;

namespace Sandbox.Host.Sources;

/// <summary>What a provider says about its interface.</summary>
public sealed record NewSource(string Name, string Address, string? RecordsAt, string? Headers, string? Roots, bool Replaces, int? EveryHours);

/// <summary>A provider registers its interface, the bureau approves that the domain asks it, either of them stops it.</summary>
public static class RegisterSource
{
    private const int MostHours = 24 * 365, MostRoots = 32;

    public static async Task<Answer> ProposeAsync(OpenDomain domain, Actor actor, NewSource wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        var facts = new Facts { ["source"] = Names.Valid(wanted.Name) ? wanted.Name : "?" };
        var address = SourceAddress.TryRead(wanted.Address, out var read) ? read : null;
        var roots = wanted.Roots is null ? null : Certificates(wanted.Roots);
        if (Check(actor, wanted, address, roots) is { } refusal)
        {
            return domain.Refuse("source.add", actor.Name, [refusal], facts);
        }

        using var staged = string.IsNullOrEmpty(wanted.Headers) ? null
            : await domain.SealAsync("source-headers", KeyScope.Domain, DataSource.KeyId, actor.Name, Encoding.UTF8.GetBytes(wanted.Headers), cancel).ConfigureAwait(false);
        var source = new DataSource(wanted.Name, actor.Organisation, actor.Name, address!.Text, wanted.RecordsAt, roots, staged?.Commit(), wanted.Replaces, wanted.EveryHours, SourceState.Proposed);
        facts["host"] = address.Host;
        facts["port"] = address.Port;
        facts["roots"] = roots is null ? "system" : Convert.ToHexStringLower(domain.Keys.Suite.Hash(Encoding.ASCII.GetBytes(roots)));
        facts["address"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(Encoding.ASCII.GetBytes(address.Text)));
        domain.Commit(new("source.proposed", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(source))
            {
                throw new RefusedException(Refusals.Taken("source", "来源", wanted.Name));
            }
        });
        return Answer.Of(Json(source), $"Registered; nothing is asked before the bureau approves it: sandbox source approve {source.Id}");
    }

    public static Answer Approve(OpenDomain domain, Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["source"] = Names.Valid(name) ? name : "?" };
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("source.approve", actor.Name, [Refusals.NotThisRole("let the domain ask a source", "批准访问数据来源", "the bureau", "主管部门")], facts);
        }

        DataSource? after = null;
        domain.Commit(new("source.approved", actor.Name, facts), writer =>
        {
            var now = writer.Find<DataSource>(name) ?? throw new RefusedException(Missing(name));
            after = now.State == SourceState.Proposed ? now with { State = SourceState.Approved, ApprovedBy = actor.Name } : throw new RefusedException(SourceWords.OnlyProposed());
            writer.Update(after);
        });
        return Answer.Of(Json(after!), $"Approved: the domain may ask {after!.Address}");
    }

    public static Answer Stop(OpenDomain domain, Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["source"] = Names.Valid(name) ? name : "?" };
        var source = domain.Registry.Find<DataSource>(name);
        if (source is null || !(actor.Role == Role.Authority || source.IsOf(actor)))
        {
            return domain.Refuse("source.stop", actor.Name, [source is null ? Missing(name) : Refusals.NotThisRole("stop a source", "停用数据来源", "its provider or the bureau", "其提供部门或主管部门")], facts);
        }

        domain.Commit(new("source.stopped", actor.Name, facts), writer => writer.Update(writer.Find<DataSource>(name)! with { State = SourceState.Stopped, Headers = null }));
        DataSets.OwnData.Remove(domain, source.Headers is { } headers ? [headers] : []);
        return Answer.Of(new JsonObject { ["source"] = name }, $"'{name}' is not asked any more; its headers are gone.");
    }

    public static Answer List(OpenDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var sources = domain.Registry.All<DataSource>();
        return Answer.Of(
            new JsonObject { ["sources"] = new JsonArray([.. sources.Select(source => (JsonNode)Json(source))]) },
            console =>
            {
                var table = new Table().AddColumns("source", "provider", "address", "state", "feeds", "every", "last asked");
                foreach (var source in sources)
                {
                    table.AddRow(
                        source.Id, Markup.Escape(source.Provider), Markup.Escape(source.Address), Word(source.State), source.DataSet ?? "", source.EveryHours is { } hours ? $"{hours} h" : "",
                        source.LastAt?.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "");
                }

                console.Write(table);
            });
    }

    internal static Refusal Missing(string name) => Refusals.Missing("source", "来源", Names.Valid(name) ? name : "?");

    internal static string Word(SourceState state) => state switch
    {
        SourceState.Proposed => "proposed",
        SourceState.Approved => "approved",
        SourceState.Stopped => "stopped",
        _ => "unknown",
    };

    private static JsonObject Json(DataSource source) => new()
    {
        ["source"] = source.Id,
        ["provider"] = source.Provider,
        ["address"] = source.Address,
        ["records"] = source.RecordsAt,
        ["own_roots"] = source.Roots is not null,
        ["headers"] = source.Headers is not null,
        ["renews"] = source.Replaces ? "replace" : "append",
        ["every_hours"] = source.EveryHours,
        ["state"] = Word(source.State),
        ["approved_by"] = source.ApprovedBy,
        ["data_set"] = source.DataSet,
        ["last_at"] = source.LastAt,
        ["due_at"] = source.DueAt,
    };

    private static Refusal? Check(Actor actor, NewSource wanted, SourceAddress? address, string? roots) =>
        actor.Role != Role.SourceDepartment ? Refusals.NotThisRole("register a source", "登记数据来源", "a source department", "数源部门")
        : !Names.Valid(wanted.Name) ? Refusals.BadName(wanted.Name)
        : address is null || (address.Paged && wanted.RecordsAt is null) || (wanted.RecordsAt is { } at && !Fetcher.IsPlace(at)) || wanted.EveryHours is < 1 or > MostHours
            || (wanted.Headers is { } headers && !FetchHeaders.TryRead(headers, out _)) || (wanted.Roots is not null && roots is null) ? SourceWords.Form()
        : null;

    /// <summary>The certificates of a PEM file and nothing else of it, which may be a key; null where it holds none, or too many.</summary>
    private static string? Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count is > 0 and <= MostRoots ? certificates.ExportCertificatePems() : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
