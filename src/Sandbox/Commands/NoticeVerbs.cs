using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Notices;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>notice list</c>.</summary>
internal static class NoticeVerbs
{
    public static Command Group() => Verb.Group("notice", "Notices that the domain gave to organisations (通知).", List());

    private static Command List() => Verb.Create("list", "Show the notices to your organisation.", ["notice list --as li"], [], context => ActAs.Run(context, (domain, actor) =>
    {
        var all = domain.Registry.All<Notice>().Where(notice => notice.To == actor.Organisation).OrderBy(notice => notice.At).ToArray();
        domain.Note(new("notice.shown", actor.Name, new Facts { ["organisation"] = actor.Organisation, ["notices"] = all.Length }));
        return Answer.Of(
            new JsonObject { ["notices"] = new JsonArray([.. all.Select(notice => (JsonNode)new JsonObject { ["about"] = notice.About, ["act"] = notice.Act, ["rule"] = notice.Rule, ["by"] = notice.By, ["at"] = notice.At.ToString("O", CultureInfo.InvariantCulture) })]) },
            console =>
            {
                foreach (var notice in all)
                {
                    console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{notice.At:yyyy-MM-dd HH:mm} {notice.About} {notice.Act} by {notice.By} ({notice.Rule})"));
                }
            });
    }));
}
