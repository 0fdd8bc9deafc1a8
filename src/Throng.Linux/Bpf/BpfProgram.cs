using System.Text;

namespace Throng.Linux;

/// <summary>Purpose of a program: the kernel's numbers.</summary>
public enum BpfProgramKind : uint
{
    /// <summary>Every packet of an interface, before the network stack.</summary>
    Xdp = 6,

    /// <summary>Events of the TCP sockets of a control group.</summary>
    SocketOps = 13,

    /// <summary>Bytes that the sockets of a map receive.</summary>
    SocketStream = 14,
}

/// <summary>Where a program is attached: the kernel's numbers.</summary>
public enum BpfAttachment : uint
{
    CgroupSocketOps = 3,
    StreamVerdict = 5,
    Xdp = 37,
}

/// <summary>bpf(2) on programs. All calls return 0 or more, or -errno.</summary>
public static unsafe class BpfProgram
{
    /// <summary>Flags of an attachment to an interface: in the network stack, or in the driver.</summary>
    public const uint XdpGeneric = 2;
    public const uint XdpNative = 4;

    private const int LogBytes = 256 * 1024;
    private const int NameBytes = 15;

    /// <summary>
    /// The verifier gives up with EAGAIN when a signal comes, as the runtime sends some to stop threads for its
    /// collector. One of so many attempts is not disturbed.
    /// </summary>
    private const int AttemptsMax = 1000;

    /// <summary>BPF_PROG_LOAD. No function that is called here asks for the GPL.</summary>
    /// <param name="log">What the verifier says when it refuses: its last lines; empty otherwise.</param>
    /// <returns>The descriptor, or -errno (EACCES or EINVAL from the verifier, EPERM without CAP_BPF).</returns>
    public static int Load(
        BpfProgramKind kind, ReadOnlySpan<bpf_insn> code, string name, BpfAttachment attachment, out string log)
    {
        int result = Load(kind, code, name, attachment, []);
        log = "";
        if (result < 0 && result != -Errno.EPERM)
        {
            // Once more for its reasons: writing them costs more than verifying.
            byte[] text = new byte[LogBytes];
            result = Load(kind, code, name, attachment, text);
            log = Encoding.UTF8.GetString(text).TrimEnd('\0', '\n');
        }

        return result;
    }

    /// <summary>BPF_PROG_ATTACH of a program to a map of sockets; it is detached when the map goes.</summary>
    /// <returns>0 or -errno.</returns>
    public static int AttachToMap(int mapFd, int programFd, BpfAttachment attachment)
    {
        bpf_attr_prog_attach attributes = new()
        {
            target_fd = mapFd, attach_bpf_fd = programFd, attach_type = (uint)attachment,
        };
        return Command(BpfConstants.BPF_PROG_ATTACH, &attributes, sizeof(bpf_attr_prog_attach));
    }

    /// <summary>BPF_LINK_CREATE: attached for as long as the link's descriptor is open, also when the process is
    /// killed.</summary>
    /// <param name="target">An interface's index, or the descriptor of a control group.</param>
    /// <returns>The descriptor, or -errno (EBUSY: another program is there; EOPNOTSUPP: the driver has no such
    /// mode).</returns>
    public static int Link(int programFd, int target, BpfAttachment attachment, uint flags)
    {
        bpf_attr_link_create attributes = new()
        {
            prog_fd = programFd, target_fd = target, attach_type = (uint)attachment, flags = flags,
        };
        return Command(BpfConstants.BPF_LINK_CREATE, &attributes, sizeof(bpf_attr_link_create));
    }

    /// <summary>BPF_OBJ_GET_INFO_BY_FD of a program.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Read(int programFd, out bpf_prog_info facts)
    {
        bpf_prog_info filled = default;
        bpf_attr_info attributes = new()
        {
            bpf_fd = programFd, info_len = (uint)sizeof(bpf_prog_info), info = &filled,
        };
        int result = Command(BpfConstants.BPF_OBJ_GET_INFO_BY_FD, &attributes, sizeof(bpf_attr_info));
        facts = filled;
        return result;
    }

    /// <summary>BPF_PROG_TEST_RUN: one packet through a program, on no interface.</summary>
    /// <param name="packet">From its Ethernet header on.</param>
    /// <param name="answer">What became of it; at least as long.</param>
    /// <param name="durationNs">How long it took.</param>
    /// <returns>What the program returned, or -errno.</returns>
    public static int Run(int programFd, ReadOnlySpan<byte> packet, Span<byte> answer, out long durationNs)
    {
        fixed (byte* first = packet)
        fixed (byte* into = answer)
        {
            bpf_attr_test attributes = new()
            {
                prog_fd = programFd, data_in = first, data_size_in = (uint)packet.Length, data_out = into,
                data_size_out = (uint)answer.Length,
            };
            int result = Command(BpfConstants.BPF_PROG_TEST_RUN, &attributes, sizeof(bpf_attr_test));
            durationNs = attributes.duration;
            return result < 0 ? result : (int)attributes.retval;
        }
    }

    internal static int Command(int command, void* attributes, int bytes) =>
        Libc.Result(Libc.syscall(Libc.SysBpf, command, (nint)attributes, bytes, 0, 0, 0));

    /// <summary>A name as `bpftool` shows it, cut to what the kernel takes.</summary>
    internal static void CopyName(string name, byte* to)
    {
        for (int i = 0; i < Math.Min(NameBytes, name.Length); i++)
        {
            to[i] = (byte)name[i];
        }
    }

    private static int Load(
        BpfProgramKind kind, ReadOnlySpan<bpf_insn> code, string name, BpfAttachment attachment, Span<byte> log)
    {
        ReadOnlySpan<byte> licence = "MIT\0"u8;
        fixed (bpf_insn* first = code)
        fixed (byte* terms = licence)
        fixed (byte* text = log)
        {
            bpf_attr_prog_load attributes = new()
            {
                prog_type = (uint)kind, insn_cnt = (uint)code.Length, insns = first, license = terms,
                log_level = log.IsEmpty ? 0u : 1, log_size = (uint)log.Length, log_buf = text,
                expected_attach_type = (uint)attachment,
            };
            CopyName(name, attributes.prog_name);
            int result = -Errno.EAGAIN;
            for (int attempt = 0; attempt < AttemptsMax && result == -Errno.EAGAIN; attempt++)
            {
                result = Command(BpfConstants.BPF_PROG_LOAD, &attributes, sizeof(bpf_attr_prog_load));
            }

            return result;
        }
    }
}
