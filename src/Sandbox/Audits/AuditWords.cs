using Sandbox.Policy;

namespace Sandbox.Host.Audits;

/// <summary>Refusals around audit packs and reports.</summary>
internal static class AuditWords
{
    public static Refusal NotThisRole() => Answers.Refusals.NotThisRole("make audit papers", "编制审计材料", "the bureau, an auditor or an appointed third party", "主管部门、审计人员或指定第三方");

    public static Refusal NotOver(string period) => new(
        "SB-AUDIT-1", $"{period} is not over yet: its totals could still change.", "Make the paper after its last day (UTC).", $"{period} 尚未结束，汇总数仍可能变化。", "请在该期间最后一日（UTC）之后编制。");

    public static Refusal Before(string period) => new(
        "SB-AUDIT-2", $"{period} lies before this domain was made.", "Name a later period.", $"{period} 早于本域建立时间。", "请指定之后的期间。");

    public static Refusal NotWhole(string period) => new(
        "SB-AUDIT-3", $"Entries of {period} were removed after their retention, or their sealed files are elsewhere: totals would be too small.", "Bring the files of the sealed periods back into the archive folder.",
        $"{period} 的部分日志已在保存期满后移除或其封存文件不在本域，汇总数将偏小。", "请将封存文件放回归档文件夹。");

    public static Refusal FileStands() => new(
        "SB-AUDIT-4", "A file stands where the paper would be written, or the folder is missing; nothing was written.", "Give another --out file.", "写入位置已有文件或目录不存在；未写入任何内容。", "请另行指定 --out 文件。");
}
