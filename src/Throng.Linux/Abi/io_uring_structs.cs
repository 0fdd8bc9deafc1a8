#pragma warning disable CS1591 // the kernel's own names, see linux/io_uring.h
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>One completion, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_cqe
{
    public ulong user_data;

    /// <summary>The call's result, or -errno.</summary>
    public int res;

    /// <summary>IORING_CQE_F_*; a buffer's id in the upper 16 bits when F_BUFFER is set.</summary>
    public uint flags;
}

/// <summary>Where the parts of the submission ring lie, bytes from the mapping's start; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_sqring_offsets
{
    public uint head;
    public uint tail;
    public uint ring_mask;
    public uint ring_entries;
    public uint flags;
    public uint dropped;
    public uint array;
    public uint resv1;
    public ulong user_addr;
}

/// <summary>Where the parts of the completion ring lie, bytes from the mapping's start; 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_cqring_offsets
{
    public uint head;
    public uint tail;
    public uint ring_mask;
    public uint ring_entries;
    public uint overflow;
    public uint cqes;
    public uint flags;
    public uint resv1;
    public ulong user_addr;
}

/// <summary>Argument of io_uring_setup, 120 bytes; the kernel fills in the rest.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct io_uring_params
{
    public uint sq_entries;
    public uint cq_entries;
    public uint flags;
    public uint sq_thread_cpu;
    public uint sq_thread_idle;
    public uint features;
    public uint wq_fd;
    public fixed uint resv[3];
    public io_sqring_offsets sq_off;
    public io_cqring_offsets cq_off;
}

/// <summary>One provided buffer, 16 bytes. The ring's tail overlays <see cref="resv"/> of the first one.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_buf
{
    public ulong addr;
    public uint len;
    public ushort bid;
    public ushort resv;
}

/// <summary>Argument of IORING_REGISTER_PBUF_RING, 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct io_uring_buf_reg
{
    public ulong ring_addr;
    public uint ring_entries;
    public ushort bgid;
    public ushort flags;
    public fixed ulong resv[3];
}

/// <summary>Argument of io_uring_enter with IORING_ENTER_EXT_ARG, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_getevents_arg
{
    public ulong sigmask;
    public uint sigmask_sz;

    /// <summary>Since 6.12: microseconds to wait for more than one completion.</summary>
    public uint min_wait_usec;

    public ulong ts;
}

/// <summary>Argument of IORING_REGISTER_FILES2, 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_rsrc_register
{
    public uint nr;
    public uint flags;
    public ulong resv2;
    public ulong data;
    public ulong tags;
}

/// <summary>Argument of IORING_REGISTER_FILES_UPDATE, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_files_update
{
    public uint offset;
    public uint resv;
    public ulong fds;
}

/// <summary>Argument of IORING_REGISTER_FILE_ALLOC_RANGE, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_file_index_range
{
    public uint off;
    public uint len;
    public ulong resv;
}

/// <summary>Support for one operation, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_probe_op
{
    public byte op;
    public byte resv;

    /// <summary>IO_URING_OP_SUPPORTED or 0.</summary>
    public ushort flags;

    public uint resv2;
}

/// <summary>Header of the answer to IORING_REGISTER_PROBE, 16 bytes; io_uring_probe_op follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct io_uring_probe
{
    public byte last_op;
    public byte ops_len;
    public ushort resv;
    public fixed uint resv2[3];
}

/// <summary>Header that recvmsg multishot writes before the payload, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct io_uring_recvmsg_out
{
    public uint namelen;
    public uint controllen;
    public uint payloadlen;
    public uint flags;
}
