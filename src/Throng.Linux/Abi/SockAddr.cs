using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// One socket address as the kernel reads it: sockaddr_in and sockaddr_in6 laid over each other, 28 bytes.
/// A value without a heap part, so a million of them cost 28 MB and nothing to collect.
/// </summary>
/// <remarks>Only 32-bit fields: a 64-bit one would round the size up to 32.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 28)]
public unsafe struct SockAddr : IEquatable<SockAddr>
{
    /// <summary>AF_INET.</summary>
    public const ushort FamilyIPv4 = 2;

    /// <summary>AF_INET6.</summary>
    public const ushort FamilyIPv6 = 10;

    [FieldOffset(0)] private ushort _family;
    [FieldOffset(2)] private ushort _portNetworkOrder;
    [FieldOffset(4)] private uint _address4NetworkOrder;
    [FieldOffset(4)] private uint _flowInfo;
    [FieldOffset(8)] private fixed uint _address6NetworkOrder[4];
    [FieldOffset(24)] private uint _scopeId;

    /// <summary>0.0.0.0:0.</summary>
    public static SockAddr Any4 => new() { _family = FamilyIPv4 };

    /// <summary>[::]:0.</summary>
    public static SockAddr Any6 => new() { _family = FamilyIPv6 };

    /// <summary>AF_INET (2), AF_INET6 (10), or 0 for a value nobody filled in.</summary>
    public readonly ushort Family => _family;

    /// <summary>True for AF_INET6, also when it carries a mapped IPv4 address.</summary>
    public readonly bool IsIPv6 => _family == FamilyIPv6;

    /// <summary>Bytes to pass as addrlen: 16 for IPv4, 28 for IPv6.</summary>
    public readonly int Length => IsIPv6 ? 28 : 16;

    /// <summary>The port in host order.</summary>
    public ushort Port
    {
        readonly get => Swap(_portNetworkOrder);
        set => _portNetworkOrder = Swap(value);
    }

    /// <summary>The IPv4 address as a number in host order (127.0.0.1 is 0x7F000001); 0 for IPv6.</summary>
    public readonly uint Address4 => IsIPv6 ? 0 : Swap(_address4NetworkOrder);

    /// <summary>The address as a number; an IPv4 one as it is mapped into IPv6.</summary>
    public readonly UInt128 AddressNumber => IsIPv6
        ? new UInt128(
            ((ulong)Swap(_address6NetworkOrder[0]) << 32) | Swap(_address6NetworkOrder[1]),
            ((ulong)Swap(_address6NetworkOrder[2]) << 32) | Swap(_address6NetworkOrder[3]))
        : new UInt128(0, 0xFFFF_0000_0000UL | Swap(_address4NetworkOrder));

    /// <summary>The address without the port; an IPv4-mapped IPv6 address stays IPv6. Allocates.</summary>
    public readonly IPAddress Address
    {
        get
        {
            if (!IsIPv6)
            {
                return new IPAddress(_address4NetworkOrder);
            }

            fixed (uint* words = _address6NetworkOrder)
            {
                return new IPAddress(new ReadOnlySpan<byte>(words, 16), _scopeId);
            }
        }
    }

    /// <summary>127.0.0.0/8, ::1, or the former mapped into IPv6.</summary>
    public readonly bool IsLoopback
    {
        get
        {
            if (!IsIPv6)
            {
                return _family == FamilyIPv4 && Swap(_address4NetworkOrder) >> 24 == 127;
            }

            uint last = Swap(_address6NetworkOrder[3]);
            return IsMappedIPv4
                ? last >> 24 == 127
                : last == 1 && (_address6NetworkOrder[0] | _address6NetworkOrder[1] | _address6NetworkOrder[2]) == 0;
        }
    }

    /// <summary>0.0.0.0 or ::, whatever the port.</summary>
    public readonly bool IsWildcard => WithPort(0) == Any4 || WithPort(0) == Any6;

    private readonly bool IsMappedIPv4 =>
        IsIPv6 && (_address6NetworkOrder[0] | _address6NetworkOrder[1]) == 0
        && Swap(_address6NetworkOrder[2]) == 0xFFFF;

