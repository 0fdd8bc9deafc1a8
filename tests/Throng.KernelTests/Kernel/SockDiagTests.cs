using System.Net;
using System.Net.Sockets;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>The kernel's list of sockets, against sockets that a test opened itself.</summary>
public sealed class SockDiagTests : IDisposable
{
    private const uint Established = 1u << NetlinkConstants.TCP_ESTABLISHED;

    private readonly List<Socket> _sockets = [];

    /// <summary>Made in the test, which has a network of its own; the constructor comes before it has.</summary>
    private readonly Lazy<SockDiag> _diag = new(() => new SockDiag());

    [Fact]
    public void It_tells_both_ends_and_the_round_trip_of_each()
    {
        int port = Connect(3);
        SocketFacts[] facts = All(Filter(port, isRemote: true), piece: 64);
        Assert.Equal(Ports().Order(), facts.Select(one => (int)one.Local.Port).Order());
        Assert.All(facts, one =>
        {
            Assert.Equal(SockAddr.From(IPAddress.Loopback, port), one.Remote);
            Assert.Equal(IPAddress.Loopback, one.Local.Address);
            Assert.Equal(NetlinkConstants.TCP_ESTABLISHED, one.State);
            Assert.InRange(one.RttUs, 1u, 10_000_000u);
            Assert.Equal(0u, one.Unacked);
        });
    }

    [Fact]
    public void Facts_are_those_that_the_socket_itself_tells()
    {
        int port = Connect(1);
        Socket client = _sockets[^1];
        client.Send(new byte[100]);
        tcp_info own = default;
        Eventually.Holds( // from then on nothing changes
            () => Sockets.TcpFacts((int)client.Handle, out own) > 0
                && own is { tcpi_unacked: 0, tcpi_bytes_acked: >= 100 },
            () => $"{own.tcpi_unacked} segments are not acknowledged");
        SocketFacts one = Assert.Single(All(Filter(port, isRemote: true), piece: 1));
        Assert.Equal(own.tcpi_rtt, one.RttUs);
        Assert.Equal(own.tcpi_total_retrans, one.Retransmits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Read_in_pieces_each_comes_once(int piece)
    {
        int port = Connect(100);
        SocketFacts[] facts = All(Filter(port, isRemote: true), piece);
        Assert.Equal(100, facts.Length);
        Assert.Equal(Ports().Order(), facts.Select(one => (int)one.Local.Port).Order());
    }

    [Fact]
    public void A_listing_cut_short_starts_over()
    {
        int port = Connect(200);
        byte[] filter = Filter(port, isRemote: true);
        SocketFacts[] few = new SocketFacts[10];
        Assert.Equal(0, _diag.Value.Start(SocketConstants.AF_INET, Established, filter));
        Assert.InRange(_diag.Value.Read(few), 1, 10);
        Assert.Equal(200, All(filter, piece: 64).Length);
    }

    [Fact]
    public void A_filter_takes_the_ports_it_names_and_no_others()
    {
        int first = Connect(5);
        int second = Connect(7);
        _ = Connect(11);
        PortRange[] ranges = PortFilter.Ranges([(ushort)first, (ushort)second]);
        Assert.Equal(12, All(PortFilter.Assemble(ranges, isRemote: true), piece: 64).Length);

        // The accepted ends have the port on their own side, and here nobody has accepted: the kernel holds them.
        Assert.Equal(12, All(PortFilter.Assemble(ranges, isRemote: false), piece: 64).Length);
        Assert.Equal(7, All(Filter(second, isRemote: false), piece: 64).Length);
        Assert.Empty(All(Filter(FreePort.One(), isRemote: true), piece: 64));
    }

    [Fact]
    public void Filters_of_every_number_of_ranges_are_right()
    {
        int port = Connect(2);
        for (int ranges = 1; ranges <= PortFilter.RangesMax; ranges++)
        {
            // Ports nobody uses on both sides, so that the right one is first, in the middle and last in turn.
            ushort[] ports = [.. Enumerable.Range(0, ranges).Select(at => (ushort)(port + ((at - (ranges / 2)) * 2)))];
            PortRange[] all = PortFilter.Ranges(ports);
            Assert.Equal(ranges, all.Length);
            SocketFacts[] found = All(PortFilter.Assemble(all, isRemote: true), piece: 64);
            Assert.Equal(2, found.Count(one => one.Remote.Port == port));
            Assert.All(found, one => Assert.Contains(one.Remote.Port, ports));
        }
    }

    [Fact]
    public void A_state_that_is_not_asked_for_is_left_out()
    {
        int port = Connect(3);
        byte[] filter = Filter(port, isRemote: false);
        SocketFacts listener = Assert.Single(
            All(filter, 64, 1u << NetlinkConstants.TCP_LISTEN), one => one.Local.Port == port);
        Assert.Equal(NetlinkConstants.TCP_LISTEN, listener.State);
        Assert.Equal(3, All(filter, 64).Length);
    }

    [Fact]
    public void Nonsense_is_refused_as_an_errno()
    {
        Assert.Equal(0, _diag.Value.Start(SocketConstants.AF_INET, Established, [99, 4, 4, 0]));
        Assert.Equal(-Errno.EINVAL, _diag.Value.Read(new SocketFacts[1]));
        Assert.Equal(0, _diag.Value.Read(new SocketFacts[1]));
        Assert.Equal(-Errno.E2BIG, _diag.Value.Start(SocketConstants.AF_INET, Established, new byte[2000]));
    }

    public void Dispose()
    {
        if (_diag.IsValueCreated)
        {
            _diag.Value.Dispose();
        }

        _sockets.ForEach(one => one.Dispose());
    }

    private static byte[] Filter(int port, bool isRemote) =>
        PortFilter.Assemble(PortFilter.Ranges([(ushort)port]), isRemote);

    private IEnumerable<int> Ports() =>
        _sockets.Where(one => one.Connected).Select(one => ((IPEndPoint)one.LocalEndPoint!).Port);

    private int Connect(int count)
    {
        Socket listener = Peer.Listen();
        _sockets.Add(listener);
        for (int i = 0; i < count; i++)
        {
            _sockets.Add(Peer.Connect(Peer.PortOf(listener)));
        }

        return Peer.PortOf(listener);
    }

    private SocketFacts[] All(byte[] filter, int piece, uint states = Established)
    {
        List<SocketFacts> all = [];
        SocketFacts[] records = new SocketFacts[piece];
        Assert.Equal(0, _diag.Value.Start(SocketConstants.AF_INET, states, filter));
        int read;
        while ((read = _diag.Value.Read(records)) > 0)
        {
            Assert.InRange(read, 1, piece);
            all.AddRange(records[..read]);
        }

        Assert.Equal(0, read);
        return [.. all];
    }
}
