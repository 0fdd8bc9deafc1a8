using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Tests of the facts that TCP reports of a run's connections, with and without descriptors.</summary>
public sealed class TcpFactsTests
{
    /// <summary>
    /// Seconds of the sampler's time: enough to walk through a table that others have filled with millions.
    /// </summary>
    private const int Seconds = 1_000;

    private static uint SocketCall => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 41u : 198u;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void All_of_two_thousand_are_looked_at(string engine)
    {
        Requirement.Engine(engine);
        Requirement.Descriptors(20_000);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Nofile = 20_000 },
            "hold", "2k", "--json", "-q", "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(
            () => control.Ask("status").Contains(" on 2,000 of 2,000 connections", StringComparison.Ordinal),
            () => control.Ask("status"), everyMs: 50);
        control.Ask("quit");
        Document document = run.Finish();
        document.Equal(2_000, document.Number("tcp.sampled"), "sampled");
        document.Equal(2_000, document.Number("tcp.sampled_of"), "sampled of");
        document.Equal(2_000, document.Number("tcp.rtt_ns.count"), "round trips");
        Assert.True(document.Number("tcp.rtt_ns.min") > 0, run.Story());
        Assert.True(document.Has("tcp.retransmits"), run.Story());
        Assert.False(document.Has("tcp.sampling_refused"), run.Story());
    }

    [Fact]
    public void Only_the_runs_own_are_looked_at_and_a_server_by_its_port()
    {
        Needs.Full(); // the kernel walks the host's whole table for it
        using Socket listener = Peer.Listen();
        using Socket other = Peer.Listen();
        Socket[] own = [.. Enumerable.Range(0, 20).Select(_ => Peer.Connect(Peer.PortOf(listener)))];
        Socket[] others = [.. Enumerable.Range(0, 30).Select(_ => Peer.Connect(Peer.PortOf(other)))];
        SockAddr target = SockAddr.From(IPAddress.Loopback, Peer.PortOf(listener));
        Assert.Equal(20, Sampled(Role.Client, target).Sampled);
        Assert.Equal(20, Sampled(Role.Server, target).Sampled);
        Assert.Equal(20, Sampled(Role.Server, SockAddr.Any4.WithPort(target.Port)).Sampled);
        Assert.Equal(0, Sampled(Role.Client, SockAddr.From(IPAddress.Parse("127.0.0.9"), target.Port)).Sampled);
        Assert.Equal(20, Sampled(Role.Client, target).Rtt.Count);
        Array.ForEach(own, one => one.Dispose());
        Array.ForEach(others, one => one.Dispose());
    }

    [Fact]
    public void A_refusal_is_said_and_nothing_else_happens()
    {
        TcpCounters? counters = null;
        SyscallFilter.Under([SocketCall], [], () => counters = Sampled(Role.Client, SockAddr.Any4.WithPort(7)));
        Assert.NotNull(counters);
        Assert.Equal("the kernel refuses NETLINK_SOCK_DIAG: EPERM", counters.SamplingRefused);
        Assert.Equal(0, counters.Sampled);
    }

    private static TcpCounters Sampled(Role role, SockAddr endpoint)
    {
        using TcpSampling sampling = new(role, [endpoint]);
        for (int second = 1; second <= Seconds; second++)
        {
            sampling.Look(nowNs: second * 1_000_000_000L, open: 20);
        }

        return sampling.Counters(new NetCounters());
    }
}
