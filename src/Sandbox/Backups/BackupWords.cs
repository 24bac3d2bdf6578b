using Sandbox.Policy;

namespace Sandbox.Host.Backups;

/// <summary>Refusals about backups.</summary>
internal static class BackupWords
{
    public static Refusal Stands() => new(
        "SB-BACKUP-1", "There is already a file of this name; backups are never overwritten.", "Choose another name.", "已存在同名文件；备份从不覆盖。", "请换一个文件名。");

    public static Refusal NotEmpty() => new(
        "SB-BACKUP-2", "A backup is restored into a new or empty folder; this one holds something. Nothing was changed.", "Name another folder with --dir.", "备份只能恢复到新建或空文件夹；该文件夹已有内容。未作任何更改。", "请用 --dir 指定其他文件夹。");

    public static Refusal Incomplete() => new(
        "SB-BACKUP-3", "The backup does not hold everything that its registry names.", "Use another backup; keep this one for the auditor.", "备份缺少其登记库所列的内容。", "请使用其他备份；保留此备份供审计。");

    public static Refusal OtherHistory() => new(
        "SB-BACKUP-4", "The backup's ledger is not the beginning of this domain's ledger.", "Use a backup of this domain; keep both and call the auditor.", "备份中的账本不是本域账本的前段。", "请使用本域的备份；保留两者并通知审计人员。");
}
