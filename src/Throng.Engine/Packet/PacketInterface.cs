using System.Net;
using System.Security.Cryptography;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The interface of a run that has addresses of its own on it: the program that picks its packets is attached, and a
/// port for each queue takes them. All of it goes with the descriptors, however the process ends.
/// </summary>
internal sealed class PacketInterface : IDisposable
{
    private readonly string _name;
    private readonly PortSpan _ports;
    private readonly int _map;
    private readonly int _program;
    private readonly int _link;
    private readonly XskPort[] _queues;

    /// <summary>The workers' ports where there are several; one has its queue for itself.</summary>
    private readonly SharedPorts? _shared;
    private readonly EthernetLink[] _links;
    private readonly PacketBackend?[] _backends;
    private readonly PacketOptions _options = new() { Secret = NewSecret() };

    /// <param name="sources">Addresses that are ours.</param>
    /// <param name="ports">Ports of all workers, of which each has its slice; null: all there are.</param>
    /// <exception cref="SetupException">The interface does not fit, an address is somebody else's, or the kernel
    /// refuses.</exception>
    public PacketInterface(PacketSpec spec, IReadOnlyList<IPAddress> sources, PortSpan? ports = null)
    {
        _name = spec.Interface;
        _ports = ports ?? PortSpan.All;
        AddressRanges ours = new(sources);
        int index = Check(spec, sources, ours, out byte[] mac);
        Link = new FrameLinkSpec(mac, ours, Mtu(spec))
        {
            Vlan = spec.Vlan, Gateways = spec.Gateways, OnLink = [.. Networks(_name)],
        };
        _map = EchoMaps.Check(
            BpfMap.Create(BpfMapKind.XdpSockets, sizeof(uint), sizeof(int), spec.Queues, "throng_queues"),
            "a map of AF_XDP sockets", "");
        _program = EchoMaps.Check(
            BpfProgram.Load(
                BpfProgramKind.Xdp, PacketProgram.Build(ours, spec.Vlan, _map), "throng_packets", BpfAttachment.Xdp,
                out string log),
            "the program that picks packets", log);
        (_link, IsNative) = Attach(index);
        _queues = new XskPort[spec.Queues];
        for (int queue = 0; queue < _queues.Length; queue++)
        {
            _queues[queue] = new XskPort(_name, index, queue, _queues.Length, IsNative);
        }

        _shared = _queues.Length > 1 ? Share() : null;
        _backends = new PacketBackend[_queues.Length];
        _links = [.. _queues.Select((_, queue) => new EthernetLink(PortOf(queue), Link))];
        for (int queue = 0; queue < _queues.Length; queue++)
        {
            _ = EchoMaps.Check(
                BpfMap.Update(_map, (uint)queue, _queues[queue].Fd), "an AF_XDP socket in a map", "");
        }
    }

    public FrameLinkSpec Link { get; }

    public IFramePort Port => PortOf(0);

    /// <summary>The program, for whoever wants to try it.</summary>
    internal int ProgramFd => _program;

    /// <summary>The program stands in the driver, not at the entrance of the network stack.</summary>
    public bool IsNative { get; }

    /// <summary>Which way packets take: copy or zero-copy.</summary>
    public string Mode => _queues[0].IsZeroCopy ? "zero-copy" : "copy";

    /// <summary>Counts of the frames and segments so far; any thread.</summary>
    public PacketFigures Figures
    {
        get
        {
            FramePortCounts[] frames = [.. _queues.Select((_, queue) => PortOf(queue).Counts)];
            PacketCounts[] segments = [.. _backends.Select(static one => one?.Counts).OfType<PacketCounts>()];
            long rxFull = frames.Sum(static one => one.ReceiveFull);
            return new PacketFigures
            {
                Interface = _name,
                Queues = _queues.Length,
                Mode = Mode,
                XdpMode = IsNative ? "native" : "generic",
                FramesIn = frames.Sum(static one => one.FramesIn),
                FramesOut = frames.Sum(static one => one.FramesOut),
                FramesPassed = frames.Sum(static one => one.Passed),
                PassFull = frames.Sum(static one => one.PassFull),
                TxFull = frames.Sum(static one => one.SendFull),
                RxFull = rxFull,
                RxFullQueue = rxFull > 0 ? Array.IndexOf(frames, frames.MaxBy(static one => one.ReceiveFull)) : null,
                RxDropped = frames.Sum(static one => one.Dropped),
                SegmentsIn = segments.Sum(static one => one.SegmentsIn),
                SegmentsOut = segments.Sum(static one => one.SegmentsOut),
                ResetsIn = segments.Sum(static one => one.ResetsIn),
                ResetsOut = segments.Sum(static one => one.ResetsOut),
                OutOfOrder = segments.Sum(static one => one.OutOfOrder),
                OutOfOrderDropped = segments.Sum(static one => one.OutOfOrderDropped),
                ArrivalsDropped = segments.Sum(static one => one.NoRoomForArrival),
                Blocks = _queues.Length * _options.Blocks,
                BlocksFull = segments.Sum(static one => one.WaitedForBlock),
                Chunks = _queues.Length * _options.Chunks,
                ChunksFull = segments.Sum(static one => one.WaitedForChunk),
                TimeWaitsCut = segments.Sum(static one => one.TimeWaitsCut),
                Malformed = segments.Sum(static one => one.Malformed + one.BadChecksums),
            };
        }
    }

