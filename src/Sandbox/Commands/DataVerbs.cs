using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Sources;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.Loading;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>data add|confirm|list|show</c>, with the verbs of deliveries.</summary>
internal static class DataVerbs
{
    public static Command Group() => Verb.Group("data", "Load data sets, keep them up to date, confirm their grades, say how long they are kept.",
        Add(), DeliveryVerbs.Look(), DeliveryVerbs.Append(), DeliveryVerbs.Replace(), DeliveryVerbs.Withdraw(), DeliveryVerbs.Quarantine(), Confirm(), Risk(), QualityVerbs.Standard(), QualityVerbs.Quality(), Retain(), SupplyOf(), ArchiveVerbs.Archive(), ArchiveVerbs.Archived(), List(), Show());

    private static Command Add()
    {
        var name = new Argument<string>("name");
        var file = new Option<FileInfo?>("--file") { Description = "CSV or JSON, lines or one array (UTF-8, GB18030, UTF-16 with a mark), XLSX, Parquet or Arrow IPC" };
        var from = new Option<string?>("--from") { Description = "In the place of a file: the name of a source, an HTTP interface that the bureau approved" };
        var source = new Option<string>("--source") { Description = "Where the data come from, in words; goes into every release", Required = true };
        var acquired = new Option<string>("--acquired") { Description = "Date of acquisition, yyyy-MM-dd; goes into every release", Required = true };
        var subject = new Option<string?>("--subject") { Description = "Column that identifies the person or body a row is about" };
        var identifiers = new Option<string[]>("--identifier") { Description = "Column to be kept apart as an identifier, beside those that are recognised", AllowMultipleArgumentsPerToken = true };
        var text = new Option<string[]>("--text") { Description = "CSV column to be kept as text although it looks like a number (codes, phones)", AllowMultipleArgumentsPerToken = true };
        var (about, tags) = (AboutOption(), TagOption());
        var (schema, sheet, memory) = (DeliveryVerbs.SchemaOption(), DeliveryVerbs.SheetOption(), DeliveryVerbs.MemoryOption());
        return Verb.Create(
            "add",
            "As a source department: load a file in the jail. Rows stay encrypted; column grades are proposed for you to confirm.",
            [
                "data add flights --file flights-3m.parquet --source \"US BTS on-time performance\" --acquired 2026-11-01 --as chen",
                "data add residents --file residents.csv --source \"civil affairs register\" --acquired 2026-10-31 --subject id_number --as wang",
                "data add permits --from permits-api --source \"urban management bureau, permits interface\" --acquired 2026-11-20 --as wang",
                "data add visits --file visits-12gb.csv --memory 2048 --source \"clinics, visits\" --acquired 2026-11-20 --as wang",
                "data add firms --file firms.csv --source \"company register\" --acquired 2026-10-31 --subject credit_code --about legal-persons --tag credit_code=credit-code --as wang",
            ],
            [name, file, from, source, acquired, subject, identifiers, text, about, tags, schema, sheet, memory],
            async context =>
            {
                if (!IsoDay.TryRead(context.Get(acquired), out var day))
                {
                    return new Answer.Misused("--acquired is a date of the form yyyy-MM-dd.");
                }

                if (context.Get(file) is null == context.Get(from) is null)
                {
                    return new Answer.Misused("Give either --file or --from.");
                }

                if (SetIdentifierTags.Read(context.Get(about), context.Get(tags) ?? []) is not { } tagged)
                {
                    return new Answer.Misused(TagForm);
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    var delivery = DeliveryVerbs.Schema(context.Get(schema)).Of(context.Get(file)?.FullName ?? "", context.Get(text) ?? [], context.Get(sheet)) with { MemoryBytes = (long)context.Get(memory) << 20 };
                    var wanted = new NewData(context.Get(name), delivery, context.Get(source), day, context.Get(subject), context.Get(identifiers) ?? []) { Tags = tagged };
                    return await context.ShowAsync($"Loading {wanted.Name}", (Action<double, string> report) => context.Get(from) is { } named
                        ? PullSource.FirstAsync(domain, actor, named, wanted, report, context.Cancel)
                        : AddData.RunAsync(domain, actor, wanted, Progress(report), context.Cancel)).ConfigureAwait(false);
                }
            });
    }

