using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Throng.Abi;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Structures, constants and numbers of system calls are those of the headers: on this processor as this process has
/// them, on arm64 as a native arm64 program has them.
/// </summary>
public sealed partial class AbiWitnessTests
{
    /// <summary>
    /// Structures of which only a beginning is declared, or the members of a union that one command uses.
    /// </summary>
    private static readonly Dictionary<string, string> Beginnings = new()
    {
        ["bpf_attr_info"] = "info.", ["bpf_attr_link_create"] = "link_create.", ["bpf_attr_map_batch"] = "batch.",
        ["bpf_attr_map_create"] = "", ["bpf_attr_map_elem"] = "", ["bpf_attr_prog_attach"] = "",
        ["bpf_attr_prog_load"] = "", ["bpf_attr_test"] = "test.", ["bpf_prog_info"] = "", ["sched_attr"] = "",
        ["tcp_info"] = "", ["xdp_umem_reg"] = "",
    };

    /// <summary>
    /// Declarations that headers may not know, with their values here: bit fields, which have no offset, and those
    /// newer than Linux 6.1.
    /// </summary>
    private static readonly string[] Unknown =
    [
        "offsetof(struct bpf_insn, regs) = 1", "offsetof(struct tcp_info, tcpi_wscale) = 6",
        "offsetof(struct tcp_info, tcpi_delivery_rate_app_limited) = 7",

        "offsetof(struct io_cqring_offsets, user_addr) = 32", "offsetof(struct io_sqring_offsets, user_addr) = 32",
        "offsetof(struct io_uring_buf_reg, flags) = 14",
        "offsetof(struct io_uring_getevents_arg, min_wait_usec) = 12", "offsetof(struct io_uring_sqe, level) = 16",
        "offsetof(struct io_uring_sqe, optname) = 20", "offsetof(struct io_uring_sqe, install_fd_flags) = 28",
        "offsetof(struct io_uring_sqe, optlen) = 44", "offsetof(struct io_uring_sqe, optval) = 48",
        "offsetof(struct tcp_info, tcpi_rcv_wnd) = 232", "offsetof(struct tcp_info, tcpi_rehash) = 236",
        "offsetof(struct tcp_info, tcpi_total_rto) = 240",
        "offsetof(struct tcp_info, tcpi_total_rto_recoveries) = 242",
        "offsetof(struct tcp_info, tcpi_total_rto_time) = 244",

        "IP_LOCAL_PORT_RANGE = 51", "XDP_MAX_TX_SKB_BUDGET = 9",
        "IORING_OP_FIXED_FD_INSTALL = 54", "IORING_OP_BIND = 56", "IORING_OP_LISTEN = 57",
        "IORING_SETUP_NO_SQARRAY = 65536", "SOCKET_URING_OP_SETSOCKOPT = 3",
    ];

    [Fact]
    public void This_processors_are_those_of_the_headers()
    {
        Needs.Tool("gcc");
        string[] lines = [.. Structures.All().Select(one => one.ToString())];
        Compare(lines, SystemCalls.All.Select(one => (one.Name, (long)one.Number)), new HeaderWitness("gcc"));
    }

    [Fact]
    public void Those_of_arm64_are_those_of_its_headers()
    {
        Arm64.Needed();
        string[] all = Arm64.Run(Arm64.AbiPath);
        ILookup<bool, string> lines = all.ToLookup(line => line.StartsWith("__NR_", StringComparison.Ordinal));
        Assert.Equal(SystemCalls.All.Count, lines[true].Count());
        Assert.Equal(Structures.All().Count, lines[false].Count());
        IEnumerable<(string, long)> calls = lines[true].Select(line => line.Split(' ')).Select(
            words => (words[0], long.Parse(words[1], CultureInfo.InvariantCulture)));
        Compare(lines[false], calls, new HeaderWitness("aarch64-linux-gnu-gcc", Arm64.Emulator));
    }

