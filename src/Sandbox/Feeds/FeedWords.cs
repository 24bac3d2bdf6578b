using Sandbox.Policy;

namespace Sandbox.Host.Feeds;

/// <summary>Refusals of the log feed.</summary>
internal static class FeedWords
{
    public static Refusal Inside() => new(
        "SB-FEED-1", "The folder of a receiver must exist and lie outside the domain's folder.", "Name a folder that the receiver can reach, for example a mounted share.",
        "接收方文件夹须已存在且位于授权运营域文件夹之外。", "请指定接收方可访问的文件夹，例如已挂载的共享目录。");

    public static Refusal Unreachable() => new(
        "SB-FEED-2", "The receiver's folder is not there, or its path now leads elsewhere; nothing was handed out and the position stays.", "Bring the folder back and push again: the feed goes on where it stood.",
        "接收方文件夹不存在或其路径已指向别处；未推送任何内容，位置保持不变。", "请恢复该文件夹后重新推送：将从原位置继续。");

    public static Refusal Forged() => new(
        "SB-FEED-3", "The acknowledgement is not one that this receiver signed for a batch that it was handed; the position of the feed was not moved.", "Keep the file for the auditor, remove it from the folder, and let the receiver acknowledge again.",
        "回执并非该接收方对已推送批次的签名确认；推送位置未移动。", "请将该文件留存备查并从文件夹移除，由接收方重新确认。");

    public static Refusal Gap() => new(
        "SB-FEED-4", "The next batch does not begin where the stored log ends; it was not taken in.", "Fetch the missing batch: the domain pushes again from the last acknowledgement.",
        "下一批次与已存日志的末尾不衔接；未予接收。", "请获取缺失的批次：该域会从最近一次确认处重新推送。");

    public static Refusal Meanwhile() => new(
        "SB-FEED-5", "Another push of this feed was made meanwhile; nothing was handed out twice.", "Push again.",
        "其间已有另一次推送；未重复推送。", "请重新推送。");

    public static Refusal OtherLedger() => new(
        "SB-FEED-6", "The batch is of another ledger or another part than what is stored here, or its history is another one.", "Keep batch and store as they are and call the auditor.",
        "该批次属于其他账本、其他部分或另一套历史。", "请保留批次与已存日志原状并通知审计人员。");

    public static Refusal Damaged() => new(
        "SB-FEED-7", "A batch in the folder is not genuine or not whole; it and what follows were not taken in.", "Let the domain push again; it replaces the file.",
        "文件夹中有批次不真实或不完整；该批次及其后内容未予接收。", "请由该域重新推送，文件将被替换。");

    public static Refusal StoreForm() => new(
        "SB-FEED-8", "The state of the stored log is damaged or does not fit its file.", "Put the store back from a copy, or let the domain open a new receiver that begins with the first entry.",
        "已存日志的状态损坏或与文件不符。", "请从副本恢复，或由该域新建从首条开始的接收方。");
}