    private const string TagForm = "--about is persons, legal-persons, organisations or nobody; --tag takes column=identity-number, credit-code or other-code, each column once.";

    private static Option<string?> AboutOption() => new("--about") { Description = "Whom the rows are about: persons, legal-persons, organisations (unincorporated) or nobody; some profiles ask for it" };

    private static Option<string[]> TagOption() => new("--tag") { Description = "column=identity-number, credit-code or other-code: the column that carries the set identifier", AllowMultipleArgumentsPerToken = true };

    internal static IProgress<LoadProgress> Progress(Action<double, string> report) => new Direct<LoadProgress>(step => report(step.Fraction, step.Stage.ToString()));

    private static Command Confirm()
    {
        var name = new Argument<string>("name");
        var grades = new Option<string[]>("--grade") { Description = "column=grade (Identifier, Sensitive, QuasiIdentifier, General); other columns keep the proposal", AllowMultipleArgumentsPerToken = true };
        var floors = new Option<string[]>("--floor") { Description = "column=rule: the least mask that every scenario must use, as JSON; a scenario may only be stricter", AllowMultipleArgumentsPerToken = true };
        var (about, tags) = (AboutOption(), TagOption());
        return Verb.Create("confirm", "As the provider: confirm the proposed grades, or change some; set floors under the masks.", ["data confirm residents --as wang", "data confirm residents --grade monthly_income=Sensitive sex=QuasiIdentifier --as wang", "data confirm residents --floor 'monthly_income={\"rule\":\"round\",\"step\":1000}' --as wang"], [name, grades, floors, about, tags], context =>
        {
            if (SetIdentifierTags.Read(context.Get(about), context.Get(tags) ?? []) is not { } tagged)
            {
                return new Answer.Misused(TagForm);
            }

            var least = new Dictionary<string, MaskRule>(StringComparer.Ordinal);
            foreach (var pair in context.Get(floors) ?? [])
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                if (at < 1 || MaskRule.FromUntrusted(pair[(at + 1)..]) is not MaskRuleResult.Read read || !least.TryAdd(pair[..at], read.Rule))
                {
                    return new Answer.Misused("--floor takes column=rule with a masking rule such as {\"rule\":\"band\",\"width\":10}.");
                }
            }

            var changes = new Dictionary<string, ColumnGrade>(StringComparer.Ordinal);
            foreach (var pair in context.Get(grades) ?? [])
            {
                var parts = pair.Split('=');
                if (parts.Length != 2 || !Enum.TryParse<ColumnGrade>(parts[1], out var grade) || !Enum.IsDefined(grade) || !changes.TryAdd(parts[0], grade))
                {
                    return new Answer.Misused("--grade takes column=grade with a grade of Identifier, Sensitive, QuasiIdentifier, General.");
                }
            }

            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ConfirmGrades.Run(domain, actor, context.Get(name), changes, least, tagged);
            }
        });
    }

    private static Command Retain()
    {
        var name = new Argument<string>("name");
        var years = new Option<int?>("--years") { Description = "Years from the day of acquisition, 1 to 100" };
        var permanent = new Option<bool>("--permanent") { Description = "For good, instead of --years" };
        var basis = new Option<string>("--basis") { Description = "The law or schedule that says so", Required = true };
        return Verb.Create(
            "retain", "As its provider: say how long a data set is to be kept and by which law. A data set without that is flagged.", ["data retain register --years 30 --basis \"records schedule 2025, class 4\" --as chen"], [name, years, permanent, basis], context =>
            {
                if ((context.Get(years) is null) != context.Get(permanent) || context.Get(years) == 0)
                {
                    return new Answer.Misused("Give --years from 1 to 100, or --permanent.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return RetainData.Run(domain, actor, context.Get(name), context.Get(years) ?? 0, context.Get(basis));
                }
            });
    }

    private static Command SupplyOf()
    {
        var name = new Argument<string>("name");
        var mode = new Option<string>("--mode") { Description = "file, interface (a source that is asked), or joint (no rows: encrypted sums and matches only)", Required = true };
        return Verb.Create(
            "supply",
            "As the provider: decide in which manner a data set is supplied. The first load decides it too; another manner is refused until you decide anew.",
            ["data supply permits --mode interface --as wang", "data supply patients --mode joint --as sun"],
            [name, mode],
            context =>
            {
                if (DecideSupply.Read(context.Get(mode)) is var wanted && wanted == SupplyMode.Unknown)
                {
                    return new Answer.Misused("--mode is file, interface or joint.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return DecideSupply.Run(domain, actor, context.Get(name), wanted);
                }
            });
    }

    private static Command Risk()
    {
        var name = new Argument<string>("name");
        var columns = new Option<string[]>("--columns") { Description = "The columns an attacker may know, each as name or name=rule (a mask through which it is seen)", Required = true, AllowMultipleArgumentsPerToken = true };
        var sensitive = new Option<string?>("--sensitive") { Description = "Column whose values must vary within a class (l-diversity, t-closeness)" };
        var share = new Option<double>("--population-share") { Description = "Share of the population that the data set holds, above 0 and at most 1", DefaultValueFactory = _ => 1 };
        return Verb.Create(
            "risk",
            "As the provider or the bureau: measure how well a set of columns points at people. Figures only, never a value.",
            ["data risk residents --columns sex birth_year district --as wang", "data risk residents --columns sex 'birth_year={\"rule\":\"band\",\"width\":10}' --sensitive monthly_income --as zhao"],
            [name, columns, sensitive, share],
            async context =>
            {
                var wanted = new List<KeyValuePair<string, MaskRule?>>();
                foreach (var word in context.Get(columns) ?? [])
                {
                    var at = word.IndexOf('=', StringComparison.Ordinal);
                    if (at == 0 || (at > 0 && MaskRule.FromUntrusted(word[(at + 1)..]) is not MaskRuleResult.Read))
                    {
                        return new Answer.Misused("--columns takes names, or name=rule with a masking rule.");
                    }

                    wanted.Add(new(at < 0 ? word : word[..at], at < 0 ? null : ((MaskRuleResult.Read)MaskRule.FromUntrusted(word[(at + 1)..])).Rule));
                }

                if (!(context.Get(share) is > 0 and <= 1))
                {
                    return new Answer.Misused("--population-share is above 0 and at most 1.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await MeasureRisk.RunAsync(domain, actor, context.Get(name), wanted, context.Get(sensitive), context.Get(share), context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command List() => Verb.Create("list", "Show the data sets.", ["data list"], [], context =>
    {
        using var domain = context.Open();
        DataSet[] sets = [.. domain.Registry.All<DataSet>().Where(context.Sight.Sees)];
        return Answer.Of(
            new JsonObject { ["data_sets"] = new JsonArray([.. sets.Select(set => (JsonNode)new JsonObject { ["name"] = set.Id, ["provider"] = set.Provider, ["rows"] = Coarse.Count(set.RowCount), ["grades_confirmed"] = set.GradesConfirmed, ["retention_missing"] = set.Retention is null })]) },
            console =>
            {
                var table = new Table().AddColumns("data set", "provider", "source", "acquired", "grades", "kept for");
                foreach (var set in sets)
                {
                    table.AddRow(set.Id, Markup.Escape(set.Provider), Markup.Escape(set.Source), set.AcquiredOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), set.GradesConfirmed ? "confirmed" : "proposed", RetainData.Words(set));
                }

                console.Write(table);
            });
    });

    private static Command Show()
    {
        var name = new Argument<string>("name");
        return Verb.Create("show", "Show a data set's columns and grades; never a value.", ["data show residents"], [name], context =>
        {
            using var domain = context.Open();
            return domain.Registry.Find<DataSet>(context.Get(name)) is { } set
                ? AddData.Shown(set, supply: domain.Registry.Find<Supply>(set.Id), exact: context.Exactly(set))
                : Answer.No(Refusals.Missing("data set", "数据集", Names.Valid(context.Get(name)) ? context.Get(name) : "?"));
        });
    }
}
