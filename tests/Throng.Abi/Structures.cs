using Throng.Linux;

namespace Throng.Abi;

/// <summary>Every structure that the kernel reads or writes, as this very process lays it out.</summary>
internal static unsafe class Structures
{
    /// <summary>In no order. Written out, because native code keeps no list of a structure's fields.</summary>
    public static IReadOnlyList<Structure> All()
    {
        List<Structure> all = [OfEvents()];
        OfBpf(all);
        OfRings(all);
        OfRingsMore(all);
        OfNetlink(all);
        OfSockets(all);
        OfPackets(all);
        OfOtherCalls(all);
        OfXdp(all);
        return all;
    }

    /// <summary>The one that differs: packed on x64, where C has it in 12 bytes, and aligned elsewhere.</summary>
    private static Structure OfEvents()
    {
        if (Epoll.KernelPacks)
        {
            epoll_event packed;
            return Structure.Of(&packed).At(&packed.events).At(&packed.data);
        }

        epoll_event_aligned aligned;
        return Structure.Of(&aligned, nameof(epoll_event)).At(&aligned.events).At(&aligned.data);
    }

    private static void OfBpf(List<Structure> to)
    {
        bpf_attr_info bpfAttrInfo;
        to.Add(Structure.Of(&bpfAttrInfo).At(&bpfAttrInfo.bpf_fd).At(&bpfAttrInfo.info_len).At(&bpfAttrInfo.info));

        bpf_attr_link_create bpfAttrLinkCreate;
        to.Add(Structure.Of(&bpfAttrLinkCreate).At(&bpfAttrLinkCreate.prog_fd).At(&bpfAttrLinkCreate.target_fd)
            .At(&bpfAttrLinkCreate.attach_type).At(&bpfAttrLinkCreate.flags));

        bpf_attr_map_batch bpfAttrMapBatch;
        to.Add(Structure.Of(&bpfAttrMapBatch).At(&bpfAttrMapBatch.in_batch).At(&bpfAttrMapBatch.out_batch)
            .At(&bpfAttrMapBatch.keys).At(&bpfAttrMapBatch.values).At(&bpfAttrMapBatch.count)
            .At(&bpfAttrMapBatch.map_fd).At(&bpfAttrMapBatch.elem_flags).At(&bpfAttrMapBatch.flags));

        bpf_attr_map_create bpfAttrMapCreate;
        to.Add(Structure.Of(&bpfAttrMapCreate).At(&bpfAttrMapCreate.map_type).At(&bpfAttrMapCreate.key_size)
            .At(&bpfAttrMapCreate.value_size).At(&bpfAttrMapCreate.max_entries).At(&bpfAttrMapCreate.map_flags)
            .At(bpfAttrMapCreate.map_name));

        bpf_attr_map_elem bpfAttrMapElem;
        to.Add(Structure.Of(&bpfAttrMapElem).At(&bpfAttrMapElem.map_fd).At(&bpfAttrMapElem.key)
            .At(&bpfAttrMapElem.value).At(&bpfAttrMapElem.flags));

        bpf_attr_prog_attach bpfAttrProgAttach;
        to.Add(Structure.Of(&bpfAttrProgAttach).At(&bpfAttrProgAttach.target_fd)
            .At(&bpfAttrProgAttach.attach_bpf_fd).At(&bpfAttrProgAttach.attach_type)
            .At(&bpfAttrProgAttach.attach_flags));

        bpf_attr_prog_load bpfAttrProgLoad;
        to.Add(Structure.Of(&bpfAttrProgLoad).At(&bpfAttrProgLoad.prog_type).At(&bpfAttrProgLoad.insn_cnt)
            .At(&bpfAttrProgLoad.insns).At(&bpfAttrProgLoad.license).At(&bpfAttrProgLoad.log_level)
            .At(&bpfAttrProgLoad.log_size).At(&bpfAttrProgLoad.log_buf).At(bpfAttrProgLoad.prog_name)
            .At(&bpfAttrProgLoad.expected_attach_type));

        bpf_attr_test bpfAttrTest;
        to.Add(Structure.Of(&bpfAttrTest).At(&bpfAttrTest.prog_fd).At(&bpfAttrTest.retval)
            .At(&bpfAttrTest.data_size_in).At(&bpfAttrTest.data_size_out).At(&bpfAttrTest.data_in)
            .At(&bpfAttrTest.data_out).At(&bpfAttrTest.repeat).At(&bpfAttrTest.duration));

        bpf_insn bpfInsn;
        to.Add(Structure.Of(&bpfInsn).At(&bpfInsn.code).At(&bpfInsn.regs).At(&bpfInsn.off).At(&bpfInsn.imm));

        bpf_prog_info bpfProgInfo;
        to.Add(Structure.Of(&bpfProgInfo).At(&bpfProgInfo.type).At(&bpfProgInfo.id).At(&bpfProgInfo.jited_prog_len)
            .At(&bpfProgInfo.xlated_prog_len).At(&bpfProgInfo.run_time_ns).At(&bpfProgInfo.run_cnt)
            .At(&bpfProgInfo.verified_insns));
    }

