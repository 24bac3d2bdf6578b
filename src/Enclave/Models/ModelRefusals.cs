using Sandbox.Policy;

namespace Sandbox.Enclave.Models;

/// <summary>Every refusal of a model, worded once. Names that a module brings are shortened and stripped before they are shown.</summary>
internal static class ModelRefusals
{
    public static Refusal NotWebAssembly() => new(
        "SB-MODEL-1",
        "The file is not a WebAssembly module.",
        "Build the model for wasm32-wasi and submit the .wasm file itself.",
        "该文件不是 WebAssembly 模块。",
        "请以 wasm32-wasi 为目标编译模型，并提交生成的 .wasm 文件。");

    public static Refusal Malformed(string what) => new(
        "SB-MODEL-2",
        $"The module can't be accepted: {what}.",
        "Build it again with plain WebAssembly 2.0 features (no threads, no exceptions, no garbage collection).",
        "模块结构有误，或使用了 WebAssembly 2.0 以外的功能。",
        "请仅使用 WebAssembly 2.0 的基本功能重新编译（不含线程、异常与垃圾回收）。");

    public static Refusal ForeignImport(ModuleImport import) => new(
        "SB-MODEL-3",
        $"The module asks for \"{Shown(import.Module)}.{Shown(import.Name)}\", which the domain does not offer.",
        "Use only the WASI preview 1 calls of the documentation; remove code that needs others.",
        $"模块要求使用域内未提供的功能“{Shown(import.Module)}.{Shown(import.Name)}”。",
        "请仅使用文档所列的 WASI preview 1 调用，并移除需要其他调用的代码。");

    public static Refusal SharedMemory() => new(
        "SB-MODEL-4",
        "The module shares memory between threads.",
        "Build it without threads and atomics.",
        "模块使用了线程间共享内存。",
        "请在不启用线程和原子操作的情况下重新编译。");

    public static Refusal RelaxedSimd() => new(
        "SB-MODEL-5",
        "The module uses relaxed SIMD, whose results differ between processors, so a run could not be repeated.",
        "Build it with fixed-width SIMD or without SIMD.",
        "模块使用了结果因处理器而异的宽松 SIMD 指令，运行结果将无法复现。",
        "请改用定宽 SIMD 或不使用 SIMD 重新编译。");

    public static Refusal MemoryTooLarge(long limitMib) => new(
        "SB-MODEL-6",
        $"The module needs more memory at its start than the {limitMib} MiB it may have.",
        "Make its static data smaller or declare a larger limit, if the domain allows one.",
        $"模块启动时所需内存超过其允许的 {limitMib} MiB。",
        "请减小静态数据，或在域允许的范围内声明更高的内存上限。");

    public static Refusal TooLarge(string what, long limit) => new(
        "SB-MODEL-7",
        $"The model's {what} exceeds the limit of {limit}.",
        "Submit a smaller model.",
        $"模型超出规模上限（{limit}）。",
        "请提交更小的模型。");

    public static Refusal NotACommand(string what) => new(
        "SB-MODEL-8",
        $"The module is not a WASI command: {what}.",
        "Build a program with a main function for wasm32-wasi.",
        "模块不是 WASI 命令模块。",
        "请以 wasm32-wasi 为目标编译含 main 函数的程序。");

    public static Refusal Manifest(string path, string what) => new(
        "SB-MODEL-9",
        $"model.json is not acceptable at {path}: {what}.",
        "Correct model.json as the reference describes it.",
        $"model.json 在 {path} 处不符合要求。",
        "请按参考文档修正 model.json。");

    public static Refusal Package(string what) => new(
        "SB-MODEL-10",
        $"The model package is not complete: {what}.",
        "Submit a folder or a .zip that holds exactly model.json and one of model.wasm, parameters.json and parameters.onnx.",
        "模型包不完整或含有多余内容。",
        "请提交仅包含 model.json 以及 model.wasm、parameters.json、parameters.onnx 三者之一的文件夹或 .zip 文件。");

    public static Refusal Parameters(string name, string what) => new(
        "SB-MODEL-11",
        $"The run's parameter \"{Shown(name)}\" {what}.",
        "Give only the parameters that model.json declares, within their bounds.",
        $"运行参数“{Shown(name)}”不符合 model.json 的声明。",
        "请仅提供 model.json 已声明的参数，且取值在其范围内。");

    public static Refusal BadParameters(string what) => new(
        "SB-MODEL-12",
        $"The parameters can't be taken: they hold {what}.",
        "Export them again from your tool as docs/models.md describes it.",
        "模型参数文件不符合要求，或使用了不支持的内容。",
        "请按文档 docs/models.md 的说明从建模工具重新导出参数。");

    public static Refusal OtherFeatures(int features) => new(
        "SB-MODEL-13",
        $"The parameters' features ({features}) are not the columns of $.scoring.features, one for one and in the same order.",
        "List the columns in the order of the training; if the file names its features, the names must be the columns' names.",
        $"参数文件中的特征（{features} 个）与 $.scoring.features 所列的列不一致，或顺序不同。",
        "请按训练时的顺序列出各列；若参数文件含特征名称，须与列名一致。");

    public static Refusal NoScoringModule() => new(
        "SB-MODEL-14",
        "The scoring module that runs models without code is not built.",
        "Run ./sandbox once, or bash models/build.sh.",
        "用于无代码模型的评分模块尚未构建。",
        "请运行一次 ./sandbox，或执行 bash models/build.sh。");

    /// <summary>At most 48 letters, digits and the marks of identifiers; everything else becomes a question mark.</summary>
    internal static string Shown(string name)
    {
        var shown = name.Length > 48 ? name[..48] : name;
        return string.Create(shown.Length, shown, static (target, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                target[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '-' or '.' or '$' or '/' ? text[i] : '?';
            }
        });
    }
}
