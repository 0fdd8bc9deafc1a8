using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Experience of a connection with its server.</summary>
internal enum ServiceState : byte
{
    /// <summary>Nothing has come of what it was asked, or it was asked nothing.</summary>
    None = 0,

    /// <summary>A message of it was given up before any was answered.</summary>
    Unserved,

    /// <summary>It has had an answer.</summary>
    Served,
}

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
    public ServiceState Service;

    /// <summary>An answer has come on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnAnswered(ref Act act)
    {
        if (Service != ServiceState.Served)
        {
            Service = ServiceState.Served;
            act.Counters(Role.Client)[Counter.Served]++;
        }
    }

    /// <summary>A message of it was given up.</summary>
    public void OnUnanswered(ref Act act)
    {
        if (Service == ServiceState.None)
        {
            Service = ServiceState.Unserved;
            act.Counters(Role.Client)[Counter.Unserved]++;
        }
    }

    public readonly long AgeNs(long nowNs) => Milliseconds.SinceNs(OpenedMs, nowNs);
}
