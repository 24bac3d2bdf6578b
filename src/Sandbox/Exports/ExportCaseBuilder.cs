using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Models;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Zones;

namespace Sandbox.Host.Exports;

/// <summary>
/// Gathers everything the gate's checks need. Figures are recomputed from the vault every time: at the request, for the reviewers' page and again at release, so nothing
/// that a model or an author says is carried over.
/// </summary>
internal sealed class ExportCaseBuilder(OpenDomain domain)
{
    private const int LargestEvidenceMemory = 2;

    /// <param name="book">Compares the tables with what left.</param>
    /// <param name="keep">True at a release: the book makes the index that holds them.</param>
    public async Task<ExportCase> BuildAsync(ExportSpec spec, Scenario scenario, AtomBook book, bool keep, CancellationToken cancel)
    {
        var tables = new List<RequestedTable>();
        var columns = scenario.Tables.SelectMany(table => table.Columns.Select(column => $"{table.DataSet}.{column.Name}")).ToHashSet(StringComparer.Ordinal);
        foreach (var table in spec.Tables)
        {
            tables.Add((table.Source, table.Round) switch
            {
                ({ } source, null) => await FromVaultAsync(table, source, scenario, book.Subjects, cancel).ConfigureAwait(false),
                (null, { } round) => RoundTables.Of(domain, table, round, scenario, columns),
                _ => throw new RefusedException(Refusals.Form("origin of a table (exactly one of source and round)", "表的来源（source 与 round 二者必居其一）")),
            });
        }

        // What is withheld must be known before the differences to earlier releases are looked for.
        var rules = domain.Profile.Floor.Disclosure.Value;
        for (var at = 0; at < tables.Count; at++)
        {
            var table = tables[at];
            tables[at] = await Task.Run(() => TableMender.Mend(table, rules), cancel).ConfigureAwait(false);
        }

        await CompareAsync(tables, spec, scenario, book, keep, cancel).ConfigureAwait(false);
        return new ExportCase
        {
            ExportId = spec.Name,
            Purpose = spec.Purpose,
            Recipient = new Recipient(spec.Recipient.Id, spec.Recipient.Name, spec.Recipient.Country, spec.Recipient.CrossBorderBasis, spec.Recipient.Key),
            Scope = Scope(domain, scenario, columns),
            Tables = tables,
            Reports = [.. (spec.Reports ?? []).Select(report => report.ToReport())],
            Rules = rules,
            Now = domain.Time.GetUtcNow(),
        };
    }

    /// <summary>The grant as it stands now.</summary>
    public static GrantedScope Scope(OpenDomain domain, Scenario scenario, IReadOnlySet<string> columns)
    {
        var zone = domain.Time.LocalTimeZone;
        return new GrantedScope(scenario.Id, scenario.State == ScenarioState.Granted, scenario.Purpose, columns, Start(scenario.From), Start(scenario.Until.AddDays(1)));

        DateTimeOffset Start(DateOnly day)
        {
            var local = day.ToDateTime(TimeOnly.MinValue);
            return new DateTimeOffset(local, zone.GetUtcOffset(local));
        }
    }

    /// <summary>Puts what the vault finds about differences into the tables that come from it.</summary>
    private async Task CompareAsync(List<RequestedTable> tables, ExportSpec spec, Scenario scenario, AtomBook book, bool keep, CancellationToken cancel)
    {
        foreach (var of in spec.Tables.Where(table => table.Source is not null).GroupBy(table => table.Source!, StringComparer.Ordinal))
        {
            var set = domain.Registry.Find<DataSet>(of.Key)!;
            var published = of
                .Select(table => PublishedTables.Of(set, scenario, spec.Name, table, set.ZoneSegments().Count) is { } form
                    ? form with { Permissions = PermissionNeed.View(domain, set, scenario.Id), Withheld = tables.First(item => item.Name == table.Name).Mending?.Withheld ?? [] }
                    : null)
                .OfType<PublishedTable>().ToArray();
            if (published.Length == 0 || published.DistinctBy(table => table.Label, StringComparer.Ordinal).Count() != published.Length)
            {
                continue;
            }

            var found = await book.CompareAsync(set, spec.Name, published, keep, cancel).ConfigureAwait(false);
            for (var at = 0; at < tables.Count; at++)
            {
                if (spec.Tables[at].Source == set.Id && found.TryGetValue(PublishedTables.Label(spec.Name, tables[at].Name), out var atoms))
                {
                    tables[at] = tables[at] with
                    {
                        Differencing = atoms.Outcome switch
                        {
                            SpanOutcome.Safe => DifferencingSearch.Safe,
                            SpanOutcome.Isolates => DifferencingSearch.Isolates,
                            _ => DifferencingSearch.Undecided,
                        },
                        Atoms = [.. atoms.Overlaps.SelectMany(overlap => new[] { overlap.OnlyHere, overlap.OnlyThere, overlap.Both }.Select(subjects => new Atom(overlap.Against, subjects)))],
                    };
                }
            }
        }
    }

