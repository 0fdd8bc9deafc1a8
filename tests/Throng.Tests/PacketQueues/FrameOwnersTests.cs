using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests.PacketQueues;

/// <summary>Tests of the choice whose a frame is.</summary>
public sealed class FrameOwnersTests
{
    private static readonly FrameOwners Owners = new(PortSpan.From(10_000, 10_099), 3);

    [Theory]
    [InlineData(9_999, FrameOwners.Nobody)]
    [InlineData(10_000, 0)]
    [InlineData(10_033, 0)]
    [InlineData(10_034, 1)]
    [InlineData(10_066, 1)]
    [InlineData(10_067, 2)]
    [InlineData(10_099, 2)]
    [InlineData(10_100, FrameOwners.Nobody)]
    public void The_port_at_this_end_says_it(int port, int owner)
    {
        Assert.Equal(owner, Owners.Of(TestFrame.Tcp(port, isIPv6: false)));
        Assert.Equal(owner, Owners.Of(TestFrame.Tcp(port, isIPv6: true)));
        Assert.Equal(owner, Owners.Of(TestFrame.Tagged(TestFrame.Tcp(port, isIPv6: false))));
        Assert.Equal(owner, Owners.Of(TestFrame.Tagged(TestFrame.Tcp(port, isIPv6: true))));
        Assert.Equal(owner, Owners.Of(TestFrame.Icmp(port, isIPv6: false)));
        Assert.Equal(owner, Owners.Of(TestFrame.Icmp(port, isIPv6: true)));
    }

    /// <summary>It is the same that each worker's plan is made of: no port is of two, and none is missed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Each_worker_owns_its_slice(int workers)
    {
        PortSpan ports = PortSpan.From(1024, ushort.MaxValue, port => port % 1000 == 7);
        FrameOwners owners = new(ports, workers);
        int owned = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            PortSpan own = ports.Slice(worker, workers);
            owned += own.Count;
            for (int i = 0; i < own.Count; i++)
            {
                Assert.Equal(worker, owners.Of(TestFrame.Tcp(own[i], isIPv6: false)));
            }
        }

        Assert.Equal(ports.Count, owned);
        Assert.Equal(FrameOwners.Nobody, owners.Of(TestFrame.Tcp(2007, isIPv6: false)));
    }

    [Fact]
    public void Frames_of_the_link_are_everybodys()
    {
        Assert.Equal(FrameOwners.Everybody, Owners.Of(TestFrame.Arp(1)));
        Assert.Equal(FrameOwners.Everybody, Owners.Of(TestFrame.Tagged(TestFrame.Arp(2))));
        Assert.Equal(FrameOwners.Everybody, Owners.Of(TestFrame.Discovery(135)));
        Assert.Equal(FrameOwners.Everybody, Owners.Of(TestFrame.Discovery(136)));
    }

    [Fact]
    public void Others_are_nobodys()
    {
        byte[] fragment = TestFrame.Tcp(10_000, isIPv6: false);
        fragment[14 + 7] = 1;
        Assert.Equal(FrameOwners.Nobody, Owners.Of(fragment));
        byte[] datagram = TestFrame.Tcp(10_000, isIPv6: false);
        datagram[14 + 9] = PacketConstants.IPPROTO_UDP;
        Assert.Equal(FrameOwners.Nobody, Owners.Of(datagram));
        byte[] other = TestFrame.Tcp(10_000, isIPv6: false);
        other[12] = 0x88;
        Assert.Equal(FrameOwners.Nobody, Owners.Of(other));
    }

    [Fact]
    public void None_is_read_beyond_its_end()
    {
        byte[][] whole =
        [
            TestFrame.Tcp(10_000, false), TestFrame.Tcp(10_000, true), TestFrame.Icmp(10_000, false),
            TestFrame.Icmp(10_000, true), TestFrame.Arp(1), TestFrame.Discovery(135),
            TestFrame.Tagged(TestFrame.Tcp(10_000, true)),
        ];
        foreach (byte[] frame in whole)
        {
            for (int bytes = 0; bytes < frame.Length; bytes++)
            {
                Assert.InRange(Owners.Of(frame.AsSpan(0, bytes)), FrameOwners.Nobody, 2);
            }
        }
    }
}
