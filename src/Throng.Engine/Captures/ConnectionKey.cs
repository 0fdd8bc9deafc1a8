using System.Buffers.Binary;
using System.Net;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>One end of a connection, as packets name it.</summary>
/// <param name="Address">The bytes of an IPv6 address as a number; an IPv4 address mapped into IPv6.</param>
internal readonly record struct PacketEnd(UInt128 Address, ushort Port)
{
    public static PacketEnd Of(SockAddr address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress mapped = address.Address.MapToIPv6();
        _ = mapped.TryWriteBytes(bytes, out _);
        return new PacketEnd(BinaryPrimitives.ReadUInt128BigEndian(bytes), address.Port);
    }

    public static PacketEnd OfIPv4(ReadOnlySpan<byte> address, ushort port) =>
        new(((UInt128)0xFFFF << 32) | BinaryPrimitives.ReadUInt32BigEndian(address), port);

    public static PacketEnd OfIPv6(ReadOnlySpan<byte> address, ushort port) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(address), port);
}

/// <summary>The addresses and ports of a connection.</summary>
internal readonly record struct ConnectionKey(PacketEnd Local, PacketEnd Remote);
