namespace Throng.Linux;

/// <summary>A packet in the ring of a <see cref="PacketSocket"/>, from its IP header on.</summary>
/// <param name="wallNs">When it was seen: nanoseconds since 1970 by the wall clock.</param>
/// <param name="interfaceIndex">Interface it was seen on.</param>
/// <param name="length">Bytes that it had, of which the first are kept.</param>
/// <param name="bytes">Those that were kept; valid until the reader returns.</param>
public readonly ref struct CapturedPacket(long wallNs, int interfaceIndex, int length, ReadOnlySpan<byte> bytes)
{
    public long WallNs { get; } = wallNs;

    public int InterfaceIndex { get; } = interfaceIndex;

    public int Length { get; } = length;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>Reader of packets, one after another.</summary>
public interface IPacketReader
{
    void Read(in CapturedPacket packet);
}