    private static void OfRings(List<Structure> to)
    {
        io_cqring_offsets ioCqringOffsets;
        to.Add(Structure.Of(&ioCqringOffsets).At(&ioCqringOffsets.head).At(&ioCqringOffsets.tail)
            .At(&ioCqringOffsets.ring_mask).At(&ioCqringOffsets.ring_entries).At(&ioCqringOffsets.overflow)
            .At(&ioCqringOffsets.cqes).At(&ioCqringOffsets.flags).At(&ioCqringOffsets.resv1)
            .At(&ioCqringOffsets.user_addr));

        io_sqring_offsets ioSqringOffsets;
        to.Add(Structure.Of(&ioSqringOffsets).At(&ioSqringOffsets.head).At(&ioSqringOffsets.tail)
            .At(&ioSqringOffsets.ring_mask).At(&ioSqringOffsets.ring_entries).At(&ioSqringOffsets.flags)
            .At(&ioSqringOffsets.dropped).At(&ioSqringOffsets.array).At(&ioSqringOffsets.resv1)
            .At(&ioSqringOffsets.user_addr));

        io_uring_buf ioUringBuf;
        to.Add(Structure.Of(&ioUringBuf).At(&ioUringBuf.addr).At(&ioUringBuf.len).At(&ioUringBuf.bid)
            .At(&ioUringBuf.resv));

        io_uring_buf_reg ioUringBufReg;
        to.Add(Structure.Of(&ioUringBufReg).At(&ioUringBufReg.ring_addr).At(&ioUringBufReg.ring_entries)
            .At(&ioUringBufReg.bgid).At(&ioUringBufReg.flags).At(ioUringBufReg.resv));

        io_uring_cqe ioUringCqe;
        to.Add(Structure.Of(&ioUringCqe).At(&ioUringCqe.user_data).At(&ioUringCqe.res).At(&ioUringCqe.flags));

        io_uring_file_index_range ioUringFileIndexRange;
        to.Add(Structure.Of(&ioUringFileIndexRange).At(&ioUringFileIndexRange.off).At(&ioUringFileIndexRange.len)
            .At(&ioUringFileIndexRange.resv));

        io_uring_files_update ioUringFilesUpdate;
        to.Add(Structure.Of(&ioUringFilesUpdate).At(&ioUringFilesUpdate.offset).At(&ioUringFilesUpdate.resv)
            .At(&ioUringFilesUpdate.fds));

        io_uring_getevents_arg ioUringGeteventsArg;
        to.Add(Structure.Of(&ioUringGeteventsArg).At(&ioUringGeteventsArg.sigmask)
            .At(&ioUringGeteventsArg.sigmask_sz).At(&ioUringGeteventsArg.min_wait_usec).At(&ioUringGeteventsArg.ts));

        io_uring_params ioUringParams;
        to.Add(Structure.Of(&ioUringParams).At(&ioUringParams.sq_entries).At(&ioUringParams.cq_entries)
            .At(&ioUringParams.flags).At(&ioUringParams.sq_thread_cpu).At(&ioUringParams.sq_thread_idle)
            .At(&ioUringParams.features).At(&ioUringParams.wq_fd).At(ioUringParams.resv).At(&ioUringParams.sq_off)
            .At(&ioUringParams.cq_off));

        io_uring_probe ioUringProbe;
        to.Add(Structure.Of(&ioUringProbe).At(&ioUringProbe.last_op).At(&ioUringProbe.ops_len)
            .At(&ioUringProbe.resv).At(ioUringProbe.resv2));

        io_uring_probe_op ioUringProbeOp;
        to.Add(Structure.Of(&ioUringProbeOp).At(&ioUringProbeOp.op).At(&ioUringProbeOp.resv)
            .At(&ioUringProbeOp.flags).At(&ioUringProbeOp.resv2));

        io_uring_recvmsg_out ioUringRecvmsgOut;
        to.Add(Structure.Of(&ioUringRecvmsgOut).At(&ioUringRecvmsgOut.namelen).At(&ioUringRecvmsgOut.controllen)
            .At(&ioUringRecvmsgOut.payloadlen).At(&ioUringRecvmsgOut.flags));

        io_uring_rsrc_register ioUringRsrcRegister;
        to.Add(Structure.Of(&ioUringRsrcRegister).At(&ioUringRsrcRegister.nr).At(&ioUringRsrcRegister.flags)
            .At(&ioUringRsrcRegister.resv2).At(&ioUringRsrcRegister.data).At(&ioUringRsrcRegister.tags));
    }

