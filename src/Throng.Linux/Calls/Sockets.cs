using System.Runtime.CompilerServices;

namespace Throng.Linux;

/// <summary>
/// The socket calls on real descriptors. Everything returns the kernel's way: 0 or more, or -errno; nothing throws
/// or allocates. Sockets are opened non-blocking and close-on-exec.
/// </summary>
public static unsafe class Sockets
{
    private const int OpenFlags = SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC;

    /// <summary>socket(2).</summary>
    /// <returns>The descriptor, or -errno (EMFILE when the table is full).</returns>
    public static int Open(int family, int type, int protocol = 0) =>
        Libc.Result(Libc.socket(family, type | OpenFlags, protocol));

    /// <summary>A TCP socket of the family an address has.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    public static int OpenTcp(in SockAddr address) => Open(address.Family, SocketConstants.SOCK_STREAM);

    /// <summary>A socket that asks the kernel about sockets, unless there is one already.</summary>
    /// <param name="fd">The descriptor, below 0 while there is none.</param>
    /// <returns>0, or -errno.</returns>
    internal static int OpenDiagnosis(ref int fd)
    {
        if (fd < 0)
        {
            fd = Open(NetlinkConstants.AF_NETLINK, SocketConstants.SOCK_RAW, NetlinkConstants.NETLINK_SOCK_DIAG);
        }

        return Math.Min(fd, 0);
    }

    /// <summary>bind(2).</summary>
    public static int Bind(int fd, in SockAddr address)
    {
        fixed (SockAddr* pointer = &address)
        {
            return Libc.Result(Libc.bind(fd, pointer, (uint)address.Length));
        }
    }

    /// <summary>listen(2); the kernel cuts the backlog to net.core.somaxconn.</summary>
    public static int Listen(int fd, int backlog) => Libc.Result(Libc.listen(fd, backlog));

    /// <summary>accept4(2), non-blocking and close-on-exec.</summary>
    /// <returns>The new descriptor, or -errno (EAGAIN when nobody waits).</returns>
    public static int Accept(int fd) => Libc.Result(Libc.accept4(fd, null, null, OpenFlags));

    /// <summary>accept4(2) that also tells who came.</summary>
    /// <returns>The new descriptor, or -errno (EAGAIN when nobody waits).</returns>
    public static int Accept(int fd, out SockAddr peer)
    {
        SockAddr address = default;
        uint addressBytes = (uint)sizeof(SockAddr);
        int result = Libc.Result(Libc.accept4(fd, &address, &addressBytes, OpenFlags));
        peer = address;
        return result;
    }

    /// <summary>connect(2).</summary>
    /// <returns>0, or -EINPROGRESS while the handshake runs, or another -errno.</returns>
    public static int Connect(int fd, in SockAddr address)
    {
        fixed (SockAddr* pointer = &address)
        {
            return Libc.Result(Libc.connect(fd, pointer, (uint)address.Length));
        }
    }

    /// <summary>shutdown(2) with SHUT_RD, SHUT_WR or SHUT_RDWR.</summary>
    public static int Shutdown(int fd, int how) => Libc.Result(Libc.shutdown(fd, how));

    /// <summary>send(2). Pass MSG_NOSIGNAL, or a reset peer raises SIGPIPE.</summary>
    /// <returns>Bytes taken, or -errno.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Send(int fd, void* buffer, int bytes, int flags) =>
        Libc.Result(Libc.send(fd, buffer, (nuint)bytes, flags));

    /// <inheritdoc cref="Send(int, void*, int, int)"/>
    public static int Send(int fd, ReadOnlySpan<byte> buffer, int flags = SocketConstants.MSG_NOSIGNAL)
    {
        fixed (byte* pointer = buffer)
        {
            return Send(fd, pointer, buffer.Length, flags);
        }
    }

    /// <summary>recv(2).</summary>
    /// <returns>Bytes, 0 when the peer has closed its side, or -errno.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Receive(int fd, void* buffer, int bytes, int flags) =>
        Libc.Result(Libc.recv(fd, buffer, (nuint)bytes, flags));

    /// <inheritdoc cref="Receive(int, void*, int, int)"/>
    public static int Receive(int fd, Span<byte> buffer, int flags = 0)
    {
        fixed (byte* pointer = buffer)
        {
            return Receive(fd, pointer, buffer.Length, flags);
        }
    }

    /// <summary>sendto(2), for datagrams.</summary>
    /// <returns>Bytes taken, or -errno.</returns>
    public static int SendTo(int fd, void* buffer, int bytes, int flags, in SockAddr address)
    {
        fixed (SockAddr* pointer = &address)
        {
            return Libc.Result(Libc.sendto(fd, buffer, (nuint)bytes, flags, pointer, (uint)address.Length));
        }
    }

    /// <summary>sendmsg(2).</summary>
    /// <returns>Bytes taken, or -errno.</returns>
    public static int SendMessage(int fd, msghdr* message, int flags) =>
        Libc.Result(Libc.sendmsg(fd, message, flags));

    /// <summary>recvmsg(2).</summary>
    /// <returns>Bytes, or -errno.</returns>
    public static int ReceiveMessage(int fd, msghdr* message, int flags) =>
        Libc.Result(Libc.recvmsg(fd, message, flags));

    /// <summary>setsockopt(2) with a number.</summary>
    public static int SetOption(int fd, int level, int name, int value) =>
        Libc.Result(Libc.setsockopt(fd, level, name, &value, sizeof(int)));

