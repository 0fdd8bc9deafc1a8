using Throng.Measurement;

namespace Throng.Engine;

public enum EngineChoice : byte
{
    /// <summary>io_uring where it works here, else epoll.</summary>
    Auto = 0,
    Uring = 1,
    Epoll = 2,

    /// <summary>Sockets of an echo server whose bytes the kernel sends back.</summary>
    Kernel = 3,

    /// <summary>Packets to an echo server, turned round before the network stack.</summary>
    Xdp = 4,

    /// <summary>Client connections without sockets: a TCP of this program's own over AF_XDP.</summary>
    Packet = 5,
}

/// <summary>How a run is carried out, whatever it does.</summary>
public sealed record RunSpec
{
    public const long LagTargetDefaultNs = Ns.Millisecond;

    /// <summary>The command's name as a person types it; names its section of the document too.</summary>
    public required string Command { get; init; }

    /// <summary>Id of the run, which no other has.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Words that the person gave the run, by name.</summary>
    public Section Labels { get; init; } = [];

    public EngineChoice Engine { get; init; }

    /// <summary>Where the packets of <see cref="EngineChoice.Packet"/> go; null with any other engine.</summary>
    public PacketSpec? Packets { get; init; }

    /// <summary>Worker threads; 0: as many as there are CPUs for this process.</summary>
    public int Threads { get; init; }

    /// <summary>Decides every random choice; 0: drawn from the clock.</summary>
    public ulong Seed { get; init; }

    /// <summary>The part of the plan that this run is; other processes have the others.</summary>
    public HostShare Share { get; init; }

    /// <summary>
    /// When the load begins: the schedule's first moment, or the first connect of a load without a schedule. Null: as
    /// soon as it can.
    /// </summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>
    /// From when on this run offers its part of the plan, which another process did before; null: from its start.
    /// </summary>
    public DateTimeOffset? OffersFrom { get; init; }

    /// <summary>The load waits until it is told to begin (<see cref="ILiveRun.TryStart"/>).</summary>
    public bool AwaitsStart { get; init; }

    /// <summary>Leave the soft descriptor limit as it is instead of raising it to the hard one.</summary>
    public bool KeepLimits { get; init; }

    /// <summary>Connections to have room for besides what is asked for now; 0: no more than that.</summary>
    public long Room { get; init; }

    /// <summary>Run a plan that does not fit this host all the same.</summary>
    public bool Force { get; init; }

    /// <summary>How long to run; 0: until stopped.</summary>
    public long DurationNs { get; init; }

    /// <summary>
    /// How long a server that was told to end goes on with what is open, and accepts no more; 0: not at all.
    /// </summary>
    public long RetireNs { get; init; }

    /// <summary>How much longer than usual ending may take: what is under way has this long to come back.</summary>
    public long DrainNs { get; init; }

    /// <summary>
    /// The load has a schedule to keep: its workers ask for a short time slice.
    /// </summary>
    public bool KeepsSchedule { get; init; }

    /// <summary>Bound that the 99th percentile of a schedule's lag is to keep; arrivals wait for each other within it.
    /// </summary>
    public long LagTargetNs { get; init; } = LagTargetDefaultNs;

    /// <summary>How long an arrival waits for others at most; made of the lag target when the run starts.</summary>
    public long ArrivalGapNs { get; init; }

    /// <summary>The nice value of the workers, -20 to 19; 0: they keep that of the program.</summary>
    public int Nice { get; init; }

    /// <summary>Datagrams are sent or received: a worker's buffers have room for the longest.</summary>
    public bool HasDatagrams { get; init; }

    /// <summary>Targets that were names with several addresses, of which one each is used.</summary>
    public IReadOnlyList<TargetName> Names { get; init; } = [];

    /// <summary>End, with success, as soon as all connections wanted are held.</summary>
    public bool UntilHeld { get; init; }

    /// <summary>Keep every interval's histograms, for the document's <see cref="RunDocument.Intervals"/>.</summary>
    public bool KeepsIntervals { get; init; }

    /// <summary>Keep what is noted until somebody takes it, for <see cref="ILiveRun.TakeNews"/>.</summary>
    public bool KeepsNews { get; init; }

    /// <summary>Where every connection that ended badly is told; null: nowhere but in the document.</summary>
    public IFailureSink? Failures { get; init; }

    /// <summary>Keeper of the packets of connections that end badly; null: nothing is captured.</summary>
    public PacketCapture? Capture { get; init; }

    /// <summary>The effective options as the document shows them, in the order of the help.</summary>
    public Section Options { get; init; } = [];
}
