using System.CommandLine;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Jail;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Commands;

/// <summary><c>data look|append|replace|withdraw|quarantine</c>.</summary>
internal static class DeliveryVerbs
{
    private const int LeastMemory = 128;
    private const int MostMemory = 1 << 20;
    private const int MostSubjectBytes = 16 << 20;

    internal static Option<FileInfo?> SchemaOption() => new("--schema") { Description = "JSON file of declared columns, as `data look --out` writes it" };

    internal static Option<string?> SheetOption() => new("--sheet") { Description = "Sheet of an XLSX workbook; else the only one that is shown" };

    internal static Option<int> MemoryOption()
    {
        var option = new Option<int>("--memory")
        {
            Description = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Memory of the engine that reads the file, in MiB, {LeastMemory} to {MostMemory:N0}. A large text is read in parts of a quarter of it"),
            DefaultValueFactory = _ => (int)(LoadRequest.DefaultMemoryLimitBytes >> 20),
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < LeastMemory or > MostMemory)
            {
                result.AddError(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--memory is {LeastMemory} to {MostMemory:N0} MiB."));
            }
        });
        return option;
    }

    internal static SchemaFile Schema(FileInfo? file) => file is null ? new SchemaFile([]) : SchemaFile.Read(InputFile.ReadAll(file.FullName, InputJson.Longest));

    public static Command Look()
    {
        var file = new Option<FileInfo>("--file") { Description = "The file: CSV, JSON (lines or one array), XLSX, Parquet or Arrow IPC", Required = true };
        var (schema, sheet, memory) = (SchemaOption(), SheetOption(), MemoryOption());
        var target = new Option<FileInfo?>("--out") { Description = "Write the columns that were found as a schema file, to be confirmed or corrected" };
        return Verb.Create(
            "look",
            "Look at a file before it is loaded: format, encoding, columns, types, proposed grades, rows that would be rejected. Nothing is kept.",
            ["data look --file residents.csv", "data look --file residents.csv --out schema.json"],
            [file, schema, sheet, memory, target],
            async context =>
            {
                var delivery = Schema(context.Get(schema)).Of(context.Get(file).FullName, [], context.Get(sheet)) with { MemoryBytes = (long)context.Get(memory) << 20 };
                var jailer = new Jailer(EnginePaths.Locate(), new JailOptions { UnsafeNoJail = context.Settings().UnsafeNoJail });
                var (answer, found) = await context.ShowAsync("Looking", (Action<double, string> report) =>
                    LookAtFile.RunAsync(jailer, delivery, DataVerbs.Progress(report), context.Cancel)).ConfigureAwait(false);
                if (found is not null && context.Get(target) is { } path)
                {
                    OutputFile.Write(path.FullName, found.Write());
                }

                return answer;
            });
    }

    public static Command Append() => Grow("append", "As the provider: load a further delivery of a data set. The same columns and types are demanded; a file that is loaded already is refused.",
        ["data append residents --file residents-november.csv --acquired 2026-11-20 --as wang"], replaces: false);

    public static Command Replace() => Grow("replace", "As the provider: put a delivery in the place of one batch, or of all. Zones built before are not opened any more.",
        ["data replace residents --batch b1 --file residents-corrected.csv --acquired 2026-11-20 --as wang", "data replace residents --batch all --file residents-2026.csv --acquired 2026-11-20 --as wang"], replaces: true);

    private static Command Grow(string verb, string description, string[] examples, bool replaces)
    {
        var name = new Argument<string>("name");
        var file = new Option<FileInfo>("--file") { Description = "The file", Required = true };
        var acquired = new Option<string>("--acquired") { Description = "Date of acquisition, yyyy-MM-dd", Required = true };
        var batch = new Option<string?>("--batch") { Description = "The batch that is replaced, or all", Required = replaces };
        var (sheet, memory) = (SheetOption(), MemoryOption());
        return Verb.Create(verb, description, examples, replaces ? [name, file, acquired, batch, sheet, memory] : [name, file, acquired, sheet, memory], async context =>
        {
            if (!IsoDay.TryRead(context.Get(acquired), out var day))
            {
                return new Answer.Misused("--acquired is a date of the form yyyy-MM-dd.");
            }

            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                var wanted = new MoreData(context.Get(name), replaces ? context.Get(batch) : null, new Delivery(context.Get(file).FullName, SourceEncoding.Auto, [], Sheet: context.Get(sheet)) { MemoryBytes = (long)context.Get(memory) << 20 }, day);
                return await context.ShowAsync($"Loading {wanted.DataSet}", (Action<double, string> report) =>
                    GrowData.RunAsync(domain, actor, wanted, DataVerbs.Progress(report), context.Cancel)).ConfigureAwait(false);
            }
        });
    }

    public static Command Withdraw()
    {
        var name = new Argument<string>("name");
        var batch = new Option<string?>("--batch") { Description = "The batch to withdraw, or all" };
        var subjects = new Option<FileInfo?>("--subjects") { Description = "File with values of the subject column, one a line in UTF-8: their records are withdrawn from every batch" };
        return Verb.Create(
            "withdraw",
            "As the provider: withdraw a batch, or the records of single subjects. Zones built before are not opened any more.",
            ["data withdraw residents --batch b2 --as wang", "data withdraw residents --subjects objections.txt --as wang"],
            [name, batch, subjects],
            async context =>
            {
                if (context.Get(batch) is null == context.Get(subjects) is null)
                {
                    return new Answer.Misused("Give either --batch or --subjects.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return context.Get(subjects) is { } file
                        ? await WithdrawData.RecordsAsync(domain, actor, context.Get(name), Lines(InputFile.ReadAll(file.FullName, MostSubjectBytes)), context.Cancel).ConfigureAwait(false)
                        : WithdrawData.Run(domain, actor, context.Get(name), context.Get(batch)!);
                }
            });
    }

    public static Command Quarantine()
    {
        var name = new Argument<string>("name");
        var batch = new Option<string>("--batch") { Description = "The batch", DefaultValueFactory = _ => "b1" };
        var from = new Option<int>("--from") { Description = "How many rejected rows to pass over" };
        return Verb.Create(
            "quarantine",
            "As the provider: read the rows of a delivery that were rejected, with line number and reason; at most the display limit at a time.",
            ["data quarantine residents --as wang", "data quarantine residents --batch b2 --from 200 --as wang"],
            [name, batch, from],
            async context =>
            {
                if (context.Get(from) < 0)
                {
                    return new Answer.Misused("--from is not negative.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await ReadQuarantine.RunAsync(domain, actor, context.Get(name), context.Get(batch), context.Get(from), context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static string[] Lines(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF').Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(Refusals.Form("list of subjects", "主体清单"));
        }
    }
}
