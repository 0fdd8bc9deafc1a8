using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>When a connection that this end began was begun and opened, by the worker's clock.</summary>
public struct ConnectionTimes
{
    public const int Size = 16;

    /// <summary>0: nobody noted it.</summary>
    public long BegunNs;

    /// <summary>0: it is not open yet, or never was.</summary>
    public long OpenedNs;
}

/// <summary>Facts that only a workload knows of a connection that has ended badly.</summary>
/// <param name="Phase">Where in its life it was, once it was open.</param>
/// <param name="Host">The name that its server gave itself; null: none.</param>
/// <param name="Retransmits">Segments sent again, as TCP last told; null: it was not asked.</param>
public readonly record struct LastState(LifePhase Phase, string? Host = null, long? Retransmits = null)
{
    /// <summary>Tells where a connection was that asks and is answered.</summary>
    /// <param name="awaits">An answer was owed to it.</param>
    /// <param name="hasPart">A part of that had come.</param>
    public static LastState Of(bool awaits, bool hasPart) => new(
        !awaits ? LifePhase.Open : hasPart ? LifePhase.Answering : LifePhase.Awaiting);
}

/// <summary>A failure on its way from its worker to the record of the run. Times are the worker's.</summary>
internal struct FailedConnection
{
    public ConnectionTimes Times;
    public long EndedNs;
    public SockAddr Local;
    public SockAddr Remote;
    public LastState Last;
    public int Errno;
    public CloseReason Reason;
    public Role Role;
}