    /// <summary>setsockopt(2) with bytes.</summary>
    public static int SetOption(int fd, int level, int name, ReadOnlySpan<byte> value)
    {
        fixed (byte* pointer = value)
        {
            return Libc.Result(Libc.setsockopt(fd, level, name, pointer, (uint)value.Length));
        }
    }

    /// <summary>SO_LINGER. On with 0 seconds makes close() send RST and leaves no TIME_WAIT.</summary>
    public static int SetLinger(int fd, bool on, int seconds)
    {
        linger value = new() { l_onoff = on ? 1 : 0, l_linger = seconds };
        return Libc.Result(Libc.setsockopt(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_LINGER, &value, (uint)sizeof(linger)));
    }

    /// <summary>
    /// SO_ATTACH_FILTER on a listener, with a filter that drops every SYN: no handshake begins any more, and those
    /// under way come to their end. A SYN that was dropped is sent again, after a second the first time. What was
    /// accepted has the filter too, and no use for a SYN.
    /// </summary>
    /// <returns>0 or -errno.</returns>
    public static int DropSyns(int fd)
    {
        const ushort LoadByte = 0x30;   // BPF_LD | BPF_B | BPF_ABS, from the beginning of the TCP header
        const ushort JumpIfSet = 0x45;  // BPF_JMP | BPF_JSET | BPF_K
        const ushort Return = 0x06;     // BPF_RET | BPF_K: bytes to keep
        const uint FlagsOffset = 13;
        const uint Syn = 0x02;
        sock_filter* program = stackalloc sock_filter[4];
        program[0] = new sock_filter { code = LoadByte, k = FlagsOffset };
        program[1] = new sock_filter { code = JumpIfSet, jt = 1, k = Syn };
        program[2] = new sock_filter { code = Return, k = uint.MaxValue };
        program[3] = new sock_filter { code = Return, k = 0 };
        sock_fprog value = new() { len = 4, filter = program };
        return Libc.Result(Libc.setsockopt(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ATTACH_FILTER, &value, (uint)sizeof(sock_fprog)));
    }

    /// <summary>How many connections a listener's accept queue has.</summary>
    /// <returns>Their number, or -errno.</returns>
    public static int QueueLength(int fd)
    {
        int result = TcpFacts(fd, out tcp_info facts);
        return result < 0 ? result : (int)facts.tcpi_unacked;
    }

    /// <summary>getsockopt(2) of a number.</summary>
    /// <returns>0 or -errno; <paramref name="value"/> is 0 on failure.</returns>
    public static int GetOption(int fd, int level, int name, out int value)
    {
        int number = 0;
        uint bytes = sizeof(int);
        int result = Libc.Result(Libc.getsockopt(fd, level, name, &number, &bytes));
        value = number;
        return result;
    }

    /// <summary>getsockopt(2) into bytes.</summary>
    /// <returns>How many bytes the kernel wrote, or -errno.</returns>
    public static int GetOption(int fd, int level, int name, Span<byte> value)
    {
        uint bytes = (uint)value.Length;
        fixed (byte* pointer = value)
        {
            int result = Libc.Result(Libc.getsockopt(fd, level, name, pointer, &bytes));
            return result < 0 ? result : (int)bytes;
        }
    }

    /// <summary>SO_COOKIE: the socket's number, never used twice; 0 or -errno.</summary>
    public static int Cookie(int fd, out ulong cookie)
    {
        ulong number = 0;
        uint bytes = sizeof(ulong);
        int result = Libc.Result(Libc.getsockopt(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_COOKIE, &number, &bytes));
        cookie = number;
        return result;
    }

    /// <summary>SO_PEERCRED: the user at the other end of a Unix socket.</summary>
    /// <returns>0 or -errno.</returns>
    public static int PeerUser(int fd, out uint user)
    {
        ucred who = default;
        uint bytes = (uint)sizeof(ucred);
        int result = Libc.Result(Libc.getsockopt(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_PEERCRED, &who, &bytes));
        user = who.uid;
        return result;
    }

    /// <summary>SO_ERROR: how a connect ended; reading it clears it.</summary>
    /// <returns>0 when there is none, the pending error as -errno, or -errno of the call itself.</returns>
    public static int PendingError(int fd)
    {
        int result = GetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR, out int error);
        return result < 0 ? result : -error;
    }

    /// <summary>TCP_INFO. Fields this kernel does not know are zero.</summary>
    /// <returns>How many bytes the kernel filled in, or -errno.</returns>
    public static int TcpFacts(int fd, out tcp_info facts)
    {
        tcp_info filled = default;
        uint bytes = (uint)sizeof(tcp_info);
        int result = Libc.Result(Libc.getsockopt(
            fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_INFO, &filled, &bytes));
        facts = filled;
        return result < 0 ? result : (int)bytes;
    }

    /// <summary>getsockname(2).</summary>
    public static int LocalAddress(int fd, out SockAddr address)
    {
        SockAddr filled = default;
        uint addressBytes = (uint)sizeof(SockAddr);
        int result = Libc.Result(Libc.getsockname(fd, &filled, &addressBytes));
        address = filled;
        return result;
    }

    /// <summary>getpeername(2).</summary>
    public static int PeerAddress(int fd, out SockAddr address)
    {
        SockAddr filled = default;
        uint addressBytes = (uint)sizeof(SockAddr);
        int result = Libc.Result(Libc.getpeername(fd, &filled, &addressBytes));
        address = filled;
        return result;
    }

    /// <summary>close(2); see <see cref="Descriptors.Close"/>.</summary>
    public static int Close(int fd) => Descriptors.Close(fd);
}
