using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// An echo without sockets and without state: <see cref="XdpEcho"/> on one interface, until this is disposed of or
/// the process is gone. There is no thread of it; user space only reads the counters.
/// </summary>
internal sealed class PacketEcho : IKernelEcho
{
    private const string Veth = "veth";

    private readonly string _interface;
    private readonly IReadOnlyList<XdpRange> _ranges;
    private readonly int _counters;
    private readonly KernelCounters _sums;
    private readonly int _program;
    private readonly Lock _lock = new();
    private int _link = -1;

    /// <exception cref="SetupException">There is no such interface, or the kernel refuses the program.</exception>
    public PacketEcho(string interfaceName, IReadOnlyList<ListenAddress> addresses, XdpMode mode)
    {
        _interface = interfaceName;
        int index = Interfaces.Index(interfaceName);
        if (index < 0)
        {
            throw new SetupException($"there is no interface {interfaceName}", "see: ip link", -index);
        }

        Listening = [.. addresses.Select(listen => listen.Address)];
        _ranges = XdpRange.Covering(Listening);
        _counters = EchoMaps.Check(
            BpfMap.Create(
                BpfMapKind.PerCpuArray, sizeof(uint), XdpCounters.Count * XdpCounters.CounterBytes, 1,
                "throng_counters"),
            "a map of counters", "");
        _sums = new KernelCounters(_counters, XdpCounters.Count);
        bpf_insn[] code = XdpEcho.Build(_ranges, _counters);
        _program = EchoMaps.Check(
            BpfProgram.Load(BpfProgramKind.Xdp, code, "throng_echo", BpfAttachment.Xdp, out string log),
            "the echo program", log);
        (Mode, string reason) = Attach(index, mode);
        Engine = new EngineSelection(EngineChoice.Xdp, $"{Mode} on {interfaceName}: {reason}", OwnTables: false);
    }

    /// <summary>generic or native.</summary>
    public string Mode { get; }

    public EngineSelection Engine { get; }

    public IReadOnlyList<SockAddr> Listening { get; }

    public bool HasSockets => false;

    public long SocketsUsed => 0;

    public long SocketsMax => 0;

    /// <summary>Findings on conditions that the echo depends on and that cannot be seen from here.</summary>
    public IEnumerable<Finding> Findings(PortRange ephemeral)
    {
        if (Mode == "native" && Interfaces.Driver(_interface) == Veth)
        {
            yield return new Finding(
                Severity.Warning, RuleNote.XdpNativeVeth.Name,
                $"native XDP on {_interface} needs two things of its other end",
                "packets of a veth have no checksum yet, and are handed over only to a driver in XDP mode",
                "at the other end: ethtool -K PEER tx off, and any XDP program; or use --xdp-mode generic");
        }

        if (_ranges.FirstOrDefault(one => ephemeral.Low <= one.LastPort && one.FirstPort <= ephemeral.High) is
            { LastPort: > 0 } range)
        {
            yield return new Finding(
                Severity.Warning, RuleNote.XdpSourcePorts.Name,
                $"the served ports {range} are among those clients of this host connect from",
                $"net.ipv4.ip_local_port_range is {ephemeral.Low}-{ephemeral.High}; a packet from a served port is "
                    + "dropped, so such a connect hangs",
                "serve ports outside of the range");
        }
    }

    public EchoCounts Count() => new() { Bytes = _sums.Read()[XdpCounters.Bytes] };

    public void AddTo(Section section)
    {
        long[] counters = _sums.Read();
        section["interface"] = _interface;
        section["xdp_mode"] = Mode;
        section["packets_syn"] = counters[XdpCounters.Syn];
        section["packets_echoed"] = counters[XdpCounters.Packets];
        section["packets_fin"] = counters[XdpCounters.Fin];
        section["packets_ack"] = counters[XdpCounters.Ack];
        section["bytes_echoed"] = counters[XdpCounters.Bytes];
        section["packets_reset"] = counters[XdpCounters.Rst];
        section["dropped"] = new Section
        {
            ["source_port"] = counters[XdpCounters.SourcePort],
            ["malformed"] = counters[XdpCounters.Malformed],
            ["stale"] = counters[XdpCounters.Stale],
        };
        section["limits"] = Node.ListOf(
            "tests clients and paths, not a server: no accept queue, no socket, no TIME_WAIT",
            "retransmits and round trips as a client counts them are higher than with a server",
            "what is sent again is counted again");
    }

    public IReadOnlyList<KeyValuePair<string, string>> Status()
    {
        long[] counters = _sums.Read();
        return
        [
            new("interface", $"{_interface}, {Mode}"),
            new("syn", Units.Count(counters[XdpCounters.Syn])),
            new("echoed", $"{Units.Several(counters[XdpCounters.Packets], "packets")}, "
                + $"{Units.Bytes(counters[XdpCounters.Bytes])}"),
            new("ack", Units.Count(counters[XdpCounters.Ack])),
            new("fin", Units.Count(counters[XdpCounters.Fin])),
            new("rst", Units.Count(counters[XdpCounters.Rst])),
            new("dropped", $"{Units.Count(counters[XdpCounters.SourcePort])} from a served port, "
                + $"{Units.Count(counters[XdpCounters.Malformed])} malformed, "
                + $"{Units.Count(counters[XdpCounters.Stale])} of no connection"),
        ];
    }

    public void Ask(WorkerMessageKind kind, long value, Question question) => question.Done();

    public void Order(WorkerMessageKind kind)
    {
        if (kind != WorkerMessageKind.Retire) // who is new and who is not, only their packets know
        {
            Detach();
        }
    }

    public void Stop() => Detach();

    public bool Join(TimeSpan timeout) => _link < 0;

    public void Dispose()
    {
        Detach();
        _ = Descriptors.Close(_program);
        _ = Descriptors.Close(_counters);
    }

    private void Detach()
    {
        lock (_lock)
        {
            if (_link >= 0)
            {
                _ = Descriptors.Close(_link);
                _link = -1;
            }
        }
    }

    /// <summary>
    /// A veth is served generically unless told otherwise: natively it needs its other end prepared, and what is
    /// missing there shows only as silence.
    /// </summary>
    private (string Mode, string Reason) Attach(int index, XdpMode mode)
    {
        bool isVeth = Interfaces.Driver(_interface) == Veth;
        string reason = mode == XdpMode.Auto ? "" : "asked for";
        if (mode == XdpMode.Native || (mode == XdpMode.Auto && !isVeth))
        {
            _link = BpfProgram.Link(_program, index, BpfAttachment.Xdp, BpfProgram.XdpNative);
            if (_link >= 0)
            {
                return ("native", reason.Length > 0 ? reason : "its driver takes programs");
            }

            if (mode == XdpMode.Native || _link == -Errno.EBUSY)
            {
                throw Refusal(-_link);
            }

            reason = $"its driver takes no program ({Errno.Name(_link)})";
        }

        _link = BpfProgram.Link(_program, index, BpfAttachment.Xdp, BpfProgram.XdpGeneric);
        if (_link < 0)
        {
            throw Refusal(-_link);
        }

        return ("generic", reason.Length > 0 ? reason : "a veth natively needs its other end prepared");
    }

    private SetupException Refusal(int errno) => new(
        $"no XDP program can be attached to {_interface}: {Errno.Text(errno)}",
        errno switch
        {
            Errno.EBUSY or Errno.EEXIST => $"another program is there: ip link show dev {_interface}",
            Errno.EOPNOTSUPP => "its driver has no native XDP: use --xdp-mode generic",
            _ => "use --xdp-mode generic, and see the kernel's log: dmesg",
        },
        errno);
}
