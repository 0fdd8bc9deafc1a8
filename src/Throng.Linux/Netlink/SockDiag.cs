using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// Lists the TCP sockets of this network namespace with their facts, whoever holds them and whether or not there is a
/// descriptor. A listing (the kernel says dump) is read in pieces: the kernel goes on only when it is asked, so one
/// that is not read on costs nothing. It has one piece of up to 32 KiB ready in advance: after a pause the first
/// records, about 70, are as old as the pause. Sockets opened or closed meanwhile may or may not be listed; none is
/// listed twice. Owner: one thread. Needs no privilege; nothing throws, nothing is allocated per socket.
/// </summary>
public sealed unsafe class SockDiag : IDisposable
{
    /// <summary>A piece is at most as large as the kernel has seen us receive, and never over 32 KiB.</summary>
    private const int BufferBytes = 32 * 1024;

    private const int FilterBytesMax = 1024;

    private byte* _buffer = (byte*)NativeMemory.Alloc(BufferBytes);
    private int _fd = -1;
    private int _at;
    private int _bytes;
    private uint _sequence;
    private bool _isUnderWay;

    /// <summary>
    /// Starts a listing from the beginning; the one under way, if any, ends. Opens a descriptor in the table of the
    /// calling thread the first time, and whenever a listing is cut short.
    /// </summary>
    /// <param name="family">AF_INET or AF_INET6; the latter lists mapped IPv4 addresses too.</param>
    /// <param name="states">Bit per TCP state.</param>
    /// <param name="filter">As <see cref="PortFilter"/> makes it, at most 1 KiB; empty for all.</param>
    /// <returns>0, or -errno: EMFILE, EPERM under a filter of system calls, ENOENT where the kernel lacks it (it then
    /// may be <see cref="Read"/> that says so).</returns>
    public int Start(int family, uint states, ReadOnlySpan<byte> filter)
    {
        if (_isUnderWay)
        {
            Close(); // a second one on the same socket would be refused with EBUSY
        }

        int opened = Sockets.OpenDiagnosis(ref _fd);
        if (opened < 0)
        {
            return opened;
        }

        _at = 0;
        _bytes = 0;
        _isUnderWay = true;
        int sent = Send(family, states, filter);
        return sent < 0 ? End(sent) : 0;
    }

    /// <summary>
    /// Reads on, by at most one piece: fewer records than asked for do not mean that it is over.
    /// </summary>
    /// <returns>How many records were filled in; 0 at the end; or -errno, after which it is over too.</returns>
    public int Read(Span<SocketFacts> records)
    {
        if (_isUnderWay && _at >= _bytes)
        {
            int received = Sockets.Receive(_fd, _buffer, BufferBytes, 0);
            if (received <= 0)
            {
                return End(received);
            }

            _at = 0;
            _bytes = received;
        }

        int count = 0;
        SockDiagPiece piece = new(new ReadOnlySpan<byte>(_buffer + _at, _bytes - _at));
        while (_isUnderWay && count < records.Length && piece.HasMore)
        {
            int result = piece.Read(out records[count]);
            if (result < 0)
            {
                return End(result);
            }

            count += result;
            _isUnderWay = !piece.IsLast;
        }

        _at = _bytes - piece.Left;
        return count;
    }

    public void Dispose()
    {
        Close();
        NativeMemory.Free(_buffer);
        _buffer = null;
    }

    private int End(int result)
    {
        Close();
        return result;
    }

    private void Close()
    {
        _isUnderWay = false;
        if (_fd >= 0)
        {
            _ = Sockets.Close(_fd);
            _fd = -1;
        }
    }

    private int Send(int family, uint states, ReadOnlySpan<byte> filter)
    {
        if (filter.Length > FilterBytesMax)
        {
            return -Errno.E2BIG;
        }

        int headBytes = sizeof(nlmsghdr) + sizeof(inet_diag_req_v2);
        byte* request = stackalloc byte[headBytes + sizeof(rtattr) + FilterBytesMax];
        int bytes = headBytes;
        if (filter.Length > 0)
        {
            *(rtattr*)(request + bytes) = new rtattr
            {
                rta_len = (ushort)(sizeof(rtattr) + filter.Length),
                rta_type = NetlinkConstants.INET_DIAG_REQ_BYTECODE,
            };
            filter.CopyTo(new Span<byte>(request + bytes + sizeof(rtattr), filter.Length));
            bytes += sizeof(rtattr) + filter.Length;
        }

        *(nlmsghdr*)request = new nlmsghdr
        {
            nlmsg_len = (uint)bytes,
            nlmsg_type = NetlinkConstants.SOCK_DIAG_BY_FAMILY,
            nlmsg_flags = NetlinkConstants.NLM_F_REQUEST | NetlinkConstants.NLM_F_DUMP,
            nlmsg_seq = ++_sequence,
        };
        *(inet_diag_req_v2*)(request + sizeof(nlmsghdr)) = new inet_diag_req_v2
        {
            sdiag_family = (byte)family,
            sdiag_protocol = SocketConstants.IPPROTO_TCP,
            idiag_ext = 1 << (NetlinkConstants.INET_DIAG_INFO - 1),
            idiag_states = states,
        };
        return Sockets.Send(_fd, request, bytes, 0);
    }
}