    private static void OfRingsMore(List<Structure> to)
    {
        io_uring_sqe ioUringSqe;
        to.Add(Structure.Of(&ioUringSqe).At(&ioUringSqe.opcode).At(&ioUringSqe.flags).At(&ioUringSqe.ioprio)
            .At(&ioUringSqe.fd).At(&ioUringSqe.off).At(&ioUringSqe.addr2).At(&ioUringSqe.cmd_op)
            .At(&ioUringSqe.addr).At(&ioUringSqe.level).At(&ioUringSqe.optname).At(&ioUringSqe.len)
            .At(&ioUringSqe.rw_flags).At(&ioUringSqe.msg_flags).At(&ioUringSqe.accept_flags)
            .At(&ioUringSqe.cancel_flags).At(&ioUringSqe.timeout_flags).At(&ioUringSqe.poll32_events)
            .At(&ioUringSqe.msg_ring_flags).At(&ioUringSqe.install_fd_flags).At(&ioUringSqe.uring_cmd_flags)
            .At(&ioUringSqe.user_data).At(&ioUringSqe.buf_index).At(&ioUringSqe.buf_group)
            .At(&ioUringSqe.personality).At(&ioUringSqe.file_index).At(&ioUringSqe.splice_fd_in)
            .At(&ioUringSqe.optlen).At(&ioUringSqe.addr_len).At(&ioUringSqe.addr3).At(&ioUringSqe.optval));
    }