    private static void Compare(
        IEnumerable<string> structures, IEnumerable<(string, long)> calls, HeaderWitness witness)
    {
        Dictionary<string, long> ours = structures.SelectMany(Layout).Concat(calls).Concat(Constants())
            .Concat(OurNames()).ToDictionary(one => one.Item1, one => one.Item2);
        IReadOnlyDictionary<string, long[]> theirs = witness.Ask([.. ours.Keys]);
        string[] wrong =
        [
            .. from one in ours
            where theirs.ContainsKey(one.Key) && theirs[one.Key].Any(number => number != one.Value)
            select $"{one.Key} is {string.Join(" and ", theirs[one.Key])}, and {one.Value} here",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        string[] unknown = [.. ours.Keys.Except(theirs.Keys).Select(one => $"{one} = {ours[one]}").Except(Unknown)];
        Assert.True(unknown.Length == 0, $"not in the headers, nor in the list here:\n{string.Join('\n', unknown)}");
    }

    /// <summary>"iovec 16 iov_base@0": what C says to it.</summary>
    private static IEnumerable<(string, long)> Layout(string line)
    {
        string[] words = line.Split(' ');
        bool isCommand = words[0].StartsWith("bpf_attr_", StringComparison.Ordinal);
        string name = isCommand ? "union bpf_attr" : $"struct {words[0]}";
        string whose = isCommand ? $" /* {words[0]} */" : ""; // commands of bpf(2) share members
        bool isBeginning = Beginnings.TryGetValue(words[0], out string? member);
        if (!isBeginning)
        {
            yield return ($"sizeof({name})", long.Parse(words[1], CultureInfo.InvariantCulture));
        }

        foreach (string[] field in words.Skip(2).Select(word => word.Split('@')))
        {
            long offset = long.Parse(field[1], CultureInfo.InvariantCulture);
            yield return ($"offsetof({name}, {member}{field[0]}){whose}", offset);
        }
    }

    /// <summary>
    /// Constants spelt as the kernel spells them; they are compiled in, so every processor has the same.
    /// </summary>
    private static IEnumerable<(string, long)> Constants() =>
        from type in typeof(SockAddr).Assembly.GetTypes()
        where type.Name.EndsWith("Constants", StringComparison.Ordinal) || type == typeof(Errno)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where field.IsLiteral && KernelSpelling().IsMatch(field.Name)
        select (field.Name, field.GetRawConstantValue() is ulong or nuint
            ? (long)Convert.ToUInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
            : Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture));

    /// <summary>Values that have names of our own here.</summary>
    private static IEnumerable<(string, long)> OurNames() =>
    [
        ("BPF_MAP_TYPE_HASH", (long)BpfMapKind.Hash),
        ("BPF_MAP_TYPE_ARRAY", (long)BpfMapKind.Array),
        ("BPF_MAP_TYPE_PERCPU_ARRAY", (long)BpfMapKind.PerCpuArray),
        ("BPF_MAP_TYPE_XSKMAP", (long)BpfMapKind.XdpSockets),
        ("BPF_MAP_TYPE_SOCKHASH", (long)BpfMapKind.SocketHash),
        ("BPF_PROG_TYPE_XDP", (long)BpfProgramKind.Xdp),
        ("BPF_PROG_TYPE_SOCK_OPS", (long)BpfProgramKind.SocketOps),
        ("BPF_PROG_TYPE_SK_SKB", (long)BpfProgramKind.SocketStream),
        ("BPF_CGROUP_SOCK_OPS", (long)BpfAttachment.CgroupSocketOps),
        ("BPF_SK_SKB_STREAM_VERDICT", (long)BpfAttachment.StreamVerdict),
        ("BPF_XDP", (long)BpfAttachment.Xdp),
        ("XDP_FLAGS_SKB_MODE", BpfProgram.XdpGeneric),
        ("XDP_FLAGS_DRV_MODE", BpfProgram.XdpNative),
        ("CMSG_SPACE(sizeof(struct in6_pktinfo))", LocalAddresses.ControlBytes),
        ("sizeof(struct sockaddr_in6)", Marshal.SizeOf<SockAddr>()),
        ("offsetof(struct sockaddr_in, sin_port)", OffsetInAddress("_portNetworkOrder")),
        ("offsetof(struct sockaddr_in, sin_addr)", OffsetInAddress("_address4NetworkOrder")),
        ("offsetof(struct sockaddr_in6, sin6_flowinfo)", OffsetInAddress("_flowInfo")),
        ("offsetof(struct sockaddr_in6, sin6_addr)", OffsetInAddress("_address6NetworkOrder")),
        ("offsetof(struct sockaddr_in6, sin6_scope_id)", OffsetInAddress("_scopeId")),
    ];

    private static long OffsetInAddress(string field) => Marshal.OffsetOf<SockAddr>(field);

    [GeneratedRegex("^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")]
    private static partial Regex KernelSpelling();
}
