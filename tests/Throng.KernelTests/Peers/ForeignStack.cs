namespace Throng.KernelTests;

/// <summary>
/// A TCP that is not Linux's behind a tap in a namespace, which carries what comes to <see cref="Host"/> on to the
/// loopback of the test: slirp4netns (libslirp, of the BSD family) or pasta.
/// </summary>
internal sealed class ForeignStack : IDisposable
{
    private readonly PeerProcess _process;

    public ForeignStack(string program, Netns guest)
    {
        Needs.Tool(program);
        string path = $"/run/netns/{guest.Name}";
        if (program == "slirp4netns")
        {
            _process = PeerProcess.Start(_ => $"slirp4netns --configure --mtu=1500 --netns-type=path {path} tap0");
            (Host, Source) = ("10.0.2.2", "10.0.2.150");
        }
        else
        {
            // It takes its addresses from an interface with a default route.
            VethPair.ConnectToTest(Other);
            Shell("ip route add default via 10.9.0.1");
            _process = PeerProcess.Start(_ => $"pasta -f --config-net --netns {path} -I tap0 --mtu 1500 -i there "
                + "-t none -u none -T none -U none --runas 0");
            (Host, Source) = ("10.9.0.1", "10.9.0.150");
        }

        _process.Await(
            () => guest.Shell("ip -o addr show dev tap0 up").Output.Contains("inet ", StringComparison.Ordinal),
            everyMs: 50);
    }

    /// <summary>The address that stands for the loopback of the test.</summary>
    public string Host { get; }

    /// <summary>An address that nobody has in the namespace.</summary>
    public string Source { get; }

    private Netns Other { get; } = new();

    public void Dispose()
    {
        _process.Dispose();
        Other.Dispose();
    }

    private static void Shell(string line)
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start("sh", ["-c", line]);
        shell.WaitForExit();
        Xunit.Assert.Equal(0, shell.ExitCode);
    }
}
