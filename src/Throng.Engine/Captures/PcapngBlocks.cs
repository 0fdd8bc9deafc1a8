using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Throng.Engine;

/// <summary>
/// Blocks of a pcapng file, little-endian: a head, interfaces as they are met, packets from their IP header on, each
/// with its comment if it has one. The format is that of draft-ietf-opsawg-pcapng.
/// </summary>
internal sealed class PcapngBlocks
{
    private const uint SectionHead = 0x0A0D0D0A;
    private const uint Interface = 1;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrder = 0x1A2B3C4D;
    private const ushort LinkOfIP = 101;
    private const ushort Comment = 1;
    private const ushort Program = 4;
    private const ushort InterfaceName = 2;
    private const ushort TimeResolution = 9;
    private const byte Nanoseconds = 9;
    private const int FrameBytes = 12;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _interfaces = [];

    /// <summary>Blocks since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>The block that a file begins with.</summary>
    /// <param name="program">Program that writes it.</param>
    public void AddHead(string program)
    {
        byte[] name = Encoding.UTF8.GetBytes(program);
        Begin(SectionHead, 16 + OptionBytes(name.Length) + 4, out int total);
        Write(ByteOrder);
        Write(1); // version 1.0
        Write(uint.MaxValue); // as long as it is, 64 bits
        Write(uint.MaxValue);
        WriteOption(Program, name);
        Write(0);
        Write((uint)total);
    }

    /// <summary>An interface that packets came over; before the first of them, and once.</summary>
    public void AddInterface(int index, string name, int keptBytes)
    {
        if (_interfaces.Contains(index))
        {
            return;
        }

        _interfaces.Add(index);
        byte[] said = Encoding.UTF8.GetBytes(name);
        Begin(Interface, 8 + OptionBytes(said.Length) + OptionBytes(1) + 4, out int total);
        Write(LinkOfIP);
        Write((uint)keptBytes);
        WriteOption(InterfaceName, said);
        WriteOption(TimeResolution, [Nanoseconds]);
        Write(0);
        Write((uint)total);
    }

    /// <summary>A packet, over an interface that was added.</summary>
    /// <param name="comment">Empty: none.</param>
    public void AddPacket(in StoredPacket packet, string comment)
    {
        byte[] said = Encoding.UTF8.GetBytes(comment);
        int optionBytes = said.Length == 0 ? 0 : OptionBytes(said.Length) + 4;
        Begin(EnhancedPacket, 20 + Padded(packet.KeptBytes) + optionBytes, out int total);
        Write((uint)_interfaces.IndexOf(packet.InterfaceIndex));
        Write((uint)(packet.WallNs >> 32));
        Write((uint)packet.WallNs);
        Write(packet.KeptBytes);
        Write((uint)packet.Length);
        WritePadded(packet.Kept);
        if (optionBytes > 0)
        {
            WriteOption(Comment, said);
            Write(0);
        }

        Write((uint)total);
    }

    private static int Padded(int bytes) => (bytes + 3) & ~3;

    private static int OptionBytes(int valueBytes) => 4 + Padded(valueBytes);

    private void Begin(uint kind, int bodyBytes, out int total)
    {
        total = FrameBytes + bodyBytes;
        Write(kind);
        Write((uint)total);
    }

    private void WriteOption(ushort code, ReadOnlySpan<byte> value)
    {
        Write(code | ((uint)value.Length << 16));
        WritePadded(value);
    }

    private void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    private void WritePadded(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = _bytes.GetSpan(Padded(bytes.Length))[..Padded(bytes.Length)];
        room.Clear();
        bytes.CopyTo(room);
        _bytes.Advance(room.Length);
    }
}
