using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Data that a <see cref="ConnectionKeeper"/> keeps of each of its connections: the first 16 bytes of the workload's
/// state, whose struct begins with one.
/// </summary>
internal struct KeptConnection
{
    /// <summary>When the connect began; once open, the workload's: when what is under way was sent.</summary>
    public long StampNs;
    public uint OpenedMs;

    /// <summary>A reply is owed to this connection: it is not closed in order before that has come.</summary>
    public bool Awaits;

    /// <summary>We have decided to close it; it no longer counts as open.</summary>
    public bool IsLeaving;
    public CloseReason LeaveReason;

    public readonly long AgeNs(long nowNs) => Milliseconds.SinceNs(OpenedMs, nowNs);
}