    private static void OfNetlink(List<Structure> to)
    {
        inet_diag_bc_op inetDiagBcOp;
        to.Add(Structure.Of(&inetDiagBcOp).At(&inetDiagBcOp.code).At(&inetDiagBcOp.yes).At(&inetDiagBcOp.no));

        inet_diag_msg inetDiagMsg;
        to.Add(Structure.Of(&inetDiagMsg).At(&inetDiagMsg.idiag_family).At(&inetDiagMsg.idiag_state)
            .At(&inetDiagMsg.idiag_timer).At(&inetDiagMsg.idiag_retrans).At(&inetDiagMsg.id)
            .At(&inetDiagMsg.idiag_expires).At(&inetDiagMsg.idiag_rqueue).At(&inetDiagMsg.idiag_wqueue)
            .At(&inetDiagMsg.idiag_uid).At(&inetDiagMsg.idiag_inode));

        inet_diag_req_v2 inetDiagReqV2;
        to.Add(Structure.Of(&inetDiagReqV2).At(&inetDiagReqV2.sdiag_family).At(&inetDiagReqV2.sdiag_protocol)
            .At(&inetDiagReqV2.idiag_ext).At(&inetDiagReqV2.pad).At(&inetDiagReqV2.idiag_states)
            .At(&inetDiagReqV2.id));

        inet_diag_sockid inetDiagSockid;
        to.Add(Structure.Of(&inetDiagSockid).At(&inetDiagSockid.idiag_sport).At(&inetDiagSockid.idiag_dport)
            .At(inetDiagSockid.idiag_src).At(inetDiagSockid.idiag_dst).At(&inetDiagSockid.idiag_if)
            .At(inetDiagSockid.idiag_cookie));

        nlmsghdr nlmsghdr;
        to.Add(Structure.Of(&nlmsghdr).At(&nlmsghdr.nlmsg_len).At(&nlmsghdr.nlmsg_type).At(&nlmsghdr.nlmsg_flags)
            .At(&nlmsghdr.nlmsg_seq).At(&nlmsghdr.nlmsg_pid));

        rtattr rtattr;
        to.Add(Structure.Of(&rtattr).At(&rtattr.rta_len).At(&rtattr.rta_type));
    }

