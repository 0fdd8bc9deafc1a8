using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// How a listener's datagram lies in a buffer of the pool: its addresses in front, then its bytes. Received ones lie
/// as recvmsg multishot puts them; those to be sent have all in front that sendmsg reads until it has completed.
/// </summary>
internal static unsafe class DatagramLayout
{
    /// <summary>Bytes in front of those of the datagram, in both directions.</summary>
    public const int HeadBytes = 144;

    // Received: io_uring_recvmsg_out, address, control messages. Sent: msghdr, iovec, address, control message.
    private const int NameAt = 16;
    private const int NameBytes = 32;
    private const int ControlAt = NameAt + NameBytes;
    private const int ControlBytes = HeadBytes - ControlAt;
    private const int PieceAt = 56;
    private const int PeerAt = 72;
    private const int LocalAt = 104;

    /// <summary>
    /// Message header that tells recvmsg multishot how much room is in front of the datagram's bytes.
    /// </summary>
    public static msghdr Room => new() { msg_namelen = NameBytes, msg_controllen = ControlBytes };

    /// <summary>recvmsg(2) into a buffer, laid out as a ring does it.</summary>
    /// <param name="fd">The listener.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="bufferBytes">Room there.</param>
    /// <returns>Bytes of the datagram, -EMSGSIZE when it did not fit, or another -errno.</returns>
    public static int Receive(int fd, byte* buffer, int bufferBytes)
    {
        iovec piece = new() { iov_base = buffer + HeadBytes, iov_len = (nuint)(bufferBytes - HeadBytes) };
        msghdr header = Room;
        header.msg_name = buffer + NameAt;
        header.msg_control = buffer + ControlAt;
        header.msg_iov = &piece;
        header.msg_iovlen = 1;
        int bytes = Sockets.ReceiveMessage(fd, &header, SocketConstants.MSG_DONTWAIT);
        io_uring_recvmsg_out* head = (io_uring_recvmsg_out*)buffer;
        head->namelen = header.msg_namelen;
        head->controllen = (uint)header.msg_controllen;
        return bytes >= 0 && (header.msg_flags & SocketConstants.MSG_TRUNC) != 0 ? -Errno.EMSGSIZE : bytes;
    }

    /// <summary>Whether a ring's datagram came whole.</summary>
    public static bool IsWhole(byte* buffer) =>
        (((io_uring_recvmsg_out*)buffer)->flags & SocketConstants.MSG_TRUNC) == 0;

    /// <summary>The addresses in front of a received datagram.</summary>
    public static DatagramRoute RouteOf(byte* buffer, int listener)
    {
        SockAddr peer = *(SockAddr*)(buffer + NameAt);
        int control = (int)((io_uring_recvmsg_out*)buffer)->controllen;
        return new DatagramRoute(listener, peer, LocalAddresses.Read(buffer + ControlAt, control));
    }

    /// <summary>
    /// Lays out a datagram to be sent, which fits behind <see cref="HeadBytes"/> of the buffer.
    /// </summary>
    /// <returns>What sendmsg takes; in the buffer, where it stays.</returns>
    public static msghdr* ToSend(byte* buffer, in DatagramRoute route, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(buffer + HeadBytes, bytes.Length));
        return Fill(buffer, route, buffer + HeadBytes, bytes.Length);
    }

    /// <summary>sendmsg(2) at once, from where the bytes are.</summary>
    /// <returns>Bytes taken, or -errno.</returns>
    public static int Send(int fd, in DatagramRoute route, ReadOnlySpan<byte> bytes)
    {
        byte* head = stackalloc byte[HeadBytes];
        fixed (byte* first = bytes)
        {
            msghdr* header = Fill(head, route, first, bytes.Length);
            return Sockets.SendMessage(fd, header, SocketConstants.MSG_NOSIGNAL | SocketConstants.MSG_DONTWAIT);
        }
    }

    private static msghdr* Fill(byte* head, in DatagramRoute route, byte* first, int bytes)
    {
        msghdr* header = (msghdr*)head;
        iovec* piece = (iovec*)(head + PieceAt);
        *piece = new iovec { iov_base = first, iov_len = (nuint)bytes };
        *(SockAddr*)(head + PeerAt) = route.Peer;
        int control = LocalAddresses.Write(head + LocalAt, route.Local);
        *header = new msghdr
        {
            msg_name = head + PeerAt,
            msg_namelen = (uint)route.Peer.Length,
            msg_iov = piece,
            msg_iovlen = 1,
            msg_control = control > 0 ? head + LocalAt : null,
            msg_controllen = (nuint)control,
        };
        return header;
    }
}
