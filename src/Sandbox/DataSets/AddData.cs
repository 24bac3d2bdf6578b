using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Quality;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Spectre.Console;

namespace Sandbox.Host.DataSets;

/// <summary>What a provider says about a file.</summary>
public sealed record NewData(string Name, Delivery File, string Source, DateOnly AcquiredOn, string? SubjectColumn, IReadOnlyList<string> IdentifierColumns)
{
    /// <summary>Whom the rows are about, and which columns carry the set identifier of that.</summary>
    public SetIdentifierTags Tags { get; init; } = SetIdentifierTags.None;

    /// <summary>Also done in the transaction that registers the data set.</summary>
    internal Action<RegistryWriter, Batch>? Along { get; init; }
}

/// <summary>A source department registers and loads a data set: parsed in the load jail, kept as encrypted segments, grades proposed.</summary>
public static class AddData
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, NewData wanted, IProgress<LoadProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        var facts = new Facts { ["data_set"] = Names.Valid(wanted.Name) ? wanted.Name : "?" };
        if (Check(domain, actor, wanted, wanted.File.Mode) is { } refusal)
        {
            return domain.Refuse("data.add", actor.Name, [refusal], facts);
        }

        using var key = domain.Key(KeyScope.DataSet, wanted.Name, actor.Name);
        string[] identifiers = [.. wanted.IdentifierColumns.Concat(wanted.SubjectColumn is { } subject ? [subject] : []).Concat(wanted.Tags.Columns.Keys).Distinct(StringComparer.Ordinal)];
        var result = await LoadDelivery.RunAsync(domain, wanted.File, key, identifiers, standing: null, progress, cancel).ConfigureAwait(false);
        if (result is not LoadResult.Loaded loaded)
        {
            return domain.Refuse("data.add", actor.Name, [((LoadResult.Refused)result).Refusal], facts);
        }

        using (loaded)
        {
            if (wanted.Tags.Against(domain, [.. loaded.Columns.Select(column => (column.Name, column.IdentifierKind))]) is { Count: > 0 } other)
            {
                return domain.Refuse("data.add", actor.Name, other, facts);
            }

            var set = new DataSet(
                wanted.Name, actor.Organisation, actor.Name, wanted.Source, wanted.AcquiredOn, wanted.SubjectColumn, GradesConfirmed: false,
                [.. loaded.Columns.Select(column => new DataColumn(
                    column.Name, column.Type, column.Group, column.IdentifierKind,
                    // What the provider calls identifying is graded so, whether or not its values look like it.
                    identifiers.Contains(column.Name, StringComparer.Ordinal) ? ColumnGrade.Identifier : column.ProposedGrade,
                    column.Origin) { Tag = wanted.Tags.Of(column.Name) })],
                [new Batch("b1", loaded.Rows, loaded.Rejected, domain.Time.GetUtcNow(), loaded.Segments, loaded.Quarantines) { Commitment = loaded.Commitment, AcquiredOn = wanted.AcquiredOn }]) { Outside = actor.Role != Role.SourceDepartment, About = wanted.Tags.About };
            facts["rows"] = Coarse.Count(loaded.Rows);
            facts["rejected"] = Coarse.Count(loaded.Rejected);
            facts["columns"] = loaded.Columns.Count;
            facts["about"] = wanted.Tags.About.ToString();
            facts["tags"] = wanted.Tags.Columns.Count;
            facts["segments"] = loaded.Segments.Count;
            facts["acquired"] = wanted.AcquiredOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            domain.Commit(new("data.loaded", actor.Name, facts), writer =>
            {
                var agreed = writer.Find<Supply>(set.Id);
                if ((agreed is not null && agreed.Provider != set.Provider) || !writer.TryAdd(set))
                {
                    throw new RefusedException(Refusals.Taken("data set", "数据集", wanted.Name));
                }

                if (DecideSupply.Against(agreed, wanted.File.Mode) is { } other)
                {
                    throw new RefusedException(other);
                }

                // By its first load the provider agrees to that manner.
                if (agreed is null)
                {
                    writer.TryAdd(new Supply(set.Id, set.Provider, wanted.File.Mode, actor.Name, domain.Time.GetUtcNow()));
                }

                wanted.Along?.Invoke(writer, set.Batches[0]);
            });
            return Shown(set);
        }
    }

    /// <param name="quality">What the loads came to, for their provider alone; null where that is not told.</param>
    /// <param name="unmeasured">Why the last load could not be measured.</param>
    /// <param name="exact">Whether counts are told as they are: to others than the provider they would tell how many were withdrawn.</param>
    /// <param name="supply">The manner that its provider agreed to.</param>
    internal static Answer Shown(DataSet set, DataQuality? quality = null, Refusal? unmeasured = null, Supply? supply = null, bool exact = true) => Answer.Of(
        new JsonObject
        {
            ["data_set"] = set.Id,
            ["provider"] = set.Provider,
            ["source"] = set.Source,
            ["acquired"] = set.AcquiredOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["supply"] = supply is null ? null : DecideSupply.Word(supply.Mode),
            ["rows"] = exact ? set.RowCount : Coarse.Count(set.RowCount),
            ["rejected"] = exact ? set.Standing.Sum(batch => batch.Rejected) : null,
            ["about"] = SetIdentifierTags.Word(set.About),
            ["epoch"] = exact ? set.Epoch : null,
            ["batches"] = !exact ? null : new JsonArray([.. set.Standing.Select(batch => (JsonNode)new JsonObject { ["batch"] = batch.Id, ["rows"] = batch.Rows, ["rejected"] = batch.Rejected, ["acquired"] = batch.AcquiredOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) })]),
            ["grades_confirmed"] = set.GradesConfirmed,
            ["retention_missing"] = set.Retention is null,
            ["retention_years"] = set.Retention?.Years,
            ["retention_basis"] = set.Retention?.Basis,
            ["quality"] = quality is null ? null : QualityReport.Loads(set, quality),
            ["quality_not_measured"] = unmeasured?.Rule,
            ["columns"] = new JsonArray([.. set.Columns.Select(column => (JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type.Kind.ToString(),
                ["origin"] = column.Origin,
                ["identifies"] = column.Identifies.ToString(),
                ["grade"] = column.Grade.ToString(),
                ["tag"] = column.Tag == SetIdentifier.None ? null : SetIdentifierTags.Word(column.Tag),
                ["segment"] = column.Group.ToString(),
                ["floor"] = column.Floor,
            })]),
        },
        console =>
        {
            console.WriteLine($"Data set '{set.Id}' of {set.Provider}: {set.RowCount.ToString("N0", CultureInfo.InvariantCulture)} rows, {set.Standing.Sum(batch => batch.Rejected)} rejected{(set.Epoch > 1 ? string.Create(CultureInfo.InvariantCulture, $", {set.Standing.Count()} batches, epoch {set.Epoch}") : "")}, {(set.GradesConfirmed ? "grades confirmed" : "grades proposed, to be confirmed by the provider")}.");
            var table = new Table().AddColumns("column", "type", "identifies", "grade", "segment");
            foreach (var column in set.Columns)
            {
                table.AddRow(Markup.Escape(column.Name), Markup.Escape(column.Origin is { } origin ? $"{column.Type.Kind} (from {origin})" : column.Type.Kind.ToString()), column.Identifies.ToString(), column.Grade.ToString(), column.Group.ToString());
            }

            console.Write(table);
            if (quality is not null)
            {
                QualityReport.Print(console, set, quality);
            }

            if (unmeasured is not null)
            {
                console.WriteLine($"The load stands, but its quality was not measured: {unmeasured.Why} {unmeasured.Remedy} 批次已入库，但未能测算质量：{unmeasured.WhyZh}");
            }

            foreach (var column in set.Columns.Where(column => column.Floor is not null))
            {
                console.WriteLine($"{column.Name}: every scenario masks it at least by {column.Floor}");
            }
        });

    /// <summary>What can be said before the file is read.</summary>
    internal static Refusal? Check(OpenDomain domain, Actor actor, NewData wanted, SupplyMode mode) =>
        actor.Role != Role.SourceDepartment && !OutsideData.Announced(domain, actor, wanted.Name) ? Refusals.NotThisRole("load data", "加载数据", "a source department", "数源部门")
        : !Names.Valid(wanted.Name) ? Refusals.BadName(wanted.Name)
        : !Names.PlainWords(wanted.Source, 300) || wanted.AcquiredOn > domain.Today ? NoSource()
        : domain.Registry.Find<DataSet>(wanted.Name) is not null ? Refusals.Taken("data set", "数据集", wanted.Name)
        : domain.Registry.Find<Supply>(wanted.Name) is { } agreed && agreed.Provider != actor.Organisation ? Refusals.Taken("data set", "数据集", wanted.Name)
        : DecideSupply.Against(domain.Registry.Find<Supply>(wanted.Name), mode) is { } other ? other
        : wanted.Tags.Lacking(domain);

    internal static Refusal NoSource() => new(
        "CC-27-1",
        "A data set needs its source in words and a date of acquisition that is not in the future: every release names both.",
        "Give --source and --acquired.",
        "数据集须写明来源和不晚于今日的获取日期：每次释放均须载明。",
        "请填写 --source 与 --acquired。");
}
