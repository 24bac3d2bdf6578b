using System.Globalization;
using System.Text;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>What remains of a table once small classes are out.</summary>
/// <param name="Smallest">Smallest class that remains; null when none does.</param>
/// <param name="LeftOut">Rows left out.</param>
/// <param name="Candidates">People in the class of a remaining row, on average over the rows.</param>
/// <param name="Join">SQL that keeps the others, for the staged table under the name s.</param>
internal sealed record KeptClasses(long? Smallest, long LeftOut, double? Candidates, string Join);

/// <summary>Classes of equal masked values: what an analyst could tell apart. A class counts its people, or its rows where a table has no subject.</summary>
/// <param name="shown">Names of the staged columns that form the classes.</param>
internal sealed class EquivalenceClasses(DuckDbConnection connection, int k, string? subject, string stage, string classes, string[] shown)
{
    private string K => k.ToString(CultureInfo.InvariantCulture);

    /// <summary>Rows in small classes, and the classes that remain.</summary>
    public LatticeCount Count()
    {
        using var result = connection.Query($"SELECT coalesce(sum(sandbox_rows) FILTER (sandbox_people < {K}), 0)::BIGINT, count(*) FILTER (sandbox_people >= {K}) FROM ({Grouped()})");
        using var chunk = result.Fetch() ?? throw new EngineException(EngineFault.Internal);
        return new LatticeCount(chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
    }

    /// <exception cref="WorkerRefusedException">More rows would be left out than may be.</exception>
    public KeptClasses Keep(long mostLeftOut)
    {
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {classes} AS {Grouped()}");
        var small = connection.ScalarInt64($"SELECT coalesce(sum(sandbox_rows), 0) FROM {classes} WHERE sandbox_people < {K}") ?? 0;
        if (small > mostLeftOut)
        {
            throw new WorkerRefusedException(ZoneRefusals.SmallClassRule);
        }

        var smallest = connection.ScalarInt64($"SELECT min(sandbox_people) FROM {classes} WHERE sandbox_people >= {K}");
        var thousandths = connection.ScalarInt64($"SELECT (1000 * sum(sandbox_people::DOUBLE * sandbox_rows) / sum(sandbox_rows))::BIGINT FROM {classes} WHERE sandbox_people >= {K}");
        var match = new StringBuilder($"SEMI JOIN {classes} c ON c.sandbox_people >= {K}");
        foreach (var name in shown)
        {
            match.Append(CultureInfo.InvariantCulture, $" AND s.{name} IS NOT DISTINCT FROM c.{name}");
        }

        return new KeptClasses(smallest, small, thousandths / 1000.0, match.ToString());
    }

    private string Grouped()
    {
        var people = subject is null ? "count(*)" : $"count(DISTINCT {subject})";
        var group = shown.Length > 0 ? $"GROUP BY {string.Join(", ", shown)}" : "";
        return $"SELECT {string.Concat(shown.Select(name => $"{name}, "))}{people} AS sandbox_people, count(*) AS sandbox_rows FROM {stage} {group}";
    }
}
