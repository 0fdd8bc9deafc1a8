using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Addresses in a row, of one family.</summary>
/// <param name="First">As a number; an IPv4 address has 32 bits of it.</param>
/// <param name="Last">It is one of them.</param>
internal readonly record struct AddressRange(bool IsIPv6, UInt128 First, UInt128 Last)
{
    public override string ToString() => First == Last ? $"{Text(First)}" : $"{Text(First)}-{Text(Last)}";

    private IPAddress Text(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(IsIPv6 ? bytes : bytes[12..]);
    }
}

/// <summary>The addresses that are ours on a link, as few ranges.</summary>
internal sealed class AddressRanges
{
    /// <summary>More would make the program that picks our packets long.</summary>
    public const int Max = 64;

    private readonly AddressRange[] _ranges;

    public AddressRanges(IEnumerable<IPAddress> addresses)
    {
        List<AddressRange> ranges = [];
        foreach ((bool isIPv6, UInt128 number) in addresses.Select(NumberOf).Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].IsIPv6 == isIPv6 && ranges[^1].Last + 1 == number)
            {
                ranges[^1] = ranges[^1] with { Last = number };
            }
            else
            {
                ranges.Add(new AddressRange(isIPv6, number, number));
            }
        }

        _ranges = [.. ranges];
    }

    public IReadOnlyList<AddressRange> All => _ranges;

    /// <param name="address">As packets have it, 4 or 16 bytes.</param>
    public bool Contain(ReadOnlySpan<byte> address)
    {
        bool isIPv6 = address.Length > 4;
        UInt128 number = isIPv6
            ? BinaryPrimitives.ReadUInt128BigEndian(address)
            : BinaryPrimitives.ReadUInt32BigEndian(address);
        foreach (AddressRange range in _ranges)
        {
            if (range.IsIPv6 == isIPv6 && range.First <= number && number <= range.Last)
            {
                return true;
            }
        }

        return false;
    }

    public bool Contain(IPAddress address) => Contain(address.GetAddressBytes());

    private static (bool IsIPv6, UInt128 Number) NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bool isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        _ = address.TryWriteBytes(isIPv6 ? bytes : bytes[12..], out _);
        return (isIPv6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
