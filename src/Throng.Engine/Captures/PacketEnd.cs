using Throng.Linux;

namespace Throng.Engine;

/// <summary>One end of a connection, as packets name it.</summary>
/// <param name="Address">The bytes of an IPv6 address as a number; an IPv4 address mapped into IPv6.</param>
internal readonly record struct PacketEnd(UInt128 Address, ushort Port)
{
    public static PacketEnd Of(SockAddr address) => new(address.AddressNumber, address.Port);

    /// <summary>The connection from here, where this is the local end.</summary>
    public Endpoints To(in PacketEnd remote) => new(Address, remote.Address, Port, remote.Port);
}
