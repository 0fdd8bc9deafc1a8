using System.Buffers.Binary;
using System.Net;

namespace Throng.KernelTests;

/// <summary>A TCP packet as it goes through an interface, with every checksum in full.</summary>
internal sealed class XdpPacket
{
    public const int Fin = 1;
    public const int Syn = 2;
    public const int Rst = 4;
    public const int Psh = 8;
    public const int Ack = 16;

    private readonly byte[] _bytes;

    public XdpPacket(byte[] bytes) => _bytes = bytes;

    public byte[] Bytes => _bytes;

    public bool IsIPv6 => _bytes[12] == 0x86;

    public uint Sequence => Read32(Tcp + 4);

    public uint Acknowledged => Read32(Tcp + 8);

    public int Flags => _bytes[Tcp + 13];

    public int SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(Tcp));

    public int TargetPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(Tcp + 2));

    public byte[] Options => _bytes[(Tcp + 20)..(Tcp + HeaderBytes)];

    public byte[] Payload => _bytes[(Tcp + HeaderBytes)..];

    public IPAddress Source => new(_bytes.AsSpan(IsIPv6 ? 22 : 26, AddressBytes));

    public IPAddress Target => new(_bytes.AsSpan(IsIPv6 ? 38 : 30, AddressBytes));

    private int AddressBytes => IsIPv6 ? 16 : 4;

    private int Tcp => IsIPv6 ? 54 : 34;

    private int HeaderBytes => (_bytes[Tcp + 12] >> 4) * 4;

    /// <summary>From port 40000 to the port given.</summary>
    public static XdpPacket Make(
        string source, string target, int targetPort, uint sequence, uint acknowledged, int flags,
        byte[]? options = null, byte[]? payload = null, int sourcePort = 40_000)
    {
        options ??= [];
        payload ??= [];
        byte[] from = IPAddress.Parse(source).GetAddressBytes();
        byte[] to = IPAddress.Parse(target).GetAddressBytes();
        bool isIPv6 = from.Length == 16;
        int segment = 20 + options.Length + payload.Length;
        byte[] ip = isIPv6
            ? [0x60, 0, 0, 0, (byte)(segment >> 8), (byte)segment, 6, 64]
            : [0x45, 0, (byte)((segment + 20) >> 8), (byte)(segment + 20), 0, 1, 0x40, 0, 64, 6, 0, 0];
        byte[] header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)targetPort);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), acknowledged);
        header[12] = (byte)((20 + options.Length) / 4 << 4);
        header[13] = (byte)flags;
        header[14] = 0x7D;
        byte[] kind = isIPv6 ? [0x86, 0xDD] : [8, 0];
        XdpPacket packet = new([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, .. kind, .. ip, .. from, .. to, .. header,
            .. options, .. payload]);
        if (!isIPv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet._bytes.AsSpan(24), (ushort)~Sum(packet._bytes.AsSpan(14, 20)));
        }

        BinaryPrimitives.WriteUInt16BigEndian(
            packet._bytes.AsSpan(packet.Tcp + 16), (ushort)~packet.SegmentSum());
        return packet;
    }

    /// <summary>Both checksums are true.</summary>
    public bool IsWhole => SegmentSum() == 0xFFFF && (IsIPv6 || Sum(_bytes.AsSpan(14, 20)) == 0xFFFF);

    private int SegmentSum()
    {
        int segment = _bytes.Length - Tcp;
        byte[] pseudo = [.. Source.GetAddressBytes(), .. Target.GetAddressBytes(), 0, 0, (byte)(segment >> 8),
            (byte)segment, 0, 0, 0, 6];
        int sum = Sum(pseudo) + Sum(_bytes.AsSpan(Tcp));
        return (sum & 0xFFFF) + (sum >> 16);
    }

    private uint Read32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at));

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += bytes[i] << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