    /// <summary>Builds an address; an IPv6 scope id is kept.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="port">0 to 65535, host order.</param>
    public static SockAddr From(IPAddress address, int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        SockAddr result = default;
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out int addressBytes);
        if (addressBytes == 4)
        {
            result._family = FamilyIPv4;
            result._address4NetworkOrder = MemoryMarshal.Read<uint>(bytes);
        }
        else
        {
            result._family = FamilyIPv6;
            bytes.CopyTo(new Span<byte>(result._address6NetworkOrder, 16));
            result._scopeId = (uint)address.ScopeId;
        }

        result.Port = (ushort)port;
        return result;
    }

    /// <summary>An IPv4 address from a number in host order: an address range is then plain arithmetic.</summary>
    public static SockAddr FromIPv4(uint address, ushort port) =>
        new() { _family = FamilyIPv4, _address4NetworkOrder = Swap(address), Port = port };

    /// <summary>From parts as the kernel hands them over; an IPv4 address is the first of the words.</summary>
    internal static SockAddr FromNetworkOrder(ushort family, uint* address, ushort port)
    {
        SockAddr result = new() { _family = family, _portNetworkOrder = port };
        if (family == FamilyIPv6)
        {
            new ReadOnlySpan<uint>(address, 4).CopyTo(new Span<uint>(result._address6NetworkOrder, 4));
        }
        else
        {
            result._address4NetworkOrder = *address;
        }

        return result;
    }

    /// <summary>The address as packets carry it: one word for IPv4, four for IPv6.</summary>
    internal readonly void WriteNetworkOrder(uint* address)
    {
        if (!IsIPv6)
        {
            *address = _address4NetworkOrder;
            return;
        }

        for (int i = 0; i < 4; i++)
        {
            address[i] = _address6NetworkOrder[i];
        }
    }

    /// <summary>Bytes of the address in a packet: 4, or 16 for IPv6.</summary>
    public readonly int AddressBytes => IsIPv6 ? 16 : 4;

    /// <summary>Writes the address as packets carry it.</summary>
    public readonly void CopyAddress(Span<byte> to)
    {
        fixed (uint* six = _address6NetworkOrder)
        {
            uint four = _address4NetworkOrder;
            new ReadOnlySpan<byte>(IsIPv6 ? six : &four, AddressBytes).CopyTo(to);
        }
    }

    /// <summary>The same address with another port.</summary>
    public readonly SockAddr WithPort(ushort port)
    {
        SockAddr copy = this;
        copy.Port = port;
        return copy;
    }

    /// <summary>1.2.3.4:80 or [::1]:80; an IPv4-mapped IPv6 address prints as IPv4.</summary>
    public override readonly string ToString()
    {
        if (IsIPv6 && !IsMappedIPv4)
        {
            return $"[{Address}]:{Port}";
        }

        return _family == 0 ? "-" : $"{(IsIPv6 ? Address.MapToIPv4() : Address)}:{Port}";
    }

    /// <summary>Same family, port, address and scope; the flow label is not part of who a peer is.</summary>
    public readonly bool Equals(SockAddr other)
    {
        if (_family != other._family || _portNetworkOrder != other._portNetworkOrder)
        {
            return false;
        }

        return IsIPv6
            ? _scopeId == other._scopeId
                && _address6NetworkOrder[0] == other._address6NetworkOrder[0]
                && _address6NetworkOrder[1] == other._address6NetworkOrder[1]
                && _address6NetworkOrder[2] == other._address6NetworkOrder[2]
                && _address6NetworkOrder[3] == other._address6NetworkOrder[3]
            : _address4NetworkOrder == other._address4NetworkOrder;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SockAddr other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => IsIPv6
        ? HashCode.Combine(
            _portNetworkOrder, _address6NetworkOrder[0], _address6NetworkOrder[1], _address6NetworkOrder[2],
            _address6NetworkOrder[3], _scopeId)
        : HashCode.Combine(_family, _portNetworkOrder, _address4NetworkOrder);

    /// <summary>See <see cref="Equals(SockAddr)"/>.</summary>
    public static bool operator ==(SockAddr left, SockAddr right) => left.Equals(right);

    /// <summary>See <see cref="Equals(SockAddr)"/>.</summary>
    public static bool operator !=(SockAddr left, SockAddr right) => !left.Equals(right);

    private static ushort Swap(ushort value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint Swap(uint value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
