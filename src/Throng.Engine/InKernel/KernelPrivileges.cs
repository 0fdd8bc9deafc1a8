using Throng.Linux;

namespace Throng.Engine;

/// <summary>Privileges that the kernel wants to see before it runs a program of ours.</summary>
internal static class KernelPrivileges
{
    /// <param name="engine">As a person typed it.</param>
    /// <param name="calculates">Whether the program calculates with addresses of a packet.</param>
    /// <exception cref="SetupException">One of them is missing.</exception>
    public static void Require(string engine, bool calculates)
    {
        Capabilities own = Capabilities.Read();
        List<string> missing = [];
        if (!own.LoadsPrograms)
        {
            missing.Add("CAP_BPF");
        }

        if (!own.ChangesNetwork)
        {
            missing.Add("CAP_NET_ADMIN");
        }

        if (calculates && !own.CalculatesAddresses)
        {
            missing.Add("CAP_PERFMON");
        }

        if (missing.Count > 0)
        {
            string needed = calculates ? "cap_bpf,cap_net_admin,cap_perfmon" : "cap_bpf,cap_net_admin";
            throw new SetupException(
                $"--engine {engine} needs {string.Join(" and ", missing)}"
                    + (own.IsInitial ? "" : " of the host, not of a user namespace"),
                $"run it as root, or once: setcap {needed}+ep $(command -v throng)",
                Errno.EPERM);
        }
    }
}
