using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>The checksum of IP, TCP and ICMP: the one's complement of the one's complement sum of 16-bit words
/// (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>Adds bytes to a sum; all but the last piece of what is summed up have an even length.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
            bytes = bytes[4..];
        }

        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.Length == 0 ? sum : sum + ((uint)bytes[0] << 8);
    }

    /// <summary>The sum of the pseudo-header of IPv4 or IPv6; the two differ only in zeros.</summary>
    /// <param name="protocol">Whose it is.</param>
    /// <param name="bytes">Length of the segment or message.</param>
    public static ulong OfPseudoHeader(UInt128 one, UInt128 other, int protocol, int bytes) =>
        AddressSum(one) + AddressSum(other) + (uint)protocol + (uint)bytes;

    /// <summary>The checksum to write; over bytes with a right checksum in them: 0.</summary>
    public static ushort Finish(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>
    /// Whether a checksum is the sum of the pseudo-header alone: the sender left the rest to its device, and the
    /// device is a virtual one, over which nothing is changed.
    /// </summary>
    public static bool IsLeftToDevice(ulong sumOfPseudoHeader, ushort checksum) =>
        checksum == (ushort)~Finish(sumOfPseudoHeader);

    private static ulong AddressSum(UInt128 address)
    {
        if (Endpoints.IsIPv4(address))
        {
            return (uint)address;
        }

        ulong high = (ulong)(address >> 64);
        ulong low = (ulong)address;
        return (high >> 32) + (uint)high + (low >> 32) + (uint)low;
    }
}