    /// <summary>Counts of TCP as a document has them; any thread.</summary>
    public TcpCounters Tcp => new() { Retransmits = _backends.Sum(static one => one?.Counts.Retransmits ?? 0) };

    /// <summary>Makes a worker's backend, on its thread.</summary>
    public IBackend MakeBackend(Slab slab, BufferPool pool, int worker = 0)
    {
        PacketOptions own = _options with { Ports = _ports.Slice(worker, _queues.Length) };
        PacketBackend made = new(slab, pool, PortOf(worker), _links[worker], own);
        Volatile.Write(ref _backends[worker], made);
        return made;
    }

    /// <summary>
    /// Looks after the queue of a worker that has ended, on its thread, until all have: what comes there may be
    /// another's.
    /// </summary>
    public void AwaitOthers(int worker) => _shared?.Relay(worker, _links[worker]);

    /// <summary>The interface, the mode, and why it is that one.</summary>
    public string Described
    {
        get
        {
            string attached = IsNative ? "in its driver" : "at the entrance of the network stack";
            int errno = _queues[0].ZeroCopyErrno;
            string why = errno > 0 ? $" (its driver has no zero-copy: {Errno.Name(-errno)})" : "";
            string queues = _queues.Length == 1 ? "queue 0" : $"queues 0 to {_queues.Length - 1}";
            return $"{_name}, {queues}, {attached}, {Mode}{why}";
        }
    }

    public void Dispose()
    {
        _ = Descriptors.Close(_link);
        _shared?.Dispose();
        foreach (XskPort queue in _queues)
        {
            queue.Dispose();
        }

        _ = Descriptors.Close(_program);
        _ = Descriptors.Close(_map);
    }

    private SharedPorts Share()
    {
        SharedPorts shared = new(_queues, new FrameOwners(_ports, _queues.Length));
        for (int queue = 0; queue < _queues.Length; queue++)
        {
            SharedPort own = shared[queue];
            _queues[queue].MustHoldBack = () => own.MustHoldBack(other => _queues[other].IsCrowded);
        }

        return shared;
    }

    private IFramePort PortOf(int queue) => _shared is null ? _queues[queue] : _shared[queue];

    private static ulong NewSecret()
    {
        Span<byte> secret = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(secret);
        return BitConverter.ToUInt64(secret);
    }

    /// <summary>Everything that can be said before anything is changed.</summary>
    private static int Check(
        PacketSpec spec, IReadOnlyList<IPAddress> sources, AddressRanges ours, out byte[] mac)
    {
        string name = spec.Interface;
        if (InterfaceFacts.Read(name).Refusal(spec.Queues) is { } refusal)
        {
            throw new SetupException(refusal.What, refusal.Remedy, Errno.ENODEV);
        }

        mac = new byte[MacAddress.Bytes];
        _ = Interfaces.Mac(name, mac);
        if (ours.All.Count > AddressRanges.Max)
        {
            throw new SetupException(
                $"--source is {ours.All.Count} ranges of addresses, and {AddressRanges.Max} at most can be picked",
                "give addresses in a row", Errno.E2BIG);
        }

        RefuseTaken(sources);
        return Interfaces.Index(name);
    }

    /// <summary>An address that the kernel has is the kernel's: both would answer.</summary>
    private static void RefuseTaken(IReadOnlyList<IPAddress> sources)
    {
        HashSet<IPAddress> ours = [.. sources];
        foreach (HostAddress one in HostAddress.ReadAll())
        {
            if (ours.Contains(one.Address))
            {
                throw new SetupException(
                    $"--source contains {one.Address}, which the kernel has on {one.Interface}",
                    "with --engine packet the addresses are the run's own: leave it out", Errno.EADDRINUSE);
            }
        }
    }

    private static int Mtu(PacketSpec spec) =>
        Math.Min(Interfaces.Mtu(spec.Interface), XskPort.ArrivedBytesMax - EthernetLink.HeaderBytesMax);

    private static IEnumerable<IPNetwork> Networks(string name) =>
        from one in HostAddress.ReadAll()
        where one.Interface == name
        select Network(one.Address, one.PrefixLength);

    private static IPNetwork Network(IPAddress address, int bits)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), bits);
    }

    private (int Link, bool IsNative) Attach(int index)
    {
        int link = BpfProgram.Link(_program, index, BpfAttachment.Xdp, BpfProgram.XdpNative);
        if (link >= 0)
        {
            return (link, true);
        }

        if (link != -Errno.EBUSY && link != -Errno.EEXIST)
        {
            link = BpfProgram.Link(_program, index, BpfAttachment.Xdp, BpfProgram.XdpGeneric);
        }

        return link >= 0 ? (link, false) : throw new SetupException(
            $"no XDP program can be attached to {_name}: {Errno.Text(-link)}",
            link is -Errno.EBUSY or -Errno.EEXIST
                ? $"another program is there: ip link show dev {_name}"
                : "see the kernel's log: dmesg",
            -link);
    }
}
