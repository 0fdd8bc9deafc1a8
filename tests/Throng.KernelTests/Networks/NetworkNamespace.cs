using System.Diagnostics;
using System.Globalization;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// A network namespace with a loopback of its own: the kernel's counts in it are of this test alone, the ports are all
/// free, and the source ports are the usual ones.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static int _made;

    private readonly string _name = $"throng-scale-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";

    /// <summary>Skips the test where none can be made.</summary>
    public NetworkNamespace()
    {
        Needs.Root();
        Needs.Tool("ip");
        bool isMade = Ip($"netns add {_name}", out _) && Ip($"-n {_name} link set lo up", out _);
        if (!isMade)
        {
            Dispose();
            Needs.Host(false, "network namespaces cannot be made here");
        }
    }

    /// <summary>In here, with room for 20,000 descriptors, the usual hard limit of a container.</summary>
    public Launch Launch => new() { Nofile = 20_000, Before = $"ip netns exec {_name} " };

    /// <summary>Sockets in the namespace now; orphans are the whole machine's.</summary>
    public SocketCounts Sockets()
    {
        _ = Ip($"netns exec {_name} cat /proc/net/sockstat", out string text);
        _ = SocketCounts.TryParse(text, "", out SocketCounts counts);
        return counts;
    }

    /// <summary>Changes the packet filter in here.</summary>
    public void Nft(string ruleset)
    {
        Needs.Tool("nft");
        bool isAdded = Ip($"netns exec {_name} nft {ruleset}", out _);
        Assert.True(isAdded, $"nft takes: {ruleset}");
    }

    /// <summary>Changes a setting of the network in here.</summary>
    public void Set(string setting, int value) => Assert.True(
        Ip($"netns exec {_name} sysctl -q -w {setting}={value}", out _), $"sysctl takes {setting}={value}");

    /// <summary>Sets the ephemeral ports of the network in here.</summary>
    public void SetPorts(int first, int last) => Assert.True(
        Ip($"netns exec {_name} sysctl -q -w \"net.ipv4.ip_local_port_range={first} {last}\"", out _),
        $"sysctl takes {first} {last}");

    /// <summary>A cable to another one: 10.77.0.1 here, 10.77.0.2 there.</summary>
    public void Join(NetworkNamespace other)
    {
        string[] steps =
        [
            $"link add cable netns {_name} type veth peer name cable netns {other._name}",
            $"-n {_name} addr add 10.77.0.1/24 dev cable",
            $"-n {other._name} addr add 10.77.0.2/24 dev cable",
            $"-n {_name} link set cable up",
            $"-n {other._name} link set cable up",
        ];
        Assert.All(steps, step => Assert.True(Ip(step, out _), $"ip takes: {step}"));
    }

    /// <summary>Segments that TCP in here has sent again.</summary>
    public long Retransmits()
    {
        _ = Ip($"netns exec {_name} cat /proc/net/snmp", out string text);
        string[][] tcp =
            [.. text.Split('\n').Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
                .Select(line => line.Split(' '))];
        return long.Parse(tcp[1][Array.IndexOf(tcp[0], "RetransSegs")], CultureInfo.InvariantCulture);
    }

    /// <summary>Another program in here.</summary>
    public Process Start(string program, string arguments) => Process.Start(
        new ProcessStartInfo("ip", $"netns exec {_name} {program} {arguments}"))!;

    /// <summary>Whether somebody listens on a port in here.</summary>
    public bool Listens(int port) =>
        Ip($"netns exec {_name} ss -Htln sport = :{port}", out string found) && found.Length > 0;

    public void Dispose() => Ip($"netns del {_name}", out _);

    private static bool Ip(string arguments, out string output)
    {
        ProcessStartInfo start = new("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process ip = Process.Start(start)!;
        output = ip.StandardOutput.ReadToEnd();
        _ = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return ip.ExitCode == 0;
    }
}
