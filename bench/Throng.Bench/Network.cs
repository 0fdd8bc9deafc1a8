using System.Diagnostics;
using Throng.Linux;

namespace Throng.Bench;

/// <summary>
/// A network namespace for one trial, so that ports in TIME_WAIT and kernel memory of the one before go with it. Where
/// none can be made, the surrounding one.
/// </summary>
internal sealed class Network : IDisposable
{
    /// <summary>There is one at a time.</summary>
    private static volatile Network? _last;

    private readonly string _name = $"throng-bench-{Environment.ProcessId}-{Guid.NewGuid():N}"[..36];

    public Network()
    {
        IsOwn = TryRun("ip", $"netns add {_name}") && TryRun("ip", $"-n {_name} link set lo up");
        _last = this;
    }

    public bool IsOwn { get; }

    /// <summary>The words before a command line that runs in this namespace.</summary>
    public string Before => IsOwn ? $"ip netns exec {_name} " : "";

    /// <summary>
    /// Ephemeral ports as processes started from now on find them; false where that is not ours to set.
    /// </summary>
    public bool TrySetPorts(int first, int last) =>
        IsOwn && TryRun("ip", $"netns exec {_name} sysctl -q -w net.ipv4.ip_local_port_range=\"{first} {last}\"");

    /// <summary>Changes a setting of the network; false where that is not ours to do.</summary>
    public bool TrySet(string setting, int value) =>
        IsOwn && TryRun("ip", $"netns exec {_name} sysctl -q -w {setting}={value}");

    /// <summary>The sockets in here, as a process that lives here sees them.</summary>
    public static SocketCounts SocketsOf(int processId) =>
        SocketCounts.TryParse(
            File.ReadAllText($"/proc/{processId}/net/sockstat"), Sockstat6(processId), out SocketCounts counts)
            ? counts
            : default;

    /// <summary>
    /// Listening sockets of a process's namespace, from the state column of /proc/PID/net/tcp: listeners come first,
    /// so that not every connection has to be read.
    /// </summary>
    public static int ListenersOf(int processId)
    {
        const string Listening = " 00000000:0000 0A ";
        return File.ReadLines($"/proc/{processId}/net/tcp").Skip(1)
            .TakeWhile(static line => line.Contains(Listening, StringComparison.Ordinal)).Count();
    }

    /// <summary>Removes what an interrupted driver would leave.</summary>
    public static void RemoveAll() => _last?.Dispose();

    public void Dispose()
    {
        _last = null;
        if (IsOwn)
        {
            _ = TryRun("ip", $"netns del {_name}");
        }
    }

    private static string Sockstat6(int processId)
    {
        string path = $"/proc/{processId}/net/sockstat6";
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private static bool TryRun(string program, string arguments)
    {
        try
        {
            using Process? process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            string? complaint = process?.StandardError.ReadToEnd();
            process?.WaitForExit();
            return process is { ExitCode: 0 } && complaint?.Length == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no ip here
        }
    }
}
