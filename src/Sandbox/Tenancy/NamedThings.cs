using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;

namespace Sandbox.Host.Tenancy;

/// <summary>One answer for what is not there and for what is another tenant's.</summary>
internal static class NamedThings
{
    public static Refusal Missing(Named kind, string? name)
    {
        var (what, zh) = kind switch
        {
            Named.Scenario => ("scenario", "场景"),
            Named.DataSet => ("data set", "数据集"),
            Named.Zone => ("zone", "分区"),
            Named.Model => ("model", "模型"),
            Named.Run => ("run", "运行"),
            Named.Round => ("round", "轮次"),
            Named.Export => ("export request", "出域申请"),
            _ => ("thing", "对象"),
        };
        return Refusals.Missing(what, zh, Names.Valid(name) ? name! : "?");
    }

    /// <summary>The first of some names that nothing has which may be known of; null where all are known.</summary>
    public static Refusal? Unknown(OpenDomain domain, Sight sight, IEnumerable<(Named Kind, string? Name)> names)
    {
        foreach (var (kind, name) in names)
        {
            if (!Names.Valid(name) || !sight.Knows(domain.Registry, kind, name!))
            {
                return Missing(kind, name);
            }
        }

        return null;
    }
}
