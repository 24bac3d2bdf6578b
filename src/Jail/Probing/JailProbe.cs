using System.Globalization;
using Sandbox.Jail.Filters;
using Sandbox.Jail.Launching;

namespace Sandbox.Jail.Probing;

/// <summary>Finds out what jail the machine gives and says what to do about what is missing.</summary>
internal static class JailProbe
{
    public static JailReport Run(HostTools tools, bool root, Lazy<string?> addon, Func<bool> trial)
    {
        var words = new List<JailAdvice>();
        var missing = tools.Missing().ToArray();
        if (missing.Length > 0)
        {
            words.Add(new(
                $"Missing: {string.Join(", ", missing)}. Install them: apt-get install bubblewrap util-linux.",
                $"缺少：{string.Join("、", missing)}。请安装：apt-get install bubblewrap util-linux。"));
        }

        var works = missing.Length == 0 && trial();
        if (missing.Length == 0 && !works)
        {
            words.Add(UserNamespaceAdvice(root));
        }

        var second = works && addon.Value is not null;
        if (works && !second)
        {
            words.Add(new(
                "Without a C compiler the second call filter for models is absent. Install one: apt-get install gcc libc6-dev.",
                "未找到 C 编译器，模型的第二层系统调用过滤不可用。请安装：apt-get install gcc libc6-dev。"));
        }

        return new JailReport
        {
            Level = second ? 2 : works ? 1 : 0,
            Bubblewrap = tools.Bubblewrap is null ? null : Version(tools.Bubblewrap),
            UserNamespaces = works,
            CompilerPresent = SecondStage.FindCompiler() is not null,
            Cgroup = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "v2" : Directory.Exists("/sys/fs/cgroup/memory") ? "v1" : "none",
            Words = words,
        };
    }

    private static JailAdvice UserNamespaceAdvice(bool root)
    {
        if (IsZero("/proc/sys/user/max_user_namespaces"))
        {
            return new("User namespaces are switched off: sysctl -w user.max_user_namespaces=15000.", "用户命名空间已关闭：请执行 sysctl -w user.max_user_namespaces=15000。");
        }

        if (IsZero("/proc/sys/kernel/unprivileged_userns_clone"))
        {
            return new("Unprivileged user namespaces are switched off: sysctl -w kernel.unprivileged_userns_clone=1.", "非特权用户命名空间已关闭：请执行 sysctl -w kernel.unprivileged_userns_clone=1。");
        }

        if (File.Exists("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") && !IsZero("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))
        {
            return new(
                "AppArmor forbids user namespaces: give bwrap a profile that allows userns, or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.",
                "AppArmor 禁止用户命名空间：请为 bwrap 配置允许 userns 的策略，或执行 sysctl -w kernel.apparmor_restrict_unprivileged_userns=0。");
        }

        return new(
            root
                ? "A trial jail could not be built. In a container, allow user namespaces and an unmasked /proc (for example --security-opt seccomp=unconfined --security-opt systempaths=unconfined)."
                : "A trial jail could not be built. Allow unprivileged user namespaces, or run as root.",
            root
                ? "无法建立试验沙箱。若在容器中，请允许用户命名空间并取消对 /proc 的屏蔽（例如 --security-opt seccomp=unconfined --security-opt systempaths=unconfined）。"
                : "无法建立试验沙箱。请允许非特权用户命名空间，或以 root 运行。");
    }

    private static bool IsZero(string path) =>
        File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var value) && value == 0;

    private static string? Version(string bubblewrap) => ToolRun.Output([bubblewrap, "--version"])?.Trim().Split(' ').Last();
}
