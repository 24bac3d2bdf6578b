using Sandbox.Policy;

namespace Sandbox.Host.Models;

/// <summary>Refusals about models and runs that are the host's own.</summary>
internal static class ModelWords
{
    public static Refusal NotWhatWasSubmitted() => new(
        "FT-21-2",
        "The stored model is not the one that was submitted and reviewed.",
        "Submit it again and have it reviewed; nothing was run.",
        "存储的模型与提交审查的模型不一致。",
        "请重新提交并审查；未运行任何代码。");

    public static Refusal Ungranted(string table) => new(
        "CC-17-3",
        $"The model asks for a table or column that the scenario does not have ({table}).",
        "Ask only for granted columns, or request a scenario with them.",
        $"模型所需的表或列不在场景授权范围内（{table}）。",
        "请仅使用已授权的列，或申请包含这些列的场景。");

    public static Refusal OtherKind(string wanted) => new(
        "SB-RUN-1",
        $"The model was submitted as the other kind; this run wants a model of kind {wanted}.",
        "Train and apply are different rights: submit a model of the kind you need.",
        $"模型提交的类型不符；本次运行需要 {wanted} 类型的模型。",
        "训练与应用属于不同权限，请提交相应类型的模型。");

    public static Refusal OneInput() => new(
        "SB-RUN-2",
        "A model has exactly one input table in this version.",
        "Ask for one table in model.json.",
        "当前版本的模型只能有一个输入表。",
        "请在 model.json 中只声明一个输入表。");

    public static Refusal Blocked() => new(
        "FT-34-1",
        "The model is blocked.",
        "Ask the bureau why; a changed model is submitted anew.",
        "该模型已被停用。",
        "请向主管部门了解原因；修改后的模型须重新提交。");

    public static Refusal AuthorApproves() => new(
        "FT-21-2",
        "Whoever submitted a model, or belongs to the same organisation, may not approve it.",
        "Let the bureau review it.",
        "模型提交者及其所属单位不得审批该模型。",
        "请由主管部门审查。");

    public static Refusal NoTrained() => new(
        "SB-RUN-3",
        "The run has no trained parameters: the named run did not complete, was no training, or belongs to another scenario.",
        "Name a completed training run of the same scenario with --trained.",
        "缺少训练参数：所指运行未完成、不是训练运行，或属于其他场景。",
        "请用 --trained 指定同一场景内已完成的训练运行。");

    public static Refusal ModuleTooLarge(long limit) => new(
        "SB-MODEL-7",
        $"The model's size in bytes exceeds the limit of {limit}.",
        "Submit a smaller model.",
        $"模型超出规模上限（{limit}）。",
        "请提交更小的模型。");

    public static Refusal NotRepeatable() => new(
        "SB-RUN-4",
        "The run can't be executed once more: its model is not the one that ran, it was recorded without clock, seed and fuel, or it ended by time or a crash, which depend on the machine.",
        "Replay a run that ended by itself or at a limit of fuel, memory or output.",
        "该运行无法重放：其模型已非当时运行的模型，记录中没有时钟、种子和燃料，或因超时、崩溃而结束（取决于机器）。",
        "请重放自行结束，或因燃料、内存、输出上限而结束的运行。");

    public static Refusal ReplayDiffers(bool reason, bool fuel, bool output) => new(
        "SB-RUN-5",
        $"The run executed once more is not the same: reason {Word(reason)}, fuel {Word(fuel)}, output {Word(output)}.",
        "Do not release anything of this run; have domain and engine examined.",
        $"重放结果与原运行不一致：结束原因{WordZh(reason)}，燃料{WordZh(fuel)}，输出{WordZh(output)}。",
        "请勿发布该运行的任何结果，并检查本域及运行引擎。");

    private static string Word(bool same) => same ? "the same" : "different";

    private static string WordZh(bool same) => same ? "相同" : "不同";
}
