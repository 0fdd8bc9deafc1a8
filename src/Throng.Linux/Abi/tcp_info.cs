#pragma warning disable CS1591 // the kernel's own names, see tcp(7) and linux/tcp.h
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// Facts that the kernel tells of one TCP connection, 248 bytes. An older kernel fills fewer of them and the rest stay
/// zero; a newer one has more and is asked only for these.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 248)]
public struct tcp_info
{
    [FieldOffset(0)] public byte tcpi_state; // TCP_ESTABLISHED is 1, TCP_CLOSE 7, ...
    [FieldOffset(1)] public byte tcpi_ca_state;
    [FieldOffset(2)] public byte tcpi_retransmits; // retransmission timeouts in a row
    [FieldOffset(3)] public byte tcpi_probes;
    [FieldOffset(4)] public byte tcpi_backoff;
    [FieldOffset(5)] public byte tcpi_options;
    [FieldOffset(6)] public byte tcpi_wscale; // two bit fields: snd_wscale low 4 bits, rcv_wscale high 4
    [FieldOffset(7)] public byte tcpi_delivery_rate_app_limited; // bit 0; bits 1-2 are tcpi_fastopen_client_fail
    [FieldOffset(8)] public uint tcpi_rto; // us
    [FieldOffset(12)] public uint tcpi_ato; // us
    [FieldOffset(16)] public uint tcpi_snd_mss;
    [FieldOffset(20)] public uint tcpi_rcv_mss;
    [FieldOffset(24)] public uint tcpi_unacked; // segments; for a listener its accept queue now
    [FieldOffset(28)] public uint tcpi_sacked; // segments; for a listener its backlog
    [FieldOffset(32)] public uint tcpi_lost;
    [FieldOffset(36)] public uint tcpi_retrans;
    [FieldOffset(40)] public uint tcpi_fackets;
    [FieldOffset(44)] public uint tcpi_last_data_sent; // ms ago
    [FieldOffset(48)] public uint tcpi_last_ack_sent; // never filled in
    [FieldOffset(52)] public uint tcpi_last_data_recv; // ms ago
    [FieldOffset(56)] public uint tcpi_last_ack_recv; // ms ago
    [FieldOffset(60)] public uint tcpi_pmtu;
    [FieldOffset(64)] public uint tcpi_rcv_ssthresh;
    [FieldOffset(68)] public uint tcpi_rtt; // us
    [FieldOffset(72)] public uint tcpi_rttvar; // us
    [FieldOffset(76)] public uint tcpi_snd_ssthresh;
    [FieldOffset(80)] public uint tcpi_snd_cwnd; // segments
    [FieldOffset(84)] public uint tcpi_advmss;
    [FieldOffset(88)] public uint tcpi_reordering;
    [FieldOffset(92)] public uint tcpi_rcv_rtt; // us
    [FieldOffset(96)] public uint tcpi_rcv_space;
    [FieldOffset(100)] public uint tcpi_total_retrans; // segments retransmitted over the life, SYNs included
    [FieldOffset(104)] public ulong tcpi_pacing_rate; // bytes/s
    [FieldOffset(112)] public ulong tcpi_max_pacing_rate; // bytes/s
    [FieldOffset(120)] public ulong tcpi_bytes_acked; // bytes
    [FieldOffset(128)] public ulong tcpi_bytes_received; // bytes
    [FieldOffset(136)] public uint tcpi_segs_out;
    [FieldOffset(140)] public uint tcpi_segs_in;
    [FieldOffset(144)] public uint tcpi_notsent_bytes; // bytes in the send queue not sent yet
    [FieldOffset(148)] public uint tcpi_min_rtt; // us
    [FieldOffset(152)] public uint tcpi_data_segs_in;
    [FieldOffset(156)] public uint tcpi_data_segs_out;
    [FieldOffset(160)] public ulong tcpi_delivery_rate; // bytes/s
    [FieldOffset(168)] public ulong tcpi_busy_time; // us busy sending
    [FieldOffset(176)] public ulong tcpi_rwnd_limited; // us limited by the peer's window
    [FieldOffset(184)] public ulong tcpi_sndbuf_limited; // us limited by the send buffer
    [FieldOffset(192)] public uint tcpi_delivered;
    [FieldOffset(196)] public uint tcpi_delivered_ce;
    [FieldOffset(200)] public ulong tcpi_bytes_sent; // payload bytes sent, retransmitted ones included
    [FieldOffset(208)] public ulong tcpi_bytes_retrans; // payload bytes retransmitted
    [FieldOffset(216)] public uint tcpi_dsack_dups;
    [FieldOffset(220)] public uint tcpi_reord_seen;
    [FieldOffset(224)] public uint tcpi_rcv_ooopack;
    [FieldOffset(228)] public uint tcpi_snd_wnd; // bytes, the peer's window after scaling
    [FieldOffset(232)] public uint tcpi_rcv_wnd; // bytes, since 6.2
    [FieldOffset(236)] public uint tcpi_rehash; // since 6.2
    [FieldOffset(240)] public ushort tcpi_total_rto; // timeouts over the life, since 6.7
    [FieldOffset(242)] public ushort tcpi_total_rto_recoveries; // since 6.7
    [FieldOffset(244)] public uint tcpi_total_rto_time; // ms in timeouts, since 6.7
}
