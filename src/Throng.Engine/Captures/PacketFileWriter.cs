using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Writes bytes to a file, all of them or none; false: it takes no more.</summary>
public delegate bool WholeWrite(ReadOnlySpan<byte> bytes);

/// <summary>
/// The file of packets: those of one failed connection after those of another, until it has its size or cannot be
/// written.
/// </summary>
internal sealed class PacketFileWriter
{
    private const int FullBytes = 1 << 16;

    /// <summary>Bound of what one connection takes, with a head of the file and the names of interfaces.</summary>
    private const int OneMaxBytes = 8 << 10;

    private readonly WholeWrite _write;
    private readonly long _bytesMax;
    private readonly PcapngBlocks _blocks = new();
    private long _bytes;
    private long _connections;
    private long _packets;
    private bool _isFull;

    /// <param name="program">Program that the file names as its author.</param>
    public PacketFileWriter(WholeWrite write, string program, long bytesMax)
    {
        _write = write;
        _bytesMax = bytesMax;
        _blocks.AddHead(program);
    }

    /// <summary>Failures of which packets are in the file.</summary>
    public long Connections { get; private set; }

    /// <summary>Packets in the file.</summary>
    public long Packets { get; private set; }

    /// <summary>Adds the packets of one connection, in the order of time.</summary>
    public void Add(ConnectionFailure failure, PacketStore store, ReadOnlySpan<int> slots)
    {
        _isFull |= _bytes + _blocks.Bytes.Length + OneMaxBytes > _bytesMax;
        if (_isFull)
        {
            return;
        }

        string comment = Describe(failure);
        foreach (int slot in slots)
        {
            ref readonly StoredPacket packet = ref store[slot];
            _blocks.AddInterface(
                packet.InterfaceIndex, Interfaces.Name(packet.InterfaceIndex), StoredPacket.BytesMax);
            _blocks.AddPacket(packet, comment);
            comment = "";
        }

        _connections++;
        _packets += slots.Length;
        if (_blocks.Bytes.Length >= FullBytes)
        {
            Flush();
        }
    }

    /// <summary>Writes what there is.</summary>
    public void Flush()
    {
        if (_write(_blocks.Bytes))
        {
            _bytes += _blocks.Bytes.Length;
            Connections += _connections;
            Packets += _packets;
        }
        else
        {
            _isFull = true;
        }

        (_connections, _packets) = (0, 0);
        _blocks.Clear();
    }

    private static string Describe(ConnectionFailure failure)
    {
        string errno = failure.Errno == 0 ? "" : $" ({Errno.Name((int)failure.Errno)})";
        return $"failure {failure.Number}: {failure.Reason}{errno}, {failure.Phase}, {failure.Local} to "
            + failure.Remote
            + (failure.BeginNs is { } beginNs ? $", {Units.Duration(Math.Max(0, failure.EndNs - beginNs))} old" : "");
    }
}
