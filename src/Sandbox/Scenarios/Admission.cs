using Sandbox.Host.Catalogues;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Procedures;
using Sandbox.Policy;
using Sandbox.Policy.Masking;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Scenarios;

/// <summary>What must hold beside the consents before data are asked for, granted and read: asked anew each time, because it can change after a grant.</summary>
internal static class Admission
{
    /// <summary>Data sets that the profile bars by class, or that stand on the negative list (YB-2-1, YN25-15-1).</summary>
    public static IReadOnlyList<Refusal> Barred(OpenDomain domain, IEnumerable<string> dataSets)
    {
        var entries = domain.Registry.All<NegativeEntry>().Where(entry => entry.EndedAt is null).ToLookup(entry => entry.DataSet, StringComparer.Ordinal);
        return [.. dataSets.Where(Names.Valid).SelectMany(id => BarredClasses.Check(
            domain.Procedures,
            id,
            domain.Registry.Find<Classification>(id)?.BarredBy ?? [],
            entries[id].FirstOrDefault()?.Id).Refusals)];
    }

    /// <summary>Data sets outside the catalogue for authorised operation, where the domain requires one (FT-5-1).</summary>
    public static IReadOnlyList<Refusal> NotInCatalogue(OpenDomain domain, IEnumerable<string> dataSets)
    {
        if (!Duty.InForce(domain, Duty.Catalogue))
        {
            return [];
        }

        var open = CatalogueEntry.Published(domain).Where(entry => entry.Operation && entry.DataSet is not null).Select(entry => entry.DataSet!).ToHashSet(StringComparer.Ordinal);
        return [.. dataSets.Where(id => Names.Valid(id) && !open.Contains(id)).Select(id => new Refusal(
            "FT-5-1",
            $"The data set '{id}' is not in the catalogue of data that are open to authorised operation.",
            "Let its source department publish an entry for it (catalogue publish), with operation true.",
            $"数据集“{id}”不在授权运营目录内。",
            "请由数源部门发布目录条目（catalogue publish），并将 operation 设为 true。"))];
    }

    /// <summary>A selection or application that the domain requires and that is not closed by signature (YB-8-1, YN25-13-1).</summary>
    public static IReadOnlyList<Refusal> ProcedureOpen(OpenDomain domain, Scenario scenario)
    {
        var name = scenario.Partner ? Duty.DeveloperApplication : Duty.OperatorSelection;
        if (!Duty.InForce(domain, name) || domain.Procedures.Find(name) is not { } chain)
        {
            return [];
        }

        return domain.Registry.All<ProcedureCase>().Any(item => item.Chain == name && item.Subject == scenario.Operator && StepProof.Opens(domain, chain, item)) ? [] :
        [
            new Refusal(
                chain.Rule,
                $"The organisation '{scenario.Operator}' has not gone through '{name}' up to '{chain.OpensWith}', and no data are opened before that.",
                "Close the steps of its case in order (procedure close).",
                $"“{scenario.Operator}”尚未完成“{chain.NameZh}”至“{chain.Steps[chain.IndexOf(chain.OpensWith)].NameZh}”步骤，在此之前不得开放数据。",
                "请依次办结其案件的各步骤（procedure close）。"),
        ];
    }

    /// <summary>Columns whose grade was raised over what the granted mask allows (CC-25-1).</summary>
    public static IReadOnlyList<Refusal> GradesRaised(OpenDomain domain, Scenario scenario, DomainAction action, ZoneKind zone, IReadOnlyCollection<ColumnName> touched)
    {
        if (zone is not (ZoneKind.Workbench or ZoneKind.Production) || action is not (DomainAction.BuildZone or DomainAction.Query or DomainAction.Train or DomainAction.Apply))
        {
            return [];
        }

        var refusals = new List<Refusal>();
        foreach (var table in scenario.Tables)
        {
            var set = domain.Registry.Find<DataSet>(table.DataSet);
            foreach (var column in table.Columns.Where(column => touched.Contains(new ColumnName(table.DataSet, column.Name))))
            {
                if (set?.Columns.FirstOrDefault(known => known.Name == column.Name) is not { } known || !MaskPolicy.Check(known.Identifies, known.Grade, column.Rule(zone), zone).IsPermitted)
                {
                    refusals.Add(new(
                        "CC-25-1",
                        $"Column {column.Name} of {table.DataSet} is graded higher now than its mask in this grant allows.",
                        "Ask for a new scenario with a stronger mask for it.",
                        $"{table.DataSet} 的 {column.Name} 列现行分级高于本授权所定脱敏方式允许的级别。",
                        "请以更强的脱敏方式重新申请场景。"));
                }
            }
        }

        return refusals;
    }
}
