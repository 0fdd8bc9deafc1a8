using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Throng.Abi;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Every structure the kernel reads or writes has the size and offsets a C compiler gives it. The figures come from
/// offsetof() over the kernel's headers on x64, those of newer fields from linux/io_uring.h and linux/tcp.h by hand.
/// </summary>
public sealed class AbiLayoutTests
{
    // name, bytes, field@offset ...
    private static readonly string[] Expected =
    [
        "__kernel_timespec 16 tv_sec@0 tv_nsec@8",
        "bpf_attr_info 16 bpf_fd@0 info_len@4 info@8",
        "bpf_attr_link_create 16 prog_fd@0 target_fd@4 attach_type@8 flags@12",
        "bpf_attr_map_batch 56 in_batch@0 out_batch@8 keys@16 values@24 count@32 map_fd@36 elem_flags@40 flags@48",
        "bpf_attr_map_create 48 map_type@0 key_size@4 value_size@8 max_entries@12 map_flags@16 map_name@28",
        "bpf_attr_map_elem 32 map_fd@0 key@8 value@16 flags@24",
        "bpf_attr_prog_attach 16 target_fd@0 attach_bpf_fd@4 attach_type@8 attach_flags@12",
        "bpf_attr_prog_load 72 prog_type@0 insn_cnt@4 insns@8 license@16 log_level@24 log_size@28 log_buf@32 "
            + "prog_name@48 expected_attach_type@68",
        "bpf_attr_test 40 prog_fd@0 retval@4 data_size_in@8 data_size_out@12 data_in@16 data_out@24 repeat@32 "
            + "duration@36",
        "bpf_insn 8 code@0 regs@1 off@2 imm@4",
        "bpf_prog_info 232 type@0 id@4 jited_prog_len@16 xlated_prog_len@20 run_time_ns@192 run_cnt@200 "
            + "verified_insns@216",
        "cmsghdr 16 cmsg_len@0 cmsg_level@8 cmsg_type@12",
        "epoll_event 12 events@0 data@4",
        "ethtool_drvinfo 196 cmd@0 driver@4",
        "ethtool_value 8 cmd@0 data@4",
        "ethtool_channels 36 cmd@0 rx_count@20 combined_count@32",
        "ifreq 40 ifr_name@0 ifr_data@16 ifr_flags@16 ifr_hwaddr@16 ifr_mtu@16",
        "in6_pktinfo 20 ipi6_addr@0 ipi6_ifindex@16",
        "in_pktinfo 12 ipi_ifindex@0 ipi_spec_dst@4 ipi_addr@8",
        "inet_diag_bc_op 4 code@0 yes@1 no@2",
        "inet_diag_msg 72 idiag_family@0 idiag_state@1 idiag_timer@2 idiag_retrans@3 id@4 idiag_expires@52 "
            + "idiag_rqueue@56 idiag_wqueue@60 idiag_uid@64 idiag_inode@68",
        "inet_diag_req_v2 56 sdiag_family@0 sdiag_protocol@1 idiag_ext@2 pad@3 idiag_states@4 id@8",
        "inet_diag_sockid 48 idiag_sport@0 idiag_dport@2 idiag_src@4 idiag_dst@20 idiag_if@36 idiag_cookie@40",
        "io_cqring_offsets 40 head@0 tail@4 ring_mask@8 ring_entries@12 overflow@16 cqes@20 flags@24 "
            + "resv1@28 user_addr@32",
        "io_sqring_offsets 40 head@0 tail@4 ring_mask@8 ring_entries@12 flags@16 dropped@20 array@24 "
            + "resv1@28 user_addr@32",
        "io_uring_buf 16 addr@0 len@8 bid@12 resv@14",
        "io_uring_buf_reg 40 ring_addr@0 ring_entries@8 bgid@12 flags@14 resv@16",
        "io_uring_cqe 16 user_data@0 res@8 flags@12",
        "io_uring_file_index_range 16 off@0 len@4 resv@8",
        "io_uring_files_update 16 offset@0 resv@4 fds@8",
        "io_uring_getevents_arg 24 sigmask@0 sigmask_sz@8 min_wait_usec@12 ts@16",
        "io_uring_params 120 sq_entries@0 cq_entries@4 flags@8 sq_thread_cpu@12 sq_thread_idle@16 "
            + "features@20 wq_fd@24 resv@28 sq_off@40 cq_off@80",
        "io_uring_probe 16 last_op@0 ops_len@1 resv@2 resv2@4",
        "io_uring_probe_op 8 op@0 resv@1 flags@2 resv2@4",
        "io_uring_recvmsg_out 16 namelen@0 controllen@4 payloadlen@8 flags@12",
        "io_uring_rsrc_register 32 nr@0 flags@4 resv2@8 data@16 tags@24",
        "io_uring_sqe 64 opcode@0 flags@1 ioprio@2 fd@4 off@8 addr2@8 cmd_op@8 addr@16 level@16 optname@20 "
            + "len@24 rw_flags@28 msg_flags@28 accept_flags@28 cancel_flags@28 timeout_flags@28 poll32_events@28 "
            + "msg_ring_flags@28 install_fd_flags@28 uring_cmd_flags@28 user_data@32 buf_index@40 buf_group@40 "
            + "personality@42 file_index@44 splice_fd_in@44 optlen@44 addr_len@44 addr3@48 optval@48",
        "iovec 16 iov_base@0 iov_len@8",
        "linger 8 l_onoff@0 l_linger@4",
        "msghdr 56 msg_name@0 msg_namelen@8 msg_iov@16 msg_iovlen@24 msg_control@32 msg_controllen@40 "
            + "msg_flags@48",
        "pollfd 8 fd@0 events@4 revents@6",
        "nlmsghdr 16 nlmsg_len@0 nlmsg_type@4 nlmsg_flags@6 nlmsg_seq@8 nlmsg_pid@12",
        "rlimit64 16 rlim_cur@0 rlim_max@8",
        "rtattr 4 rta_len@0 rta_type@2",
        "sched_attr 48 size@0 sched_policy@4 sched_flags@8 sched_nice@16 sched_priority@20 sched_runtime@24 "
            + "sched_deadline@32 sched_period@40",
        "sock_filter 8 code@0 jt@2 jf@3 k@4",
        "sock_fprog 16 len@0 filter@8",
        "sockaddr_ll 20 sll_family@0 sll_protocol@2 sll_ifindex@4",
        "statx 256 stx_uid@20 stx_mode@28 stx_ino@32",
        "tcp_info 248 tcpi_state@0 tcpi_ca_state@1 tcpi_retransmits@2 tcpi_probes@3 tcpi_backoff@4 "
            + "tcpi_options@5 tcpi_wscale@6 tcpi_delivery_rate_app_limited@7 tcpi_rto@8 tcpi_ato@12 "
            + "tcpi_snd_mss@16 tcpi_rcv_mss@20 tcpi_unacked@24 tcpi_sacked@28 tcpi_lost@32 tcpi_retrans@36 "
            + "tcpi_fackets@40 tcpi_last_data_sent@44 tcpi_last_ack_sent@48 tcpi_last_data_recv@52 "
            + "tcpi_last_ack_recv@56 tcpi_pmtu@60 tcpi_rcv_ssthresh@64 tcpi_rtt@68 tcpi_rttvar@72 "
            + "tcpi_snd_ssthresh@76 tcpi_snd_cwnd@80 tcpi_advmss@84 tcpi_reordering@88 tcpi_rcv_rtt@92 "
            + "tcpi_rcv_space@96 tcpi_total_retrans@100 tcpi_pacing_rate@104 tcpi_max_pacing_rate@112 "
            + "tcpi_bytes_acked@120 tcpi_bytes_received@128 tcpi_segs_out@136 tcpi_segs_in@140 "
            + "tcpi_notsent_bytes@144 tcpi_min_rtt@148 tcpi_data_segs_in@152 tcpi_data_segs_out@156 "
            + "tcpi_delivery_rate@160 tcpi_busy_time@168 tcpi_rwnd_limited@176 tcpi_sndbuf_limited@184 "
            + "tcpi_delivered@192 tcpi_delivered_ce@196 tcpi_bytes_sent@200 tcpi_bytes_retrans@208 "
            + "tcpi_dsack_dups@216 tcpi_reord_seen@220 tcpi_rcv_ooopack@224 tcpi_snd_wnd@228 tcpi_rcv_wnd@232 "
            + "tcpi_rehash@236 tcpi_total_rto@240 tcpi_total_rto_recoveries@242 tcpi_total_rto_time@244",
        "tpacket3_hdr 48 tp_next_offset@0 tp_sec@4 tp_nsec@8 tp_snaplen@12 tp_len@16 tp_mac@24",
        "tpacket_block_desc 48 hdr@8",
        "tpacket_hdr_v1 40 block_status@0 num_pkts@4 offset_to_first_pkt@8",
        "tpacket_req3 28 tp_block_size@0 tp_block_nr@4 tp_frame_size@8 tp_frame_nr@12 tp_retire_blk_tov@16 "
            + "tp_sizeof_priv@20 tp_feature_req_word@24",
        "tpacket_stats_v3 12 tp_packets@0 tp_drops@4 tp_freeze_q_cnt@8",
        "termios 36 c_iflag@0 c_oflag@4 c_cflag@8 c_lflag@12 c_line@16 c_cc@17",
        "ucred 12 pid@0 uid@4 gid@8",
        "sockaddr_xdp 16 sxdp_family@0 sxdp_flags@2 sxdp_ifindex@4 sxdp_queue_id@8 sxdp_shared_umem_fd@12",
        "xdp_desc 16 addr@0 len@8 options@12",
        "xdp_mmap_offsets 128 rx@0 tx@32 fr@64 cr@96",
        "xdp_options 4 flags@0",
        "xdp_ring_offset 32 producer@0 consumer@8 desc@16 flags@24",
        "xdp_statistics 48 rx_dropped@0 rx_invalid_descs@8 tx_invalid_descs@16 rx_ring_full@24 "
            + "rx_fill_ring_empty_descs@32 tx_ring_empty_descs@40",
        "xdp_umem_reg 32 addr@0 len@8 chunk_size@16 headroom@20 flags@24",
        "winsize 8 ws_row@0 ws_col@2 ws_xpixel@4 ws_ypixel@6",
        "SockAddr 28 _family@0 _portNetworkOrder@2 _address4NetworkOrder@4 _flowInfo@4 "
            + "_address6NetworkOrder@8 _scopeId@24",
        "epoll_event_aligned 16 events@0 data@8",
    ];

