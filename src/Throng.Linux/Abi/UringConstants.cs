#pragma warning disable CS1591 // the kernel's own names, see linux/io_uring.h and io_uring_enter(2)
namespace Throng.Linux;

/// <summary>Constants of io_uring.</summary>
public static class UringConstants
{
    public const byte IORING_OP_NOP = 0;
    public const byte IORING_OP_POLL_ADD = 6;
    public const byte IORING_OP_SENDMSG = 9;
    public const byte IORING_OP_RECVMSG = 10;
    public const byte IORING_OP_ACCEPT = 13;
    public const byte IORING_OP_ASYNC_CANCEL = 14;
    public const byte IORING_OP_CONNECT = 16;
    public const byte IORING_OP_CLOSE = 19;
    public const byte IORING_OP_SEND = 26;
    public const byte IORING_OP_RECV = 27;
    public const byte IORING_OP_SHUTDOWN = 34;
    public const byte IORING_OP_SOCKET = 45;
    public const byte IORING_OP_URING_CMD = 46;
    public const byte IORING_OP_FIXED_FD_INSTALL = 54;
    public const byte IORING_OP_BIND = 56;
    public const byte IORING_OP_LISTEN = 57;

    public const byte IOSQE_FIXED_FILE = 1 << 0;
    public const byte IOSQE_IO_LINK = 1 << 2;
    public const byte IOSQE_BUFFER_SELECT = 1 << 5;
    public const byte IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

    public const uint IORING_SETUP_CQSIZE = 1u << 3;
    public const uint IORING_SETUP_CLAMP = 1u << 4;
    public const uint IORING_SETUP_SUBMIT_ALL = 1u << 7;
    public const uint IORING_SETUP_COOP_TASKRUN = 1u << 8;
    public const uint IORING_SETUP_TASKRUN_FLAG = 1u << 9;
    public const uint IORING_SETUP_SINGLE_ISSUER = 1u << 12;
    public const uint IORING_SETUP_DEFER_TASKRUN = 1u << 13;
    public const uint IORING_SETUP_NO_SQARRAY = 1u << 16;

    public const uint IORING_FEAT_SINGLE_MMAP = 1u << 0;
    public const uint IORING_FEAT_NODROP = 1u << 1;
    public const uint IORING_FEAT_EXT_ARG = 1u << 8;

    public const uint IORING_SQ_CQ_OVERFLOW = 1u << 1;
    public const uint IORING_SQ_TASKRUN = 1u << 2;

    public const uint IORING_CQ_EVENTFD_DISABLED = 1u << 0;

    public const uint IORING_ENTER_GETEVENTS = 1u << 0;
    public const uint IORING_ENTER_EXT_ARG = 1u << 3;

    public const nint IORING_OFF_SQ_RING = 0;
    public const nint IORING_OFF_SQES = 0x10000000;

    public const uint IORING_CQE_F_BUFFER = 1u << 0;
    public const uint IORING_CQE_F_MORE = 1u << 1;
    public const uint IORING_CQE_F_SOCK_NONEMPTY = 1u << 2;
    public const int IORING_CQE_BUFFER_SHIFT = 16;

    public const uint IORING_FILE_INDEX_ALLOC = ~0u;

    public const uint IORING_POLL_ADD_MULTI = 1u << 0;

    public const uint IORING_ASYNC_CANCEL_ALL = 1u << 0;
    public const uint IORING_ASYNC_CANCEL_FD = 1u << 1;
    public const uint IORING_ASYNC_CANCEL_FD_FIXED = 1u << 3;

    public const ushort IORING_RECV_MULTISHOT = 1 << 1;

    public const ushort IORING_ACCEPT_MULTISHOT = 1 << 0;

    public const uint SOCKET_URING_OP_SETSOCKOPT = 3;

    public const uint IORING_REGISTER_EVENTFD = 4;
    public const uint IORING_REGISTER_FILES_UPDATE = 6;
    public const uint IORING_REGISTER_PROBE = 8;
    public const uint IORING_REGISTER_FILES2 = 13;
    public const uint IORING_REGISTER_PBUF_RING = 22;
    public const uint IORING_UNREGISTER_PBUF_RING = 23;
    public const uint IORING_REGISTER_FILE_ALLOC_RANGE = 25;

    public const uint IORING_RSRC_REGISTER_SPARSE = 1u << 0;
    public const ushort IO_URING_OP_SUPPORTED = 1 << 0;
}
