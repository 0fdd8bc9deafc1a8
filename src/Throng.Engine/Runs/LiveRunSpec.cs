using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Settings that tell one kind of run from another once it is under way.</summary>
/// <param name="Role">Whose connections are counted.</param>
/// <param name="Requested">Connections wanted at the start; null for a server, or where they come and go.</param>
/// <param name="Targets">Addresses connected to; none for a server, or when they are the run's own listeners.</param>
/// <param name="SocketsMax">Sockets its workers have room for.</param>
/// <param name="Refuses">Why so many connections cannot be had, or the empty text.</param>
/// <param name="Section">The command's own section of the document.</param>
internal sealed record LiveRunSpec(
    Role Role,
    long? Requested,
    IReadOnlyList<SockAddr> Targets,
    bool PingIsOn,
    long SocketsMax,
    Func<long, string> Refuses,
    Func<WorkerGroup, Sample, Section> Section)
{
    /// <summary>Findings on the host's limits from before the run began.</summary>
    public IReadOnlyList<Finding> Preflight { get; init; } = [];

    /// <summary>Kind of traffic that the run's connections and listeners carry.</summary>
    public Transport Transport { get; init; }

    /// <summary>It listens for datagrams, whatever else.</summary>
    public bool HasDatagrams { get; init; }

    /// <summary>Mode in which the run's server treats what comes; meaningful for a server only.</summary>
    public ServeMode Mode { get; init; }

    /// <summary>How the room for sockets comes about, as a person reads it.</summary>
    public string Arithmetic { get; init; } = "";

    /// <summary>Length of each accept queue in force; null when the run does not listen.</summary>
    public long? Backlog { get; init; }

    /// <summary>The schedule of what is offered; null for a run that has none.</summary>
    public ActiveSchedule? Schedule { get; init; }

    /// <summary>Guide that decides what is offered next; null: the schedule alone.</summary>
    public IGuide? Guide { get; init; }

    /// <summary>Figures that only this command has, for a view of the run: a label and a value each; null: none.
    /// </summary>
    public Func<IReadOnlyList<KeyValuePair<string, string>>>? Figures { get; init; }

    /// <summary>Interface of connections that are no sockets, disposed of with the run; null: they are.</summary>
    public PacketInterface? Packets { get; init; }

    /// <summary>The network namespace's counters before anything of the run: make this before its group.</summary>
    public NetCounters Before { get; init; } = NetCounters.Read();
}
