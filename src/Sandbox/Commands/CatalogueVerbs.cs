using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Catalogues;

namespace Sandbox.Host.Commands;

/// <summary><c>catalogue publish|list</c>.</summary>
internal static class CatalogueVerbs
{
    public static Command Group() => Verb.Group("catalogue", "The catalogue (目录) of what source departments have, under which conditions, and what is open to authorised operation.", Publish(), List());

    private static Command Publish()
    {
        var file = new Argument<FileInfo>("file") { Description = "Entry (JSON)" };
        return Verb.Create(
            "publish",
            "As a source department: publish an entry, or its next revision. An incomplete entry is refused with every missing field.",
            [
                "catalogue publish roads.json --as chen",
                "# the file: {\"entry\":\"roads\",\"data_set\":\"roads\",\"operation\":true,\"registration\":\"R-17\",\"requirements_on_use\":\"…\",\"resource\":{\"data_form\":\"table\",\"shared_content\":\"…\",\"sharing_attribute\":\"conditional\",\"sharing_conditions\":\"…\",\"sharing_scope\":\"…\",\"openness_attribute\":\"conditional\",\"update_frequency\":\"monthly\",\"collecting_department\":\"…\",\"verifying_department\":\"…\",\"supplying_department\":\"transport\"},\"open\":null}",
                "# open, for the open catalogue: {\"name\":\"…\",\"opening_body\":\"…\",\"openness_attribute\":\"conditional\",\"format\":\"…\",\"type\":\"…\",\"update_frequency\":\"monthly\"}",
            ],
            [file],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return KeepCatalogue.Publish(domain, actor, bytes, context.Sight);
                }
            });
    }

    private static Command List()
    {
        var search = new Option<string?>("--search") { Description = "Only entries that hold these words" };
        var unregistered = new Option<bool>("--unregistered") { Description = "Only entries without a registration record" };
        return Verb.Create("list", "Show the entries, and the data sets that have none.", ["catalogue list", "catalogue list --search roads", "catalogue list --unregistered"], [search, unregistered], context =>
        {
            using var domain = context.Open();
            return KeepCatalogue.List(domain, context.Get(search), context.Get(unregistered), context.Sight);
        });
    }
}
