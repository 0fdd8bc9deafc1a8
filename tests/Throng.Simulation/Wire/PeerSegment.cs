namespace Throng.Simulation;

/// <summary>A segment as a peer of the tests reads and writes it; shares no line with the engine.</summary>
internal sealed class PeerSegment
{
    public const int Fin = 1;
    public const int Syn = 2;
    public const int Rst = 4;
    public const int Psh = 8;
    public const int Ack = 16;

    public byte[] Source = [];
    public byte[] Destination = [];
    public int SourcePort;
    public int DestinationPort;
    public uint Seq;
    public uint AckSeq;
    public int Flags;
    public int Window;
    public byte[] Options = [];
    public byte[] Payload = [];

    public bool Has(int flag) => (Flags & flag) != 0;

    /// <summary>Reads a frame; null where a length or a checksum is wrong, or it is no TCP.</summary>
    public static PeerSegment? Parse(byte[] frame)
    {
        if (frame.Length < 14)
        {
            return null;
        }

        int type = (frame[12] << 8) | frame[13];
        byte[] packet = frame[14..];
        int addressBytes = type == 0x0800 ? 4 : 16;
        int header = type == 0x0800 ? 20 : 40;
        if ((type != 0x0800 && type != 0x86DD) || packet.Length < header)
        {
            return null;
        }

        int total = type == 0x0800 ? Short(packet, 2) : Short(packet, 4) + 40;
        bool isRight = type == 0x0800
            ? packet[0] == 0x45 && packet[9] == 6 && Sum(packet[..20]) == 0xFFFF
            : packet[0] >> 4 == 6 && packet[6] == 6;
        if (!isRight || total > packet.Length || total < header + 20)
        {
            return null;
        }

        int at = type == 0x0800 ? 12 : 8;
        byte[] source = packet[at..(at + addressBytes)];
        byte[] destination = packet[(at + addressBytes)..(at + (2 * addressBytes))];
        byte[] tcp = packet[header..total];
        int offset = (tcp[12] >> 4) * 4;
        if (offset < 20 || offset > tcp.Length || Sum([.. Pseudo(source, destination, tcp.Length), .. tcp]) != 0xFFFF)
        {
            return null;
        }

        return new PeerSegment
        {
            Source = source,
            Destination = destination,
            SourcePort = Short(tcp, 0),
            DestinationPort = Short(tcp, 2),
            Seq = Word(tcp, 4),
            AckSeq = Word(tcp, 8),
            Flags = tcp[13],
            Window = Short(tcp, 14),
            Options = tcp[20..offset],
            Payload = tcp[offset..],
        };
    }

    public byte[] ToFrame()
    {
        byte[] tcp = new byte[20 + Options.Length + Payload.Length];
        Put(tcp, 0, SourcePort, 2);
        Put(tcp, 2, DestinationPort, 2);
        Put(tcp, 4, Seq, 4);
        Put(tcp, 8, AckSeq, 4);
        tcp[12] = (byte)((20 + Options.Length) / 4 * 16);
        tcp[13] = (byte)Flags;
        Put(tcp, 14, Window, 2);
        Options.CopyTo(tcp, 20);
        Payload.CopyTo(tcp, 20 + Options.Length);
        Put(tcp, 16, ~Sum([.. Pseudo(Source, Destination, tcp.Length), .. tcp]) & 0xFFFF, 2);
        return [.. new byte[12], .. IP(Source, Destination, 6, tcp)];
    }

    /// <summary>EtherType, IP header and what is in the packet.</summary>
    public static byte[] IP(byte[] source, byte[] destination, int protocol, byte[] content)
    {
        if (source.Length == 16)
        {
            byte[] header6 = [0x60, 0, 0, 0, 0, 0, (byte)protocol, 60, .. source, .. destination];
            Put(header6, 4, content.Length, 2);
            return [0x86, 0xDD, .. header6, .. content];
        }

        byte[] header = [0x45, 0, 0, 0, 0, 0, 0x40, 0, 60, (byte)protocol, 0, 0, .. source, .. destination];
        Put(header, 2, 20 + content.Length, 2);
        Put(header, 10, ~Sum(header) & 0xFFFF, 2);
        return [0x08, 0x00, .. header, .. content];
    }

    /// <summary>One's complement sum of 16-bit words: 0xFFFF over what has a right checksum in it.</summary>
    public static int Sum(byte[] bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (i & 1) == 0 ? bytes[i] << 8 : bytes[i];
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }

    public static void Put(byte[] to, int at, long value, int bytes)
    {
        for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        {
            to[at + i] = (byte)value;
        }
    }

    public override string ToString() =>
        $"{(Has(Syn) ? "S" : "")}{(Has(Fin) ? "F" : "")}{(Has(Rst) ? "R" : "")}{(Has(Ack) ? "." : "")} "
        + $"seq {Seq} ack {AckSeq} win {Window} len {Payload.Length}";

    private static byte[] Pseudo(byte[] source, byte[] destination, int length) =>
        [.. source, .. destination, 0, 6, (byte)(length >> 8), (byte)length];

    private static int Short(byte[] from, int at) => (from[at] << 8) | from[at + 1];

    private static uint Word(byte[] from, int at) => ((uint)Short(from, at) << 16) | (uint)Short(from, at + 2);
}