    private static void OfSockets(List<Structure> to)
    {
        cmsghdr cmsghdr;
        to.Add(Structure.Of(&cmsghdr).At(&cmsghdr.cmsg_len).At(&cmsghdr.cmsg_level).At(&cmsghdr.cmsg_type));

        in6_pktinfo in6Pktinfo;
        to.Add(Structure.Of(&in6Pktinfo).At(in6Pktinfo.ipi6_addr).At(&in6Pktinfo.ipi6_ifindex));

        in_pktinfo inPktinfo;
        to.Add(Structure.Of(&inPktinfo).At(&inPktinfo.ipi_ifindex).At(&inPktinfo.ipi_spec_dst)
            .At(&inPktinfo.ipi_addr));

        iovec piece;
        to.Add(Structure.Of(&piece).At(&piece.iov_base).At(&piece.iov_len));

        ucred peer;
        to.Add(Structure.Of(&peer).At(&peer.pid).At(&peer.uid).At(&peer.gid));

        linger lingerOption;
        to.Add(Structure.Of(&lingerOption).At(&lingerOption.l_onoff).At(&lingerOption.l_linger));

        msghdr msghdr;
        to.Add(Structure.Of(&msghdr).At(&msghdr.msg_name).At(&msghdr.msg_namelen).At(&msghdr.msg_iov)
            .At(&msghdr.msg_iovlen).At(&msghdr.msg_control).At(&msghdr.msg_controllen).At(&msghdr.msg_flags));

        sock_filter sockFilter;
        to.Add(Structure.Of(&sockFilter).At(&sockFilter.code).At(&sockFilter.jt).At(&sockFilter.jf)
            .At(&sockFilter.k));

        sock_fprog sockFprog;
        to.Add(Structure.Of(&sockFprog).At(&sockFprog.len).At(&sockFprog.filter));

        tcp_info tcpInfo;
        to.Add(Structure.Of(&tcpInfo).At(&tcpInfo.tcpi_state).At(&tcpInfo.tcpi_ca_state)
            .At(&tcpInfo.tcpi_retransmits).At(&tcpInfo.tcpi_probes).At(&tcpInfo.tcpi_backoff)
            .At(&tcpInfo.tcpi_options).At(&tcpInfo.tcpi_wscale).At(&tcpInfo.tcpi_delivery_rate_app_limited)
            .At(&tcpInfo.tcpi_rto).At(&tcpInfo.tcpi_ato).At(&tcpInfo.tcpi_snd_mss).At(&tcpInfo.tcpi_rcv_mss)
            .At(&tcpInfo.tcpi_unacked).At(&tcpInfo.tcpi_sacked).At(&tcpInfo.tcpi_lost).At(&tcpInfo.tcpi_retrans)
            .At(&tcpInfo.tcpi_fackets).At(&tcpInfo.tcpi_last_data_sent).At(&tcpInfo.tcpi_last_ack_sent)
            .At(&tcpInfo.tcpi_last_data_recv).At(&tcpInfo.tcpi_last_ack_recv).At(&tcpInfo.tcpi_pmtu)
            .At(&tcpInfo.tcpi_rcv_ssthresh).At(&tcpInfo.tcpi_rtt).At(&tcpInfo.tcpi_rttvar)
            .At(&tcpInfo.tcpi_snd_ssthresh).At(&tcpInfo.tcpi_snd_cwnd).At(&tcpInfo.tcpi_advmss)
            .At(&tcpInfo.tcpi_reordering).At(&tcpInfo.tcpi_rcv_rtt).At(&tcpInfo.tcpi_rcv_space)
            .At(&tcpInfo.tcpi_total_retrans).At(&tcpInfo.tcpi_pacing_rate).At(&tcpInfo.tcpi_max_pacing_rate)
            .At(&tcpInfo.tcpi_bytes_acked).At(&tcpInfo.tcpi_bytes_received).At(&tcpInfo.tcpi_segs_out)
            .At(&tcpInfo.tcpi_segs_in).At(&tcpInfo.tcpi_notsent_bytes).At(&tcpInfo.tcpi_min_rtt)
            .At(&tcpInfo.tcpi_data_segs_in).At(&tcpInfo.tcpi_data_segs_out).At(&tcpInfo.tcpi_delivery_rate)
            .At(&tcpInfo.tcpi_busy_time).At(&tcpInfo.tcpi_rwnd_limited).At(&tcpInfo.tcpi_sndbuf_limited)
            .At(&tcpInfo.tcpi_delivered).At(&tcpInfo.tcpi_delivered_ce).At(&tcpInfo.tcpi_bytes_sent)
            .At(&tcpInfo.tcpi_bytes_retrans).At(&tcpInfo.tcpi_dsack_dups).At(&tcpInfo.tcpi_reord_seen)
            .At(&tcpInfo.tcpi_rcv_ooopack).At(&tcpInfo.tcpi_snd_wnd).At(&tcpInfo.tcpi_rcv_wnd)
            .At(&tcpInfo.tcpi_rehash).At(&tcpInfo.tcpi_total_rto).At(&tcpInfo.tcpi_total_rto_recoveries)
            .At(&tcpInfo.tcpi_total_rto_time));
    }

    private static void OfPackets(List<Structure> to)
    {
        sockaddr_ll sockaddrLl;
        to.Add(Structure.Of(&sockaddrLl).At(&sockaddrLl.sll_family).At(&sockaddrLl.sll_protocol)
            .At(&sockaddrLl.sll_ifindex));

        tpacket_block_desc block;
        to.Add(Structure.Of(&block).At(&block.hdr));

        tpacket_hdr_v1 blockHead;
        to.Add(Structure.Of(&blockHead).At(&blockHead.block_status).At(&blockHead.num_pkts)
            .At(&blockHead.offset_to_first_pkt));

        tpacket_req3 ring;
        to.Add(Structure.Of(&ring).At(&ring.tp_block_size).At(&ring.tp_block_nr).At(&ring.tp_frame_size)
            .At(&ring.tp_frame_nr).At(&ring.tp_retire_blk_tov).At(&ring.tp_sizeof_priv)
            .At(&ring.tp_feature_req_word));

        tpacket_stats_v3 statistics;
        to.Add(Structure.Of(&statistics).At(&statistics.tp_packets).At(&statistics.tp_drops)
            .At(&statistics.tp_freeze_q_cnt));

        tpacket3_hdr head;
        to.Add(Structure.Of(&head).At(&head.tp_next_offset).At(&head.tp_sec).At(&head.tp_nsec)
            .At(&head.tp_snaplen).At(&head.tp_len).At(&head.tp_mac));
    }

