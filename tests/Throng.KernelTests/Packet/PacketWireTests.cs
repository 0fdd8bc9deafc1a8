using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Frames in and out of one end of a veth, whose other end is the kernel's.</summary>
public sealed class PacketWireTests
{
    [Theory]
    [InlineData("10.9.0.100", "10.9.0.2")]
    [InlineData("fd00:9::100", "fd00:9::2")]
    public void Who_has_an_address_is_asked(string local, string remote)
    {
        using PacketWire wire = new();
        byte[] header = new byte[64];
        int written = 0;
        Assert.Equal(0, wire.Link.WriteHeader(Address(local), Address(remote), header));
        wire.Until(
            () => (written = wire.Link.WriteHeader(Address(local), Address(remote), header)) != 0, "an answer");
        Assert.Equal(14, written);
        string mac = wire.There.Out("cat /sys/class/net/there/address");
        Assert.Equal(mac, Text(header.AsSpan(0, 6)));
        Assert.Equal(wire.Here.Out("cat /sys/class/net/here/address"), Text(header.AsSpan(6, 6)));
        Assert.Equal(remote.Contains(':') ? 0x86DD : 0x0800, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(12)));
    }

    /// <summary>The other end tags its packets by hardware that is not there, and then itself.</summary>
    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public void Packets_are_tagged(string offload)
    {
        using PacketWire wire = new(new PacketSpec("here") { Vlan = 7 });
        (int exit, _, _) = wire.There.Shell("ip link add link there name tagged type vlan id 7");
        Needs.Host(exit == 0, "this kernel has no VLAN devices");
        wire.There.Out("ip link set tagged up");
        wire.There.Out("ip addr del 10.9.0.2/24 dev there; ip addr add 10.9.0.2/24 dev tagged");
        if (offload == "off")
        {
            Needs.Tool("ethtool");
            wire.There.Out("ethtool -K there tx-vlan-offload off");
        }

        byte[] header = new byte[64];
        int written = 0;
        wire.Until(
            () => (written = wire.Link.WriteHeader(Address("10.9.0.100"), Address("10.9.0.2"), header)) != 0,
            "an answer");
        Assert.Equal(18, written);
        Assert.Equal(0x8100_0007u, BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12)));
        using Socket socket = Connect(wire.There, "10.9.0.100", 80);
        wire.Until(() => wire.Packets.Any(IsSyn), "a SYN");
    }

    /// <summary>
    /// The kernel hands over what it received before it says that it took a frame for it: on two CPUs that one may be
    /// given back while all others still wait to be received into.
    /// </summary>
    [Fact]
    public void A_frame_may_be_given_back_before_the_kernel_says_that_it_took_one()
    {
        using PacketWire wire = new();
        for (int frame = 0; frame < XskPort.RingEntries; frame++)
        {
            wire.Interface.Port.Return(new ArrivedFrame(frame * XskPort.FrameBytes, 60));
        }
    }

    [Fact]
    public void Nobody_is_nobody()
    {
        using PacketWire wire = new();
        byte[] header = new byte[64];
        int written = 0;
        wire.Until(
            () => (written = wire.Link.WriteHeader(Address("10.9.0.100"), Address("10.9.0.77"), header)) != 0,
            "an end");
        Assert.Equal(-Errno.EHOSTUNREACH, written);
    }

    /// <summary>The kernel at the other end finds us, and its SYN comes.</summary>
    [Theory]
    [InlineData("10.9.0.131")]
    [InlineData("fd00:9::11f")]
    public void Who_asks_for_our_address_is_answered(string address)
    {
        using PacketWire wire = new();
        using Socket socket = Connect(wire.There, address, 80);
        wire.Until(() => wire.Packets.Any(IsSyn), "a SYN");
        string neighbours = wire.There.Out($"ip neigh show {address}");
        Assert.Contains(wire.Here.Out("cat /sys/class/net/here/address"), neighbours);
        Assert.True(wire.Interface.Port.Counts.FramesIn >= 2);
        Assert.True(wire.Interface.Port.Counts.FramesOut >= 1);
    }

    [Theory]
    [InlineData("10.9.0.1", AddressFamily.InterNetwork)]
    [InlineData("fd00:9::1", AddressFamily.InterNetworkV6)]
    public void Everything_else_is_the_kernels(string address, AddressFamily family)
    {
        using PacketWire wire = new();
        Socket? listener = null;
        NamespaceThread.Run(wire.Here, () =>
        {
            listener = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Parse(address), 7000));
            listener.Listen();
        });
        NamespaceThread.Run(wire.There, () =>
        {
            using Socket client = new(family, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(IPAddress.Parse(address), 7000);
        });
        listener!.Dispose();
        wire.Turn(0);
        Assert.Empty(wire.Packets);
    }

    [Fact]
    public void Only_ours_are_picked()
    {
        using PacketWire wire = new();
        const int Pass = 2;
        const int Redirect = 4;
        Assert.All(
            (IEnumerable<(string Target, byte Protocol, int Verdict)>)
            [
                ("10.9.0.99", 6, Pass), ("10.9.0.100", 6, Redirect), ("10.9.0.131", 6, Redirect),
                ("10.9.0.132", 6, Pass), ("10.9.0.100", 1, Redirect), ("10.9.0.100", 17, Pass),
                ("fd00:9::ff", 6, Pass), ("fd00:9::100", 6, Redirect), ("fd00:9::11f", 6, Redirect),
                ("fd00:9::120", 6, Pass), ("fd00:9:0:1::100", 6, Pass), ("fd00:9::100", 58, Redirect),
                ("fd00:9::100", 17, Pass), ("ff02::1", 58, Pass),
            ],
            one => Assert.Equal(
                (one.Target, one.Verdict), (one.Target, Verdict(wire, Frame(one.Target, one.Protocol)))));
    }

    [Fact]
    public void An_address_of_the_kernel_is_refused()
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        NamespaceThread.Run(here, () =>
        {
            SetupException refused = Assert.Throws<SetupException>(
                () => new PacketInterface(new PacketSpec("here"), [IPAddress.Parse("10.9.0.1")]));
            Assert.Contains("10.9.0.1", refused.Message);
            Assert.Contains("here", refused.Message);
            Assert.Throws<SetupException>(() => new PacketInterface(new PacketSpec("none"), PacketWire.Ours));
            Assert.Throws<SetupException>(() => new PacketInterface(new PacketSpec("lo"), PacketWire.Ours));
        });
    }

    private static int Verdict(PacketWire wire, byte[] frame) =>
        BpfProgram.Run(wire.Interface.ProgramFd, frame, new byte[256], out _);

    /// <summary>A frame with an IP header, and nothing of meaning after it.</summary>
    private static byte[] Frame(string target, byte protocol)
    {
        byte[] frame = new byte[128];
        byte[] address = IPAddress.Parse(target).GetAddressBytes();
        bool isIPv6 = address.Length > 4;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)(isIPv6 ? 0x86DD : 0x0800));
        frame[14] = (byte)(isIPv6 ? 0x60 : 0x45);
        frame[isIPv6 ? 20 : 23] = protocol;
        address.CopyTo(frame, isIPv6 ? 38 : 30);
        return frame;
    }

    private static bool IsSyn(byte[] packet) =>
        packet[0] >> 4 == 4 ? packet[9] == 6 && packet[33] == 2 : packet[6] == 6 && packet[53] == 2;

    private static Socket Connect(Netns from, string address, int port)
    {
        IPAddress target = IPAddress.Parse(address);
        Socket? socket = null;
        NamespaceThread.Run(from, () =>
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Assert.Throws<SocketException>(() => socket.Connect(target, port));
        });
        return socket!;
    }

    private static SockAddr Address(string text) => SockAddr.From(IPAddress.Parse(text), 80);

    private static string Text(ReadOnlySpan<byte> mac) =>
        string.Join(':', mac.ToArray().Select(part => part.ToString("x2")));
}
