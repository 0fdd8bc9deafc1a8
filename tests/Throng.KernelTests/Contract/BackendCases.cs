using System.Diagnostics;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>Base that the cases of one backend have in common.</summary>
public abstract class BackendCases(string engine)
{
    private protected string Engine => engine;

    private protected Pair NewPair(int clientSlots = 64, int serverSlots = 64, int buffers = 4096) =>
        new(engine, clientSlots, serverSlots, buffers);

    /// <summary>A port of the server's address nobody listens on.</summary>
    private protected static SockAddr UnusedPort(Pair pair)
    {
        if (pair.Network is not null)
        {
            return SockAddr.FromIPv4(0x7F00_0001, 9);
        }

        using System.Net.Sockets.Socket probe = new(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, 0);
        SockAddr home = pair.Server.Home;
        probe.Bind(new System.Net.IPEndPoint(home.Address, 0));
        return home.WithPort((ushort)((System.Net.IPEndPoint)probe.LocalEndPoint!).Port);
    }

    /// <summary>Changes the packet filter of this thread's namespace.</summary>
    private protected static void Filter(string rules)
    {
        using Process nft = Process.Start("nft", [rules]);
        nft.WaitForExit();
        Assert.Equal(0, nft.ExitCode);
    }
}
