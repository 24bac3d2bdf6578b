using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Feeds;

/// <summary>The bureau names who gets the log, and who no longer does.</summary>
internal static class OpenFeed
{
    /// <param name="supplier">Organisation whose part it is; null for the whole ledger.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string name, string folder, PublicKey key, string? supplier)
    {
        var facts = new Facts { ["receiver"] = Names.Valid(name) ? name : "?" };
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("ledger.feed.open", actor.Name, [NotTheBureau()], facts);
        }

        if (!Names.Valid(name))
        {
            return domain.Refuse("ledger.feed.open", actor.Name, [Refusals.BadName(name)], facts);
        }

        if (FeedFolder.Real(folder) is not { } real || FeedFolder.Within(real, FeedFolder.Real(domain.Folder.Root) ?? domain.Folder.Root))
        {
            return domain.Refuse("ledger.feed.open", actor.Name, [FeedWords.Inside()], facts);
        }

        if (supplier is not null && !domain.Registry.All<Person>().Any(person => person.Role == Role.SourceDepartment && person.Organisation == supplier))
        {
            return domain.Refuse("ledger.feed.open", actor.Name, [Refusals.Missing("supplier", "数据提供部门", "?")], facts);
        }

        facts["part"] = supplier ?? "all";
        facts["key"] = key.KeyId;
        domain.Commit(new("feed.opened", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(new FeedReceiver(name, real, supplier ?? "", key.ToString(), actor.Name, 0, [], Closed: false)))
            {
                throw new RefusedException(Refusals.Taken("receiver", "接收方", name));
            }
        });
        return Answer.Of(new JsonObject { ["receiver"] = name, ["folder"] = real, ["part"] = supplier }, $"{name} gets {(supplier is null ? "the whole log" : $"what concerns the data of {supplier}")} in {real}, from the first entry on.");
    }

    /// <summary>After this nothing is handed out to it, and it no longer holds up the removal of old periods.</summary>
    public static Answer Close(OpenDomain domain, Actor actor, string name)
    {
        var facts = new Facts { ["receiver"] = Names.Valid(name) ? name : "?" };
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("ledger.feed.close", actor.Name, [NotTheBureau()], facts);
        }

        domain.Commit(new("feed.closed", actor.Name, facts), writer => writer.Update(PushFeed.Find(writer.Find<FeedReceiver>(name)) with { Closed = true }));
        return Answer.Of(new JsonObject { ["receiver"] = name }, $"{name} gets nothing more.");
    }

    public static Answer Status(OpenDomain domain)
    {
        var size = domain.Ledger.Head().Size;
        var receivers = domain.Registry.All<FeedReceiver>();
        return Answer.Of(
            new JsonObject
            {
                ["entries"] = size,
                ["receivers"] = new JsonArray([.. receivers.Select(item => (JsonNode)new JsonObject
                {
                    ["receiver"] = item.Id, ["part"] = item.Part.Length == 0 ? null : item.Part, ["acknowledged"] = item.Acknowledged, ["handed_out"] = item.Next, ["behind"] = size - item.Acknowledged, ["closed"] = item.Closed,
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("receiver", "part", "acknowledged", "handed out", "entries");
                foreach (var item in receivers)
                {
                    table.AddRow(item.Id, Markup.Escape(item.Part.Length == 0 ? "all" : item.Part), $"{item.Acknowledged}", $"{item.Next}", item.Closed ? "closed" : $"{size}");
                }

                console.Write(table);
            });
    }

    private static Refusal NotTheBureau() => Refusals.NotThisRole("decide who gets the log", "决定日志接收方", "the bureau", "主管部门");
}
