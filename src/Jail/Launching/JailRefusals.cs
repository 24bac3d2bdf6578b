namespace Sandbox.Jail.Launching;

/// <summary>The refusals of this room.</summary>
internal static class JailRefusals
{
    public static JailRefusedException NoProgram() => new(
        "JAIL-PROGRAM", "The worker that should run in the jail is absent.", "Build the project again.",
        "沙箱内要运行的程序不存在。", "请重新构建项目。");

    public static JailRefusedException NotNative() => new(
        "JAIL-PROGRAM", "The program is not an ELF program for x86-64.", "Name a compiled program; scripts have no interpreter inside the jail.",
        "该程序不是 x86-64 的 ELF 可执行文件。", "请指定已编译的程序；沙箱内没有脚本解释器。");

    public static JailRefusedException NotBuilt() => new(
        "JAIL-BUILD", "The jail could not be built, so nothing was started.", "Run `sandbox doctor`; it says what this machine lacks.",
        "无法建立沙箱，未启动任何程序。", "请运行 sandbox doctor 查看本机缺少的条件。");

    public static JailRefusedException Level(int wanted, JailReport report) => new(
        "JAIL-LEVEL",
        $"This work needs jail level {Math.Max(1, wanted)} and this machine gives {report.Level}.",
        report.Words.Count > 0 ? string.Join(" ", report.Words.Select(advice => advice.En)) : "Run `sandbox doctor`.",
        $"此项工作需要沙箱级别 {Math.Max(1, wanted)}，本机仅提供级别 {report.Level}。",
        report.Words.Count > 0 ? string.Concat(report.Words.Select(advice => advice.Zh)) : "请运行 sandbox doctor。");
}
