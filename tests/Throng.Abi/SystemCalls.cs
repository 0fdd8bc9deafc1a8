using Throng.Linux;

namespace Throng.Abi;

/// <summary>The system calls that are called by number, as this very process numbers them.</summary>
internal static class SystemCalls
{
    public static IReadOnlyList<(string Name, int Number)> All { get; } =
    [
        ("__NR_io_uring_setup", Libc.SysIoUringSetup),
        ("__NR_io_uring_enter", Libc.SysIoUringEnter),
        ("__NR_io_uring_register", Libc.SysIoUringRegister),
        ("__NR_sched_setattr", Libc.SysSchedSetAttr),
        ("__NR_bpf", Libc.SysBpf),
        ("__NR_epoll_pwait2", Libc.SysEpollPwait2),
    ];
}
