using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>
/// Content of a message of `monitor`. A server may write its name over the beginning: of a stream's first message and
/// of every datagram. So these bytes are zero there, and all others a pattern that is recognised when it comes back. A
/// datagram has its number behind the name, so that a late answer is not taken for another's.
/// </summary>
public static class MonitorPayload
{
    /// <summary>Bytes at the beginning that a server may write over.</summary>
    public const int NameBytes = 64;

    /// <summary>The least a message has, in a stream and in a datagram.</summary>
    public const int BytesMin = NameBytes;
    public const int DatagramBytesMin = NameBytes + sizeof(long);

    /// <summary>Bytes of a stream from an offset on.</summary>
    public static void Fill(int slot, long streamOffset, Span<byte> destination)
    {
        int zeros = (int)Math.Clamp(NameBytes - streamOffset, 0, destination.Length);
        destination[..zeros].Clear();
        Pattern.Fill(Pattern.PlaceOf(slot, streamOffset + zeros), destination[zeros..]);
    }

    /// <summary>Whether these are zeros, which is what a stream of zeros has behind the name.</summary>
    public static bool IsZeros(scoped ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The datagram of that number in a run of zeros.</summary>
    public static void FillZeroDatagram(long number, Span<byte> destination)
    {
        destination.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(destination[NameBytes..], number);
    }

    /// <summary>The same as <see cref="TryReadDatagram"/> in a run of zeros.</summary>
    public static bool TryReadZeroDatagram(int messageBytes, scoped ReadOnlySpan<byte> bytes, out long number)
    {
        bool isWhole = bytes.Length == messageBytes;
        number = isWhole ? BinaryPrimitives.ReadInt64LittleEndian(bytes[NameBytes..]) : -1;
        return isWhole && IsZeros(bytes[DatagramBytesMin..]);
    }

    /// <summary>Whether these are the bytes of a stream from an offset on that lies behind the name.</summary>
    public static bool Is(int slot, long streamOffset, scoped ReadOnlySpan<byte> bytes) =>
        Pattern.Is(Pattern.PlaceOf(slot, streamOffset), bytes);

    /// <summary>The datagram of that number.</summary>
    public static void FillDatagram(int slot, long number, Span<byte> destination)
    {
        destination[..NameBytes].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(destination[NameBytes..], number);
        Pattern.Fill(Pattern.PlaceOf(slot, number), destination[DatagramBytesMin..]);
    }

    /// <summary>Whether it is one that was sent, and which; the name is not looked at.</summary>
    public static bool TryReadDatagram(int slot, int messageBytes, scoped ReadOnlySpan<byte> bytes, out long number)
    {
        number = -1;
        if (bytes.Length != messageBytes)
        {
            return false;
        }

        number = BinaryPrimitives.ReadInt64LittleEndian(bytes[NameBytes..]);
        return Pattern.Is(Pattern.PlaceOf(slot, number), bytes[DatagramBytesMin..]);
    }

    /// <summary>Whether these bytes are a name that a server may stamp with: no control characters.</summary>
    public static bool IsName(scoped ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyInRange((byte)0, (byte)31) < 0 && !bytes.Contains((byte)127);

    /// <summary>The name in the first bytes of an answer; false when they are neither zeros nor a name.</summary>
    public static bool TryReadName(scoped ReadOnlySpan<byte> bytes, out int length)
    {
        int end = bytes.IndexOf((byte)0);
        length = end < 0 ? bytes.Length : end;
        return IsName(bytes[..length]) && bytes[length..].IndexOfAnyExcept((byte)0) < 0;
    }
}
