using Sandbox.Policy;

namespace Sandbox.Vault.Scanning;

/// <summary>The closed reasons for which a scan is refused.</summary>
internal static class ScanRules
{
    internal static Refusal Column { get; } = new(
        ScanRole.UnknownColumn, "A wanted table or column does not exist in this zone or data set.", "Use the names that the zone lists.",
        "所需的表或列在该分区或数据集中不存在。", "请使用分区列出的名称。");

    internal static Refusal Memory { get; } = new(
        "SCAN-MEMORY", "The scan needs more memory than it may use.", "Ask for fewer columns or raise the limit.", "扫描所需内存超过上限。", "请减少列数或提高上限。");

    internal static Refusal Reader { get; } = new(
        "SCAN-READER", "The reader in the jail ended before all rows were read.", "Try again; if it happens again the stored object may be damaged: check it.",
        "隔离环境中的读取程序在读完所有行之前终止。", "请重试；若再次发生，存储对象可能已损坏，请检查。");
}
