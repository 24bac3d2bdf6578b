using Sandbox.Host.Domains;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;

namespace Sandbox.Host.DataSets;

/// <summary>Data that were withdrawn, or whose subject's permission ended, are seen by nobody any more: not in a zone that was built before.</summary>
internal static class StaleZones
{
    /// <summary>Why a zone may not be read; null when it may.</summary>
    internal static Refusal? Of(OpenDomain domain, Zone zone, Scenario scenario) =>
        scenario.Tables.Any(table => domain.Registry.Find<DataSet>(table.DataSet) is not { } set || set.RemovedAt >= zone.BuiltAt)
            ? new(
                "ZONE-EPOCH",
                "Data of this zone were withdrawn or replaced after it was built.",
                "Build it again with `sandbox zone refresh`; the grant of the scenario stays.",
                "该分区建成后，其数据已被撤回或替换。",
                "请使用 `sandbox zone refresh` 重新建立分区；场景授权仍然有效。")
            : PermissionNeed.Stale(domain, zone, scenario);

    internal static Refusal Empty() => new(
        "ZONE-EMPTY",
        "A data set of the scenario has no rows: its deliveries were withdrawn.",
        "Let the provider append a delivery.",
        "场景中某数据集已无数据：其各批次已被撤回。",
        "请提供部门追加数据。");
}
