using System.Diagnostics;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.EndToEnd;

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

    /// <summary>What is in here now; orphans are the whole machine's.</summary>
    public SocketCounts Sockets()
    {
        _ = Ip($"netns exec {_name} cat /proc/net/sockstat", out string text);
        _ = SocketCounts.TryParse(text, "", out SocketCounts counts);
        return counts;
    }

    /// <summary>Adds to the packet filter in here.</summary>
    public void Nft(string ruleset)
    {
        Needs.Tool("nft");
        bool isAdded = Ip($"netns exec {_name} nft {ruleset}", out _);
        Assert.True(isAdded, $"nft takes: {ruleset}");
    }

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
