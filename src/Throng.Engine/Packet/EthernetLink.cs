using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Throng.Linux;
using Throng.Measurement;
using static Throng.Linux.PacketConstants;

namespace Throng.Engine;

/// <summary>
/// The link layer for addresses of ours on Ethernet: asks who has an address (ARP, IPv6 neighbour discovery) and says
/// so of ours; writes and reads the headers. <c>EthernetLink.Frames.cs</c> has the frames of both protocols. Owner: the
/// worker's thread.
/// </summary>
internal sealed partial class EthernetLink : ILink
{
    private const int MacsBytes = 2 * MacAddress.Bytes;
    private const int TagBytes = 4;

    /// <summary>Longest header.</summary>
    public const int HeaderBytesMax = MacsBytes + TagBytes + sizeof(ushort);

    /// <summary>Between two questions to one that has not answered.</summary>
    private const long AskNs = Ns.Second / 2;

    /// <summary>Questions without an answer after which there is nobody.</summary>
    private const int AskedMax = 4;

    /// <summary>How long it stays so that there is nobody.</summary>
    private const long SilentNs = 3 * Ns.Second;

    /// <summary>One that answered is asked again after so long when frames go to it: it may have moved.</summary>
    private const long ConfirmNs = 30 * Ns.Second;

    private readonly IFramePort _port;
    private readonly FrameLinkSpec _spec;
    private readonly byte[]? _gateway4;
    private readonly byte[]? _gateway6;

    /// <summary>Neighbours by address, those of IPv4 as IPv6 maps them.</summary>
    private readonly Dictionary<UInt128, Neighbour> _neighbours = [];
    private SockAddr _lastRemote;
    private Neighbour? _last;

    public EthernetLink(IFramePort port, FrameLinkSpec spec)
    {
        (_port, _spec) = (port, spec);
        _gateway4 = Gateway(AddressFamily.InterNetwork);
        _gateway6 = Gateway(AddressFamily.InterNetworkV6);
    }

    public int MtuBytes => _spec.MtuBytes;

    private int HeaderBytes => MacsBytes + (_spec.Vlan > 0 ? TagBytes : 0) + sizeof(ushort);

    public int WriteHeader(in SockAddr local, in SockAddr remote, Span<byte> to)
    {
        Neighbour neighbour = _last is not null && remote == _lastRemote ? _last : Find(local, remote);
        neighbour.IsUsed = true;
        if (!neighbour.IsKnown)
        {
            return neighbour.IsSilent ? -Errno.EHOSTUNREACH : 0;
        }

        WriteEthernet(neighbour.Mac, remote.IsIPv6 ? ETH_P_IPV6 : ETH_P_IP, to);
        return HeaderBytes;
    }

    public int Strip(ReadOnlySpan<byte> frame)
    {
        int header = _spec.Vlan > 0 && HasOurTag(frame) ? HeaderBytes : MacsBytes + sizeof(ushort);
        if (frame.Length < header)
        {
            return 0;
        }

        ReadOnlySpan<byte> packet = frame[header..];
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[(header - sizeof(ushort))..]))
        {
            case ETH_P_IP:
                return header;
            case ETH_P_IPV6:
                return IsNeighbourDiscovery(packet) && HandleDiscovery(packet, IsForOthers(frame))
                    ? 0 : header;
            case ETH_P_ARP:
                HandleArp(packet, IsForOthers(frame));
                return 0;
            default:
                return 0;
        }
    }

    public void Tick(long nowNs)
    {
        foreach ((_, Neighbour neighbour) in _neighbours)
        {
            Tick(neighbour, nowNs);
        }
    }

    private void Tick(Neighbour neighbour, long nowNs)
    {
        if (nowNs < neighbour.NextNs || (neighbour.IsKnown && !neighbour.IsUsed))
        {
            return;
        }

        if (neighbour.Asked >= AskedMax && !neighbour.IsKnown && !neighbour.IsSilent)
        {
            neighbour.IsSilent = true;
            neighbour.NextNs = nowNs + SilentNs;
            return;
        }

        if (neighbour.IsSilent)
        {
            if (!neighbour.IsUsed)
            {
                return;
            }

            neighbour.IsSilent = false;
            neighbour.Asked = 0;
        }

        neighbour.IsUsed = false;
        if (Ask(neighbour))
        {
            neighbour.Asked++;
            neighbour.NextNs = nowNs + (neighbour.IsKnown && neighbour.Asked >= AskedMax ? ConfirmNs : AskNs);
        }
    }

    private Neighbour Find(in SockAddr local, in SockAddr remote)
    {
        Span<byte> address = stackalloc byte[16];
        address = address[..remote.AddressBytes];
        remote.CopyAddress(address);
        byte[]? gateway = remote.IsIPv6 ? _gateway6 : _gateway4;
        if (gateway is not null && !IsOnLink(remote))
        {
            gateway.CopyTo(address);
        }

        UInt128 key = KeyOf(address);
        if (!_neighbours.TryGetValue(key, out Neighbour? neighbour))
        {
            byte[] asker = new byte[local.AddressBytes];
            local.CopyAddress(asker);
            neighbour = new Neighbour(address.ToArray(), asker);
            _neighbours.Add(key, neighbour);
            Tick(neighbour, _port.NowNs());
        }

        _lastRemote = remote;
        _last = neighbour;
        return neighbour;
    }

    private Neighbour? Known(ReadOnlySpan<byte> address) =>
        _neighbours.GetValueOrDefault(KeyOf(address));

    private void Learn(ReadOnlySpan<byte> address, ReadOnlySpan<byte> mac) =>
        Known(address)?.Answered(mac, _port.NowNs() + ConfirmNs);

    private bool IsOnLink(in SockAddr remote)
    {
        foreach (IPNetwork network in _spec.OnLink)
        {
            if (network.Contains(remote.Address))
            {
                return true;
            }
        }

        return false;
    }

    private byte[]? Gateway(AddressFamily family) =>
        _spec.Gateways.FirstOrDefault(one => one.AddressFamily == family)?.GetAddressBytes();

    /// <summary>Another worker answers what it handed over without a destination: this one only learns from it.
    /// </summary>
    private static bool IsForOthers(ReadOnlySpan<byte> frame) => !frame[..MacAddress.Bytes].ContainsAnyExcept((byte)0);

    /// <summary>A card may have taken the tag out already.</summary>
    private bool HasOurTag(ReadOnlySpan<byte> frame) => frame.Length >= HeaderBytesMax
        && BinaryPrimitives.ReadUInt16BigEndian(frame[MacsBytes..]) == ETH_P_8021Q
        && (BinaryPrimitives.ReadUInt16BigEndian(frame[(MacsBytes + sizeof(ushort))..]) & 0x0FFF) == _spec.Vlan;

    private static UInt128 KeyOf(ReadOnlySpan<byte> address) => address.Length > 4
        ? BinaryPrimitives.ReadUInt128BigEndian(address)
        : new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(address));
}
