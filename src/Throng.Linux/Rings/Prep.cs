using static Throng.Linux.SocketConstants;
using static Throng.Linux.UringConstants;

namespace Throng.Linux;

/// <summary>
/// Fills in a submission got from <see cref="Ring.TryGetSqe"/>, which is all zero. A slot is a direct descriptor of
/// that ring. Memory a method takes by pointer must live until the submission was taken; buffers of receives and
/// sends, and timespecs of multishot timeouts, until the completion.
/// </summary>
/// <remarks>
/// Links and skipped completions are the caller's: <c>sqe->flags |= IOSQE_CQE_SKIP_SUCCESS</c>. Beware that after a
/// failed link with a skipped completion the later ones never complete; do not link, or never skip in a chain.
/// </remarks>
public static unsafe class Prep
{
    /// <summary>Does nothing and completes with 0.</summary>
    public static void Nop(io_uring_sqe* sqe, ulong userData) =>
        Fill(sqe, IORING_OP_NOP, -1, 0, userData);

    /// <summary>A new socket into a slot. Completes with 0, or with the slot when the kernel picked it.</summary>
    /// <param name="sqe">The submission.</param>
    /// <param name="userData">Comes back with the completion.</param>
    /// <param name="family">AF_INET or AF_INET6.</param>
    /// <param name="type">SOCK_STREAM or SOCK_DGRAM, perhaps with SOCK_NONBLOCK; SOCK_CLOEXEC gives EINVAL.</param>
    /// <param name="protocol">0, or a protocol such as IPPROTO_MPTCP.</param>
    /// <param name="slot">The slot, whose old file is closed, or IORING_FILE_INDEX_ALLOC.</param>
    public static void Socket(io_uring_sqe* sqe, ulong userData, int family, int type, int protocol, uint slot)
    {
        Fill(sqe, IORING_OP_SOCKET, family, 0, userData);
        sqe->off = (ulong)type;
        sqe->len = (uint)protocol;
        sqe->file_index = FileIndex(slot);
    }

