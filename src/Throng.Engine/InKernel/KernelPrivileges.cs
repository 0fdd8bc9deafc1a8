using Throng.Linux;

namespace Throng.Engine;

/// <summary>Privileges that the kernel wants to see before it runs a program of ours.</summary>
internal static class KernelPrivileges
{
    /// <param name="engine">As a person typed it.</param>
    /// <param name="calculates">Whether the program calculates with addresses of a packet.</param>
    /// <param name="takesPackets">Whether packets themselves are taken.</param>
    /// <exception cref="SetupException">One of them is missing.</exception>
    public static void Require(string engine, bool calculates, bool takesPackets = false)
    {
        Capabilities own = Capabilities.Read();
        (string Name, bool IsNeeded, bool IsThere)[] all =
        [
            ("CAP_BPF", true, own.LoadsPrograms),
            ("CAP_NET_ADMIN", true, own.ChangesNetwork),
            ("CAP_PERFMON", calculates, own.CalculatesAddresses),
            ("CAP_NET_RAW", takesPackets, own.TakesPackets),
            ("CAP_IPC_LOCK", takesPackets, true), // or RLIMIT_MEMLOCK, which the kernel looks at itself
        ];
        string[] missing = [.. all.Where(one => one is { IsNeeded: true, IsThere: false }).Select(one => one.Name)];
        if (missing.Length > 0)
        {
            IEnumerable<string> needed = all.Where(one => one.IsNeeded).Select(one => one.Name.ToLowerInvariant());
            throw new SetupException(
                $"--engine {engine} needs {string.Join(" and ", missing)}"
                    + (own.IsInitial ? "" : " of the host, not of a user namespace"),
                $"run it as root, or once: setcap {string.Join(',', needed)}+ep $(command -v throng)",
                Errno.EPERM);
        }
    }
}