    /// <summary>The columns of a table of the production zone with evidence for each measure; evidence is left out where nothing is ever computed over a column.</summary>
    /// <exception cref="RefusedException">A column was not granted, or not in the form that is asked for.</exception>
    public async Task<RequestedTable> FromVaultAsync(ExportTable table, string source, Scenario scenario, SubjectBook subjects, CancellationToken cancel)
    {
        var granted = scenario.Tables.FirstOrDefault(item => item.DataSet == source) ?? throw new RefusedException(ModelWords.Ungranted(Names.Valid(source) ? source : "?"));
        var set = domain.Registry.Find<DataSet>(granted.DataSet)!;
        var columns = new List<ArtefactColumn>();
        var sources = new Dictionary<string, SourceColumn>(StringComparer.Ordinal);
        var dimensions = new List<EvidenceDimension>();
        foreach (var name in table.Dimensions)
        {
            var (known, rule) = Column(set, granted, name);
            var full = $"{set.Id}.{name}";
            sources[full] = new SourceColumn(rule.IsKeyed, known.Grade == ColumnGrade.Identifier);
            var merges = table.Mend?.Of(name) ?? [];
            columns.Add(new DimensionColumn(name, merges.Count > 0 ? ValueKind.Text : DimensionKind(known, rule), full));
            dimensions.Add(new EvidenceDimension(name, rule) { Merges = merges });
        }

        RowFilter[] filters = [.. (table.Where ?? []).Select(condition => condition.ToFilter())];
        foreach (var name in filters.SelectMany(filter => filter.Columns).Distinct(StringComparer.Ordinal))
        {
            var (known, rule) = Column(set, granted, name);
            if (rule is not MaskRule.Keep || known.Grade == ColumnGrade.Identifier)
            {
                throw new RefusedException(MaskedRange(name));
            }
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        var (evidence, before) = (new List<MeasureEvidence>(), new List<MeasureEvidence>());
        var merged = dimensions.Any(dimension => dimension.Merges.Count > 0);

        // Number of values, sum and mean of one column stand on the same figures.
        var computed = new Dictionary<string, (IReadOnlyList<CellEvidence> Cells, IReadOnlyList<CellEvidence>? Before)>(StringComparer.Ordinal);
        foreach (var measure in table.Measures)
        {
            if (measure.Column is { } column)
            {
                var (known, rule) = Column(set, granted, column);
                if (!Measurable(measure.Kind, rule))
                {
                    throw new RefusedException(MaskedMeasure(column));
                }

                sources[$"{set.Id}.{column}"] = new SourceColumn(rule.IsKeyed, known.Grade == ColumnGrade.Identifier);
            }

            columns.Add(new MeasureColumn(measure.Name, measure.Kind == MeasureKind.Count ? ValueKind.Whole : ValueKind.Real, measure.Column is null ? null : $"{set.Id}.{measure.Column}", measure.Kind, measure.Digits)
            {
                RoundedTo = measure.Kind == MeasureKind.Count ? table.Mend?.Round : null,
            });
            var aggregation = Aggregate(measure.Kind);
            if (aggregation == Aggregation.Unknown || dimensions.Any(dimension => dimension.Rule is MaskRule.Suppress or MaskRule.ExactInvisible or { IsKeyed: true })
                || sources.Values.Any(item => item.IsIdentifier))
            {
                // Evidence over such columns is never computed; the checks find the reason by themselves.
                continue;
            }

            if (computed.TryGetValue(measure.Column ?? "", out var same))
            {
                evidence.Add(new MeasureEvidence(measure.Name, same.Cells));
                before.AddRange(same.Before is { } unmerged ? [new MeasureEvidence(measure.Name, unmerged)] : []);
                continue;
            }

            var wanted = new TableRequest
            {
                Dimensions = dimensions,
                Measure = measure.Column,
                Aggregation = aggregation,
                Filters = filters,
                SubjectColumn = set.SubjectColumn,
                Top = Math.Clamp(domain.Profile.Floor.Disclosure.Value.NkN, 2, 10),
                MemoryBytes = (long)LargestEvidenceMemory << 30,
            };
            var service = new EvidenceService(domain.Jailer, domain.Store);
            var segments = (await subjects.SourceAsync(set, key, cancel).ConfigureAwait(false)) with { Permissions = PermissionNeed.View(domain, set, scenario.Id) };

            // The reviewers see what merging did; a table that is too large to be looked at without it has no evidence.
            IReadOnlyList<CellEvidence>? unmended = null;
            if (merged && await service.CellsAsync(wanted with { Dimensions = [.. dimensions.Select(dimension => dimension with { Merges = [] })] }, segments, cancel).ConfigureAwait(false) is EvidenceResult.Cells asked)
            {
                before.Add(new MeasureEvidence(measure.Name, unmended = asked.Values));
            }

            var cells = await service.CellsAsync(wanted, segments, cancel).ConfigureAwait(false) switch
            {
                EvidenceResult.Cells found => found.Values,
                EvidenceResult.Refused refused => throw new RefusedException(refused.Reason),
                _ => throw new RefusedException(),
            };
            evidence.Add(new MeasureEvidence(measure.Name, cells));
            computed.Add(measure.Column ?? "", (cells, unmended));
        }

        // What a model made out of rows that may not be seen any more does not leave.
        if (table.Run is { } made && domain.Registry.Find<Run>(made) is { } run && domain.Registry.Find<Zone>(run.Zone) is { } zone && zone.Scenario == scenario.Id && StaleZones.Of(domain, zone, scenario) is { } stale)
        {
            throw new RefusedException(stale);
        }

        var submitted = table.Run is null ? null : HeldRows.Read(domain, scenario, table);
        return new RequestedTable
        {
            Name = table.Name,
            Columns = columns,
            Sources = sources,
            RawRowMatches = submitted is null ? null : await SubmittedOverlap.CountAsync(domain, set, key, submitted, table.Dimensions.Count, cancel).ConfigureAwait(false),
            Evidence = evidence,
            Mending = table.Mend is { } mend ? new TableMending { Withholds = mend.Withhold, Before = merged ? before : null } : null,
            Differencing = DifferencingSearch.NotMade,
            Submitted = submitted,
        };
    }

    private static (DataColumn Known, MaskRule Rule) Column(DataSet set, ScenarioTable granted, string name)
    {
        var column = granted.Columns.FirstOrDefault(item => item.Name == name) ?? throw new RefusedException(ModelWords.Ungranted(set.Id));
        var (known, rule) = (set.Columns.First(item => item.Name == name), column.Rule(ZoneKind.Production));

        // A grade may have become stricter since the grant; suppressed columns and tokens are left to the checks, which have words for them.
        return rule is MaskRule.Suppress or { IsKeyed: true } || known.Grade == ColumnGrade.Identifier || MaskPolicy.Check(known.Identifies, known.Grade, rule, ZoneKind.Production) is not Decision.Denied denied
            ? (known, rule)
            : throw new RefusedException([.. denied.Reasons]);
    }

    // Evidence sums the values as they lie in the vault: only a grant of the exact values covers that. Tokens are left to the checks, which have words for them.
    private static bool Measurable(MeasureKind kind, MaskRule rule) =>
        rule is MaskRule.Keep or MaskRule.ExactInvisible or MaskRule.Token || (kind == MeasureKind.Count && rule is not MaskRule.Suppress);

    private static Refusal MaskedRange(string column) => new(
        "CC-17-3",
        $"The scenario was not granted the column {column} as it is; a range over its values would tell more than the mask does.",
        "Use the column as a dimension, or ask for a scenario with the production rule keep.",
        $"场景未获授权直接使用 {column} 列的取值；按其取值限定范围会透露脱敏之外的信息。",
        "请将该列用作维度，或申请生产分区规则为 keep 的场景。");

    private static Refusal MaskedMeasure(string column) => new(
        "CC-17-3",
        $"The scenario was granted the column {column} only in a masked form, or not at all; sums and means are made of exact values.",
        "Use the column as a dimension, count, or ask for a scenario with the production rule exact-invisible.",
        $"场景仅获授权使用脱敏后的 {column} 列，或未获授权；合计与均值须由精确值计算。",
        "请将该列用作维度、改为计数，或申请生产分区规则为 exact-invisible 的场景。");

    private static ValueKind DimensionKind(DataColumn column, MaskRule rule) => rule is MaskRule.Constant or MaskRule.KeepPart or MaskRule.Groups or MaskRule.Redact ? ValueKind.Text : column.Type.Kind switch
    {
        StoredKind.Boolean => ValueKind.Flag,
        >= StoredKind.Whole8 and <= StoredKind.Natural128 => ValueKind.Whole,
        StoredKind.Floating32 or StoredKind.Floating64 => ValueKind.Real,
        StoredKind.Exact => ValueKind.Exact,
        StoredKind.Date => ValueKind.Day,
        _ => ValueKind.Text,
    };

    private static Aggregation Aggregate(MeasureKind kind) => kind switch
    {
        MeasureKind.Count => Aggregation.Count,
        MeasureKind.Sum => Aggregation.Sum,
        MeasureKind.Mean => Aggregation.Mean,
        _ => Aggregation.Unknown,
    };
}
