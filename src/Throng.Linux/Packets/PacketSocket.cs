using System.Buffers.Binary;
using static Throng.Linux.PacketConstants;

namespace Throng.Linux;

/// <summary>
/// A socket that sees the packets of its network namespace as interfaces send and receive them, in a ring shared with
/// the kernel: no system call for a packet. Needs CAP_NET_RAW. Owner: one thread at a time.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    private const int BlockBytes = 1 << 18;
    private const int Blocks = 64;
    private const int FrameBytes = 256;

    private readonly int _fd;
    private readonly byte* _ring;
    private int _next;
    private long _dropped;

    private PacketSocket(int fd, byte* ring)
    {
        _fd = fd;
        _ring = ring;
    }

    /// <summary>How long a packet waits at most until it can be taken, some milliseconds of the kernel's timers apart.
    /// </summary>
    public const int RetireMs = 8;

    /// <summary>Packets that passed the filter and found the ring full.</summary>
    public long Dropped
    {
        get
        {
            tpacket_stats_v3 since = default;
            uint bytes = (uint)sizeof(tpacket_stats_v3);
            _dropped += Libc.getsockopt(_fd, SOL_PACKET, PACKET_STATISTICS, &since, &bytes) == 0 ? since.tp_drops : 0;
            return _dropped;
        }
    }

    /// <summary>Opens one with its ring of 16 MiB; it sees nothing until <see cref="Begin"/>.</summary>
    /// <returns>0, or -errno: EPERM without CAP_NET_RAW.</returns>
    public static int Open(out PacketSocket? opened)
    {
        opened = null;
        int fd = Sockets.Open(AF_PACKET, SocketConstants.SOCK_DGRAM);
        if (fd < 0)
        {
            return fd;
        }

        tpacket_req3 ring = new()
        {
            tp_block_size = BlockBytes,
            tp_block_nr = Blocks,
            tp_frame_size = FrameBytes,
            tp_frame_nr = BlockBytes / FrameBytes * Blocks,
            tp_retire_blk_tov = RetireMs,
        };
        void* address = null;
        int result = Sockets.SetOption(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3);
        result = result < 0 ? result
            : Libc.Result(Libc.setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, (uint)sizeof(tpacket_req3)));
        result = result < 0 ? result : Memory.MapDescriptor(fd, 0, BlockBytes * Blocks, out address);
        if (result < 0)
        {
            _ = Descriptors.Close(fd);
            return result;
        }

        opened = new PacketSocket(fd, (byte*)address);
        return 0;
    }

    /// <summary>Begins to see what a filter lets through, on every interface.</summary>
    /// <returns>0 or -errno.</returns>
    public int Begin(ReadOnlySpan<sock_filter> filter)
    {
        int result;
        fixed (sock_filter* first = filter)
        {
            sock_fprog program = new() { len = (ushort)filter.Length, filter = first };
            result = Libc.Result(Libc.setsockopt(
                _fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ATTACH_FILTER, &program,
                (uint)sizeof(sock_fprog)));
        }

        sockaddr_ll all = new()
        {
            sll_family = AF_PACKET,
            sll_protocol = BinaryPrimitives.ReverseEndianness((ushort)ETH_P_ALL),
        };
        return result < 0 ? result : Libc.Result(Libc.bind(_fd, &all, (uint)sizeof(sockaddr_ll)));
    }

    /// <summary>Takes what the kernel has handed over: all of the ring at most, so that it ends.</summary>
    public void Take(IPacketReader reader)
    {
        for (int taken = 0; taken < Blocks; taken++)
        {
            byte* block = _ring + ((nint)_next * BlockBytes);
            ref tpacket_hdr_v1 head = ref ((tpacket_block_desc*)block)->hdr;
            if ((Volatile.Read(ref head.block_status) & TP_STATUS_USER) == 0)
            {
                return;
            }

            byte* packet = block + head.offset_to_first_pkt;
            for (uint i = 0; i < head.num_pkts; i++)
            {
                tpacket3_hdr* about = (tpacket3_hdr*)packet;
                sockaddr_ll* place = (sockaddr_ll*)(about + 1);
                reader.Read(new CapturedPacket(
                    (about->tp_sec * 1_000_000_000L) + about->tp_nsec, place->sll_ifindex, (int)about->tp_len,
                    new ReadOnlySpan<byte>(packet + about->tp_mac, (int)about->tp_snaplen)));
                packet += about->tp_next_offset;
            }

            Volatile.Write(ref head.block_status, TP_STATUS_KERNEL);
            _next = (_next + 1) % Blocks;
        }
    }

    public void Dispose()
    {
        _ = Memory.Unmap(_ring, BlockBytes * Blocks);
        _ = Descriptors.Close(_fd);
    }
}