    public static TheoryData<string> Lines => [.. Expected];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Layout_is_the_kernels(string line)
    {
        string[] words = line.Split(' ');
        Type type = KernelTypes().Single(t => t.Name == words[0]);
        Assert.Equal(int.Parse(words[1]), SizeOf(type));

        string[] actual = [.. Fields(type).Select(f => $"{f.Name}@{Marshal.OffsetOf(type, f.Name)}").Order()];
        Assert.Equal(words[2..].Order(), actual);
    }

    [Fact]
    public void Every_kernel_structure_has_an_expectation()
    {
        string[] known = [.. Expected.Select(line => line.Split(' ')[0])];
        string[] actual = [.. KernelTypes().Select(type => type.Name)];
        Assert.Equal(known.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    /// <summary>Written out for native programs, which cannot look their fields up; here they can.</summary>
    [Fact]
    public void What_a_native_program_prints_is_complete()
    {
        string[] printed = [.. Structures.All().Select(one => one.ToString()).Where(IsOneForAll)];
        Assert.Equal(
            Expected.Where(IsOneForAll).Select(Sorted).Order(StringComparer.Ordinal),
            printed.Select(Sorted).Order(StringComparer.Ordinal));
    }

    // The events of epoll differ by processor, and an address keeps its fields to itself.
    private static bool IsOneForAll(string line) => line.Split(' ')[0] is not
        (nameof(SockAddr) or nameof(epoll_event) or nameof(epoll_event_aligned));

    private static string Sorted(string line) => string.Join(' ', line.Split(' ').Order(StringComparer.Ordinal));

    // Kernel spelling starts in lower case or with an underscore; the others the kernel sees are laid out explicitly.
    private static IEnumerable<Type> KernelTypes() => typeof(SockAddr).Assembly.GetTypes().Where(t =>
        t.IsValueType && !t.IsEnum && !t.IsNested && !t.IsDefined(typeof(CompilerGeneratedAttribute))
        && (t.IsExplicitLayout || char.IsLower(t.Name[0]) || t.Name.StartsWith("__kernel", StringComparison.Ordinal)));

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!
        .MakeGenericMethod(type).Invoke(null, null)!;
}
