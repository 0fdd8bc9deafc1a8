using System.Buffers.Binary;
using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;

namespace Throng.Fuzz;

/// <summary>Packets and frames from anywhere on a link.</summary>
internal static class PacketTargets
{
    private const int FrameBytesMax = 1600;

    private static readonly AddressRanges Ours =
        new([IPAddress.Parse("10.9.0.1"), IPAddress.Parse("10.9.0.2"), IPAddress.Parse("fd00::1")]);

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("packets", ReadPacket) { BytesMax = FrameBytesMax },
        new("frames", ReadFrames),
        new("segments", PlaySegments) { BytesMax = 512, Rounds = 1000 },
    ];

    /// <summary>Reads a packet as it is, and then with checksums that fit.</summary>
    private static void ReadPacket(ReadOnlySpan<byte> input)
    {
        Read(input);
        byte[] packet = input.ToArray();
        MakeRight(packet);
        Read(packet);
    }

    private static void Read(ReadOnlySpan<byte> packet)
    {
        Segment segment = default;
        IcmpError error = default;
        PacketKind kind = PacketReader.Read(packet, ref segment, ref error);
        bool hasHead = PacketHead.TryRead(packet, out PacketHead head);
        if (kind == PacketKind.Segment)
        {
            Property.Holds(segment.Payload.Length < packet.Length, "a segment has more bytes than its packet");
            Property.Holds(segment.WindowScale <= TcpOptions.WindowScaleMax, "a window scale is too large");
            Property.Holds(hasHead && head.Flags == segment.Flags, "two readers see different segments");
        }
        else if (kind == PacketKind.IcmpError)
        {
            Property.Holds(error.Errno > 0, "an error has no number");
        }
    }

    /// <summary>Puts the right checksums where the packet has some, as far as its lengths allow.</summary>
    private static void MakeRight(Span<byte> packet)
    {
        bool isIPv6 = packet.Length > 0 && packet[0] >> 4 == 6;
        int headBytes = isIPv6 ? PacketHeaders.IPv6Bytes : PacketHeaders.IPv4Bytes;
        int bytes = packet.Length;
        UInt128 source = default;
        UInt128 destination = default;
        if (packet.Length < headBytes)
        {
            return;
        }

        if (isIPv6)
        {
            PacketHeaders.AddressesOfIPv6(packet, out source, out destination);
            bytes = headBytes + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        }
        else if (PacketHeaders.TryReadIPv4(packet, out headBytes, out bytes))
        {
            PacketHeaders.AddressesOfIPv4(packet, out source, out destination);
            Write(packet[..headBytes], 10, 0);
        }

        int protocol = isIPv6 ? packet[6] : packet[9];
        int at = protocol == SocketConstants.IPPROTO_TCP ? 16 : 2;
        if (bytes >= headBytes + at + 2 && bytes <= packet.Length)
        {
            Span<byte> rest = packet[headBytes..bytes];
            bool hasPseudo = isIPv6 || protocol == SocketConstants.IPPROTO_TCP;
            Write(rest, at, hasPseudo
                ? InternetChecksum.OfPseudoHeader(source, destination, protocol, rest.Length)
                : 0);
        }
    }

    private static void Write(Span<byte> bytes, int at, ulong sum)
    {
        bytes.Slice(at, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], InternetChecksum.Finish(InternetChecksum.Add(sum, bytes)));
    }

    /// <summary>Frames behind their lengths of one byte; the first byte says whether there is a tag.</summary>
    private static void ReadFrames(ReadOnlySpan<byte> input)
    {
        SimulatedWire wire = new(1, WireFaults.None) { Peer = new SilentPeer() };
        using SimulatedPort port = new(wire, frames: 16);
        EthernetLink link = new(port, new FrameLinkSpec([2, 0, 0, 0, 0, 1], Ours, 1500)
        {
            Vlan = input.IsEmpty || (input[0] & 1) == 0 ? 0 : 5,
            Gateways = [IPAddress.Parse("10.9.0.254"), IPAddress.Parse("fd00::ff")],
        });
        FrameOwners owners = new(PortSpan.From(1, ushort.MaxValue), 3);
        Span<byte> header = stackalloc byte[EthernetLink.HeaderBytesMax];
        SockAddr ours = SockAddr.FromIPv4(0x0A09_0001, 1);
        SockAddr ours6 = SockAddr.From(IPAddress.Parse("fd00::1"), 1);
        _ = link.WriteHeader(ours, SockAddr.FromIPv4(0x0A09_0003, 1), header);
        _ = link.WriteHeader(ours6, SockAddr.From(IPAddress.Parse("fd00::3"), 1), header);
        input = input.IsEmpty ? input : input[1..];
        while (!input.IsEmpty)
        {
            int bytes = Math.Min((int)input[0], input.Length - 1);
            ReadOnlySpan<byte> frame = input.Slice(1, bytes);
            Property.Holds(owners.Of(frame) is >= FrameOwners.Nobody and < 3, "a frame is nobody's that there is");
            int at = link.Strip(frame);
            Property.Holds(at >= 0 && at <= frame.Length, "a packet begins outside of its frame");
            link.Tick(port.NowNs());
            port.Wait(0);
            Property.Holds(port.Taken == 0, "a frame was taken and not sent");
            input = input[(1 + bytes)..];
        }
    }

    /// <summary>The first byte says whether the sequence numbers are about to begin anew.</summary>
    private static void PlaySegments(ReadOnlySpan<byte> input)
    {
        using SegmentStory story = new(input.IsEmpty || (input[0] & 1) == 0 ? 100_000 : uint.MaxValue - 1000);
        story.Play(input.IsEmpty ? input : input[1..]);
        story.Finish();
    }

    private sealed class SilentPeer : IWirePeer
    {
        public long DueNs => long.MaxValue;

        public void Take(byte[] frame)
        {
        }

        public void Tick()
        {
        }
    }
}
