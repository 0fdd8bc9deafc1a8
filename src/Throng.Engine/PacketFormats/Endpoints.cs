namespace Throng.Engine;

/// <summary>Both ends of a TCP connection; an IPv4 address is a number as it is mapped into IPv6.</summary>
internal readonly record struct Endpoints(UInt128 Local, UInt128 Remote, ushort LocalPort, ushort RemotePort)
{
    /// <summary>Whether the address is one of IPv4.</summary>
    public static bool IsIPv4(UInt128 address) => address >> 32 == 0xFFFF;
}
