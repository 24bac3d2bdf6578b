using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Quality;

namespace Sandbox.Host.Commands;

/// <summary><c>data standard|quality</c>.</summary>
internal static class QualityVerbs
{
    public static Command Standard()
    {
        var name = new Argument<string>("name");
        var file = new Argument<FileInfo>("file")
        {
            Description = "JSON: {\"standard\":\"…\",\"rules\":[…]}. Forms of a rule: {\"id\":\"pid-there\",\"present\":\"pid\"}, {\"id\":\"one-row\",\"unique\":[\"pid\"]}, {\"id\":\"age\",\"column\":\"age\",\"between\":[\"0\",\"130\"]}, {\"id\":\"sex\",\"column\":\"sex\",\"one_of\":[\"m\",\"f\"]}, "
                + "{\"id\":\"digits\",\"column\":\"pid\",\"identifier\":\"ResidentIdentity\"}, {\"id\":\"order\",\"column\":\"begun\",\"not_after\":\"ended\"}, {\"id\":\"same\",\"column\":\"a\",\"same_as\":\"b\"}, {\"id\":\"fresh\",\"column\":\"updated\",\"within_days\":365}",
        };
        return Verb.Create(
            "standard",
            "As the provider: set the quality standard of a data set (质量标准). Its loads are measured against it at once, later ones as they come.",
            ["data standard residents standard.json --as wang"],
            [name, file],
            async context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await MeasureQuality.SetAsync(domain, actor, context.Get(name), bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    public static Command Quality()
    {
        var name = new Argument<string>("name");
        var measure = new Option<bool>("--measure") { Description = "Measure every standing load anew, as of today" };
        return Verb.Create(
            "quality",
            "As the provider or the bureau: what each load came to — timely, accurate, complete, consistent — and which rule it breaks. Counts, never a value.",
            ["data quality residents --as wang", "data quality residents --measure --as zhao"],
            [name, measure],
            async context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return context.Get(measure)
                        ? await MeasureQuality.RunAsync(domain, actor, context.Get(name), context.Cancel).ConfigureAwait(false)
                        : QualityReport.Run(domain, actor, context.Get(name));
                }
            });
    }
}
