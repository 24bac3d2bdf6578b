namespace Sandbox.Jail.Filters;

/// <summary>What the kernel does with a call. The default value kills the process.</summary>
internal readonly record struct FilterAction
{
    private const uint KillProcess = 0x8000_0000, Errno = 0x0005_0000, AllowCall = 0x7fff_0000;

    private readonly uint _return;

    private FilterAction(uint value) => _return = value;

    public static FilterAction Kill => default;

    public static FilterAction Allow { get; } = new(AllowCall);

    /// <summary>EPERM.</summary>
    public static FilterAction NotPermitted { get; } = Fail(1);

    /// <summary>EAGAIN.</summary>
    public static FilterAction TryAgain { get; } = Fail(11);

    /// <summary>EINVAL.</summary>
    public static FilterAction Invalid { get; } = Fail(22);

    /// <summary>ENOSYS: the caller falls back to an older call.</summary>
    public static FilterAction Absent { get; } = Fail(38);

    /// <summary>The value of the filter's return instruction.</summary>
    public uint Return => _return == 0 ? KillProcess : _return;

    private static FilterAction Fail(uint errno) => new(Errno | errno);
}