    private static void OfXdp(List<Structure> to)
    {
        sockaddr_xdp address;
        to.Add(Structure.Of(&address).At(&address.sxdp_family).At(&address.sxdp_flags).At(&address.sxdp_ifindex)
            .At(&address.sxdp_queue_id).At(&address.sxdp_shared_umem_fd));

        xdp_desc desc;
        to.Add(Structure.Of(&desc).At(&desc.addr).At(&desc.len).At(&desc.options));

        xdp_mmap_offsets offsets;
        to.Add(Structure.Of(&offsets).At(&offsets.rx).At(&offsets.tx).At(&offsets.fr).At(&offsets.cr));

        xdp_options options;
        to.Add(Structure.Of(&options).At(&options.flags));

        xdp_ring_offset ring;
        to.Add(Structure.Of(&ring).At(&ring.producer).At(&ring.consumer).At(&ring.desc).At(&ring.flags));

        xdp_statistics counts;
        to.Add(Structure.Of(&counts).At(&counts.rx_dropped).At(&counts.rx_invalid_descs)
            .At(&counts.tx_invalid_descs).At(&counts.rx_ring_full).At(&counts.rx_fill_ring_empty_descs)
            .At(&counts.tx_ring_empty_descs));

        xdp_umem_reg memory;
        to.Add(Structure.Of(&memory).At(&memory.addr).At(&memory.len).At(&memory.chunk_size).At(&memory.headroom)
            .At(&memory.flags));
    }

    private static void OfOtherCalls(List<Structure> to)
    {
        __kernel_timespec kernelTimespec;
        to.Add(Structure.Of(&kernelTimespec).At(&kernelTimespec.tv_sec).At(&kernelTimespec.tv_nsec));

        ethtool_drvinfo ethtoolDrvinfo;
        to.Add(Structure.Of(&ethtoolDrvinfo).At(&ethtoolDrvinfo.cmd).At(ethtoolDrvinfo.driver));

        ethtool_value ethtoolValue;
        to.Add(Structure.Of(&ethtoolValue).At(&ethtoolValue.cmd).At(&ethtoolValue.data));

        ethtool_channels channels;
        to.Add(Structure.Of(&channels).At(&channels.cmd).At(&channels.rx_count).At(&channels.combined_count));

        ifreq ifreq;
        to.Add(Structure.Of(&ifreq).At(ifreq.ifr_name).At(&ifreq.ifr_data).At(&ifreq.ifr_flags)
            .At(&ifreq.ifr_mtu).At(ifreq.ifr_hwaddr));

        pollfd pollfd;
        to.Add(Structure.Of(&pollfd).At(&pollfd.fd).At(&pollfd.events).At(&pollfd.revents));

        rlimit64 rlimit64;
        to.Add(Structure.Of(&rlimit64).At(&rlimit64.rlim_cur).At(&rlimit64.rlim_max));

        sched_attr schedAttr;
        to.Add(Structure.Of(&schedAttr).At(&schedAttr.size).At(&schedAttr.sched_policy).At(&schedAttr.sched_flags)
            .At(&schedAttr.sched_nice).At(&schedAttr.sched_priority).At(&schedAttr.sched_runtime)
            .At(&schedAttr.sched_deadline).At(&schedAttr.sched_period));

        statx about;
        to.Add(Structure.Of(&about).At(&about.stx_uid).At(&about.stx_mode).At(&about.stx_ino));

        termios terminal;
        to.Add(Structure.Of(&terminal).At(&terminal.c_iflag).At(&terminal.c_oflag).At(&terminal.c_cflag)
            .At(&terminal.c_lflag).At(&terminal.c_line).At(terminal.c_cc));

        winsize winsize;
        to.Add(Structure.Of(&winsize).At(&winsize.ws_row).At(&winsize.ws_col).At(&winsize.ws_xpixel)
            .At(&winsize.ws_ypixel));
    }
}
