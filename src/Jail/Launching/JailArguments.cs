using System.Globalization;
using System.Text;

namespace Sandbox.Jail.Launching;

/// <summary>The command line that turns a layout into a running jail: setpriv, then prlimit, then bubblewrap, then the engine.</summary>
internal static class JailArguments
{
    private const string Nobody = "65534";

    /// <summary>Where bubblewrap finds what we tell it: descriptors that it closes before the engine starts.</summary>
    public readonly record struct ControlNumbers(int Arguments, int Filter, int Info, int Block)
    {
        public static ControlNumbers Above(int highest) => new(highest + 1, highest + 2, highest + 3, highest + 4);
    }

    public static IReadOnlyList<string> CommandLine(HostTools tools, JailPolicy policy, JailLayout layout, ControlNumbers control, JailUser user) =>
    [
        .. Privileges(tools, user),
        .. Limits(tools, policy, user),
        tools.Bubblewrap!, "--args", Number(control.Arguments), "--",
        .. layout.CommandLine,
    ];

    /// <summary>No privileges, none to be gained, and death together with the parent from the first moment on.</summary>
    private static IEnumerable<string> Privileges(HostTools tools, JailUser user) => user.Id is { } id
        ? [tools.Setpriv!, "--reuid", Number(id), "--regid", Nobody, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--pdeathsig", "KILL", "--"]
        : [tools.Setpriv!, "--no-new-privs", "--pdeathsig", "KILL", "--"];

    public static IEnumerable<string> Limits(HostTools tools, JailPolicy policy, JailUser user)
    {
        var cpu = (long)Math.Ceiling(policy.CpuLimit.TotalSeconds);
        return
        [
            tools.Prlimit!,
            string.Create(CultureInfo.InvariantCulture, $"--cpu={cpu}:{cpu + 1}"),
            "--data=" + Number(policy.DataLimitBytes),
            "--nofile=" + Number(policy.OpenFiles),
            "--fsize=" + Number(policy.FileSizeLimit),
            "--core=0",
            "--stack=8388608",
            "--memlock=65536",
            "--msgqueue=0",
            .. user.Alone ? ["--nproc=" + Number(policy.Threads)] : Array.Empty<string>(),
            "--",
        ];
    }

    /// <summary>
    /// bubblewrap's own options, handed over in a memory file: a command line can be read by every user of the machine and by the jail itself.
    /// No <c>--new-session</c>: a child must stay in the guardian's process group. What that option is against, typing into the terminal, is refused
    /// by the filter, and no descriptor of a terminal and no /dev reach a jail.
    /// </summary>
    public static byte[] Options(JailPolicy policy, JailLayout layout, ControlNumbers control)
    {
        var options = new List<string>
        {
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", Nobody, "--gid", Nobody, "--cap-drop", "ALL", "--hostname", "jail",
            "--clearenv", "--die-with-parent",
            "--seccomp", Number(control.Filter), "--info-fd", Number(control.Info), "--block-fd", Number(control.Block),
        };
        foreach (var (host, inside) in layout.Binds)
        {
            options.AddRange(["--ro-bind", host, inside]);
        }

        foreach (var library in SystemLibraries.For(policy.Engine))
        {
            options.AddRange(["--ro-bind", library, library]);
        }

        if (layout.Proc)
        {
            options.AddRange(["--proc", "/proc"]);
        }

        if (policy.RandomDevice)
        {
            options.AddRange(["--dev-bind", "/dev/urandom", "/dev/urandom"]);
        }

        if (policy.TmpfsBytes > 0)
        {
            options.AddRange(["--perms", "0700", "--size", Number(policy.TmpfsBytes), "--tmpfs", "/tmp"]);
        }

        foreach (var (name, value) in layout.Environment)
        {
            options.AddRange(["--setenv", name, value]);
        }

        options.AddRange(["--remount-ro", "/", "--chdir", "/"]);

        // Each option ends at a NUL: one inside a value would begin an option that nobody meant.
        if (options.Exists(option => option.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException("A path or variable of a child holds a NUL character.", nameof(layout));
        }

        return Encoding.UTF8.GetBytes(string.Concat(options.Select(option => option + '\0')));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