    /// <summary>bind on a slot, since 6.11.</summary>
    public static void Bind(io_uring_sqe* sqe, ulong userData, uint slot, SockAddr* address)
    {
        Fill(sqe, IORING_OP_BIND, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->addr = (ulong)address;
        sqe->addr2 = (ulong)address->Length;
    }

    /// <summary>listen on a slot, since 6.11.</summary>
    public static void Listen(io_uring_sqe* sqe, ulong userData, uint slot, int backlog)
    {
        Fill(sqe, IORING_OP_LISTEN, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->len = (uint)backlog;
    }

    /// <summary>connect on a slot. Completes when the handshake is over: 0 or -errno.</summary>
    public static void Connect(io_uring_sqe* sqe, ulong userData, uint slot, SockAddr* address)
    {
        Fill(sqe, IORING_OP_CONNECT, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->addr = (ulong)address;
        sqe->off = (ulong)address->Length;
    }

    /// <summary>
    /// Accepts until cancelled, into slots the kernel picks. Each completion carries a slot; without F_MORE it has
    /// ended and must be armed again (ENFILE: no slot free).
    /// </summary>
    /// <param name="sqe">The submission.</param>
    /// <param name="userData">Comes back with every completion.</param>
    /// <param name="listener">A real descriptor, or a slot when <paramref name="listenerIsSlot"/>.</param>
    /// <param name="listenerIsSlot">Which of the two.</param>
    public static void AcceptMultishotDirect(
        io_uring_sqe* sqe, ulong userData, int listener, bool listenerIsSlot)
    {
        Fill(sqe, IORING_OP_ACCEPT, listener, listenerIsSlot ? IOSQE_FIXED_FILE : (byte)0, userData);
        sqe->ioprio = IORING_ACCEPT_MULTISHOT;
        sqe->file_index = IORING_FILE_INDEX_ALLOC;
    }

    /// <summary>
    /// Receives until cancelled or the peer closes, each time into a buffer of the group. Without F_MORE it has
    /// ended (ENOBUFS: the group was empty).
    /// </summary>
    public static void RecvMultishot(io_uring_sqe* sqe, ulong userData, uint slot, ushort bufferGroup)
    {
        Fill(sqe, IORING_OP_RECV, (int)slot, IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT, userData);
        sqe->ioprio = IORING_RECV_MULTISHOT;
        sqe->buf_group = bufferGroup;
    }

    /// <summary>Receives once into a buffer of the group.</summary>
    /// <param name="sqe">The submission.</param>
    /// <param name="userData">Comes back with the completion.</param>
    /// <param name="slot">The socket.</param>
    /// <param name="bufferGroup">Where the buffer comes from.</param>
    /// <param name="messageFlags">MSG_DONTWAIT completes with -EAGAIN instead of waiting.</param>
    public static void Recv(io_uring_sqe* sqe, ulong userData, uint slot, ushort bufferGroup, int messageFlags = 0)
    {
        Fill(sqe, IORING_OP_RECV, (int)slot, IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT, userData);
        sqe->msg_flags = (uint)messageFlags;
        sqe->buf_group = bufferGroup;
    }

    /// <summary>
    /// Sends all of it, waiting for room where needed. Completes with the bytes sent; fewer than asked means the
    /// connection broke on the way.
    /// </summary>
    public static void Send(
        io_uring_sqe* sqe, ulong userData, uint slot, void* buffer, uint bytes,
        int messageFlags = MSG_NOSIGNAL | MSG_WAITALL)
    {
        Fill(sqe, IORING_OP_SEND, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->addr = (ulong)buffer;
        sqe->len = bytes;
        sqe->msg_flags = (uint)messageFlags;
    }

    /// <summary>Sends one datagram to an address.</summary>
    public static void SendTo(
        io_uring_sqe* sqe, ulong userData, uint slot, void* buffer, uint bytes, SockAddr* address)
    {
        Send(sqe, userData, slot, buffer, bytes, MSG_NOSIGNAL);
        sqe->addr2 = (ulong)address;
        sqe->addr_len = (ushort)address->Length;
    }

    /// <summary>
    /// Receives datagrams on a real descriptor until cancelled, each into a buffer of the group: io_uring_recvmsg_out,
    /// then as much room for the sender's address and for control messages as the header names, then the bytes.
    /// Without F_MORE it has ended (an empty datagram, or ENOBUFS: the group was empty).
    /// </summary>
    /// <param name="sqe">The submission.</param>
    /// <param name="userData">Comes back with every completion.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="header">msg_namelen and msg_controllen; read when the submission is taken.</param>
    /// <param name="bufferGroup">Where the buffers come from.</param>
    public static void RecvMessageMultishotFd(
        io_uring_sqe* sqe, ulong userData, int fd, msghdr* header, ushort bufferGroup)
    {
        Fill(sqe, IORING_OP_RECVMSG, fd, IOSQE_BUFFER_SELECT, userData);
        sqe->addr = (ulong)header;
        sqe->len = 1;
        sqe->ioprio = IORING_RECV_MULTISHOT;
        sqe->buf_group = bufferGroup;
    }

    /// <summary>sendmsg on a real descriptor; header and bytes must live until the completion.</summary>
    public static void SendMessageFd(
        io_uring_sqe* sqe, ulong userData, int fd, msghdr* header, int messageFlags)
    {
        Fill(sqe, IORING_OP_SENDMSG, fd, 0, userData);
        sqe->addr = (ulong)header;
        sqe->len = 1;
        sqe->msg_flags = (uint)messageFlags;
    }

    /// <summary>
    /// Watches a slot until cancelled: 256 bytes of kernel memory against 770 of an armed receive. Edge-like, one
    /// completion per wake-up with the events in res; without F_MORE it has ended.
    /// </summary>
    public static void PollMultishot(io_uring_sqe* sqe, ulong userData, uint slot, uint events)
    {
        Fill(sqe, IORING_OP_POLL_ADD, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->poll32_events = PollMask(events);
        sqe->len = IORING_POLL_ADD_MULTI;
    }

    /// <summary>Waits for events of a slot once. Completes with the poll bits, EPOLLERR and EPOLLHUP too.</summary>
    public static void PollOnce(io_uring_sqe* sqe, ulong userData, uint slot, uint events)
    {
        Fill(sqe, IORING_OP_POLL_ADD, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->poll32_events = PollMask(events);
    }

    /// <summary>Watches a real descriptor until cancelled, such as the eventfd a worker sleeps on.</summary>
    public static void PollMultishotFd(io_uring_sqe* sqe, ulong userData, int fd, uint events)
    {
        Fill(sqe, IORING_OP_POLL_ADD, fd, 0, userData);
        sqe->poll32_events = PollMask(events);
        sqe->len = IORING_POLL_ADD_MULTI;
    }

    /// <summary>Cancels one request by the user data it was submitted with. Completes with 0 or -ENOENT.</summary>
    public static void CancelByUserData(io_uring_sqe* sqe, ulong userData, ulong targetUserData)
    {
        Fill(sqe, IORING_OP_ASYNC_CANCEL, -1, 0, userData);
        sqe->addr = targetUserData;
    }

    /// <summary>Cancels every request on a slot. Completes with how many there were, 0 when none.</summary>
    public static void CancelBySlot(io_uring_sqe* sqe, ulong userData, uint slot)
    {
        Fill(sqe, IORING_OP_ASYNC_CANCEL, (int)slot, 0, userData);
        sqe->cancel_flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_FD_FIXED;
    }

    /// <summary>Empties a slot. A request in flight on it keeps the socket open until cancelled.</summary>
    public static void CloseDirect(io_uring_sqe* sqe, ulong userData, uint slot)
    {
        Fill(sqe, IORING_OP_CLOSE, 0, 0, userData);
        sqe->file_index = FileIndex(slot);
    }

    /// <summary>shutdown on a slot with SHUT_RD, SHUT_WR or SHUT_RDWR.</summary>
    public static void Shutdown(io_uring_sqe* sqe, ulong userData, uint slot, int how)
    {
        Fill(sqe, IORING_OP_SHUTDOWN, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->len = (uint)how;
    }

    /// <summary>setsockopt on a slot, since 6.7. The value is read when the operation runs: keep it alive until the
    /// completion.</summary>
    public static void SetSockOpt(
        io_uring_sqe* sqe, ulong userData, uint slot, int level, int name, void* value, uint bytes)
    {
        Fill(sqe, IORING_OP_URING_CMD, (int)slot, IOSQE_FIXED_FILE, userData);
        sqe->cmd_op = SOCKET_URING_OP_SETSOCKOPT;
        sqe->level = (uint)level;
        sqe->optname = (uint)name;
        sqe->optlen = bytes;
        sqe->optval = (ulong)value;
    }

    /// <summary>A real descriptor for what is in a slot, since 6.8. Completes with it; close-on-exec.</summary>
    public static void FixedFdInstall(io_uring_sqe* sqe, ulong userData, uint slot) =>
        Fill(sqe, IORING_OP_FIXED_FD_INSTALL, (int)slot, IOSQE_FIXED_FILE, userData);

    private static void Fill(io_uring_sqe* sqe, byte opcode, int fd, byte flags, ulong userData)
    {
        sqe->opcode = opcode;
        sqe->flags = flags;
        sqe->fd = fd;
        sqe->user_data = userData;
    }

    // The kernel counts slots from one here, so that zero can mean "a real descriptor".
    private static uint FileIndex(uint slot) => slot == IORING_FILE_INDEX_ALLOC ? slot : slot + 1;

    // On big-endian machines the two halves of the mask are swapped.
    private static uint PollMask(uint events) =>
        BitConverter.IsLittleEndian ? events : (events << 16) | (events >> 16);
}
